"""What every room of the tests may ask for: real books, real wires, a clock that can be moved."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from tests.fresh_database import fresh_database
from tests.real_server import real_server

from shebao.app import build
from shebao.config import Config
from shebao.core.identity import check_digit
from shebao.gateways.transport import Transport
from shebao.operations.world import World
from shebao.sandbox.process import SandboxProcess
from shebao.store.database import Database
from shebao.store.migrate import migrate
from shebao.store.packs.folder import packs_folder
from shebao.store.server.embedded import EmbeddedServer

REHEARSAL = {
    "110000": date(2025, 5, 12),
    "320200": date(2023, 2, 10),
    "320400": date(2023, 11, 5),
    "330200": date(2024, 2, 6),
}


class Clock:
    """The real time, and as much later as a test has let pass."""

    def __init__(self):
        self.ahead = timedelta()

    def __call__(self):
        return datetime.now(UTC) + self.ahead

    def passes(self, **kwargs):
        self.ahead += timedelta(**kwargs)


class People:
    """Numbers that nobody has, one after another, known to the sandbox's registry."""

    def __init__(self):
        self._serials = count(1)

    def number(self, *, born=None, prefix="330203", sex="F"):
        serial = next(self._serials)
        day = born or f"{date(1980, 1, 1) + timedelta(days=serial // 400):%Y%m%d}"
        place = f"{prefix[:4]}{(int(prefix[4:]) + serial // 400) % 100:02d}"
        seventeen = f"{place}{day}{serial % 400 * 2 + (sex == 'M'):03d}"
        return seventeen + check_digit(seventeen)


@pytest.fixture(scope="session")
def real_server_url() -> Iterator[str]:
    """The database of a PostgreSQL as an operator runs it: over TCP, with a password."""
    with real_server() as url:
        yield url


@pytest_asyncio.fixture(scope="session")
async def server_url() -> AsyncIterator[str]:
    """Our own PostgreSQL, in a home of the tests that its account may enter."""
    home = Path(tempfile.mkdtemp(prefix="shebao-books-"))
    async with EmbeddedServer(home) as url:
        yield url
    shutil.rmtree(home)


@pytest_asyncio.fixture(scope="session")
async def db(server_url) -> AsyncIterator[Database]:
    """Books with the schema of today, and nothing in them but what tests write."""
    async with fresh_database(server_url) as url:
        db = Database(url)
        await migrate(db)
        yield db
        await db.close()


@pytest.fixture(scope="session")
def outside(tmp_path_factory) -> Iterator[SandboxProcess]:
    """The outside world: channels, registry and messages, in a process of its own."""
    people = tmp_path_factory.mktemp("people") / "people.json"
    people.write_text("[]")
    with SandboxProcess(tmp_path_factory.mktemp("credentials"), people=people) as running:
        yield running


@pytest_asyncio.fixture(scope="session")
async def transport() -> AsyncIterator[Transport]:
    """The line to the outside world."""
    transport = Transport()
    yield transport
    await transport.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def people():
    return People()


@pytest.fixture(scope="session")
def config(outside, tmp_path_factory) -> Config:
    """What the environment would say."""
    return Config(
        home=tmp_path_factory.mktemp("home"),
        database_url=None,
        keys=None,
        policies=packs_folder(),
        base_url="http://127.0.0.1:1",
        sandbox_url=outside.url,
        credentials=Path(outside.credentials),
        rehearsal=REHEARSAL,
        log="info",
    )


@pytest.fixture(scope="session")
def built(config, db, transport) -> World:
    """The world as a program builds it."""
    return build(config, db, transport)


@pytest.fixture
def world(built, clock) -> World:
    """The world, with a clock that can be moved; the wires keep the real time."""
    return replace(built, now=clock)
