"""A sandbox on a port of its own, a merchant who calls it, and a mailbox for its notices."""

from __future__ import annotations

import httpx
import pytest
from tests.sandbox.mailbox import Mailbox
from tests.sandbox.merchant import Merchant

from shebao.sandbox.process import SandboxProcess


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    with SandboxProcess(tmp_path_factory.mktemp("credentials")) as running:
        yield running


@pytest.fixture(scope="session")
def http():
    with httpx.Client(trust_env=False, timeout=5) as client:
        yield client


@pytest.fixture(scope="session")
def known_merchant(sandbox, http):
    return Merchant(sandbox.url, sandbox.credentials, http)


@pytest.fixture
def merchant(known_merchant, http):
    http.delete(f"{known_merchant.url}/sandbox/faults")
    return known_merchant


@pytest.fixture
def mailbox():
    box = Mailbox()
    yield box
    box.close()
