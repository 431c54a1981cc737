"""What tests of the store may ask for: homes for a server of their own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.serving import pid_file

from shebao.store.server.embedded import EmbeddedServer


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that accounts other than ours may pass through; pytest's own are closed."""
    folder = Path(tempfile.mkdtemp(prefix="shebao-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home whose database has been made: that takes a second, and every test leaves it whole."""
    home = Path(tempfile.mkdtemp(prefix="shebao-made-"))
    server = EmbeddedServer(home)
    server.start()
    server.stop()
    yield home
    shutil.rmtree(home)


@pytest.fixture
def home(made: Path) -> Iterator[Path]:
    """A home that was used before."""
    yield made
    assert not pid_file(made).exists(), "the test left a server behind"
