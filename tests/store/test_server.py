"""The server of a home is there for all who use it, whatever was killed before."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from tests.store.serving import BROKEN, ask, pid_file, postmaster, run_user

from shebao.config import read_config
from shebao.store.server.binaries import wheel_binaries
from shebao.store.server.cluster import DatabaseDidNotStart, DatabaseOfAnotherVersion
from shebao.store.server.embedded import EmbeddedServer, database_url


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(home)
    yield server
    server.stop()


async def insist(url: str, acknowledged: list[int], stop: asyncio.Event, first: int) -> None:
    """Write row after row, remember what was acknowledged, and come back after every break."""
    number = first
    while not stop.is_set():
        try:
            connection = await asyncpg.connect(url, timeout=5)
            while not stop.is_set():
                await connection.execute("INSERT INTO kept VALUES ($1)", number)
                acknowledged.append(number)
                number += 1
            await connection.close()
        except BROKEN:
            number += 1  # It may have been written: that one is not ours to claim.
            await asyncio.sleep(0.02)


async def more_than(count: int, acknowledged: list[int]) -> None:
    async with asyncio.timeout(30):
        while len(acknowledged) <= count:
            await asyncio.sleep(0.01)


async def asked_again_and_again(url: str, sql: str) -> object:
    """Ask until a new server answers; the old one may still say a last word."""
    await asyncio.sleep(0.5)
    async with asyncio.timeout(20):
        while True:
            try:
                return await ask(url, sql)
            except BROKEN:
                await asyncio.sleep(0.02)


@contextmanager
def config_line(config: Path, line: str) -> Iterator[None]:
    before = config.read_text()
    config.write_text(f"{before}{line}\n")
    yield
    config.write_text(before)


async def kill_times(count: int, home: Path, acknowledged: list[int]) -> None:
    """Kill the server again and again, each time after some more was written."""
    for _ in range(count):
        await more_than(len(acknowledged) + 50, acknowledged)
        killed = postmaster(home)
        os.kill(killed, signal.SIGKILL)
        await another_than(killed, home)
    await more_than(len(acknowledged) + 50, acknowledged)


def changed(file: Path, first_line: str) -> bool:
    """Whether a file now begins with another line; it may be gone or empty for a moment."""
    lines = file.read_text().splitlines() if file.exists() else []
    return lines[:1] not in ([], [first_line])


async def another_than(killed: int, home: Path) -> None:
    """Wait for the next server: the children of the killed one may acknowledge a little longer."""
    async with asyncio.timeout(30):
        while not changed(pid_file(home), str(killed)):
            await asyncio.sleep(0.01)


async def test_a_new_home_has_a_database_that_syncs_and_that_no_network_reaches(
    folder: Path,
) -> None:
    home = folder / "new"
    async with EmbeddedServer(home) as url:
        assert await ask(url, "SHOW fsync") == "on"
        assert await ask(url, "SHOW synchronous_commit") == "on"
        assert await ask(url, "SHOW listen_addresses") == ""
        assert await ask(url, "SHOW server_encoding") == "UTF8"
    assert stat.S_IMODE((home / "postgres/data").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "postgres/socket").stat().st_mode) == 0o700


async def test_what_was_written_is_there_at_the_next_start(server: EmbeddedServer) -> None:
    await ask(server.start(), "CREATE TABLE written AS SELECT 7 AS row")
    server.stop()
    assert await ask(server.start(), "SELECT row FROM written") == 7


async def test_it_is_ready_at_once_when_it_was_there_before(server: EmbeddedServer) -> None:
    began = time.monotonic()
    await ask(server.start(), "SELECT 1")
    assert time.monotonic() - began < 2


async def test_a_server_killed_three_times_under_load_loses_nothing_acknowledged(
    home: Path,
) -> None:
    async with EmbeddedServer(home) as url:
        await ask(url, "CREATE TABLE kept (row bigint PRIMARY KEY)")
        acknowledged: list[int] = []
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as writers:
            writers.create_task(insist(url, acknowledged, stop, first=0))
            writers.create_task(insist(url, acknowledged, stop, first=1_000_000))
            await kill_times(3, home, acknowledged)
            stop.set()
        kept = await asked_again_and_again(url, "SELECT array_agg(row) FROM kept")
        assert isinstance(kept, list)
        assert set(acknowledged) - set(kept) == set()


@pytest.mark.parametrize(
    "ending", [signal.SIGKILL, signal.SIGABRT, signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name
)
async def test_a_server_that_ends_while_we_use_it_is_started_again(
    home: Path, ending: signal.Signals
) -> None:
    async with EmbeddedServer(home) as url:
        before = postmaster(home)
        os.kill(before, ending)
        assert await asked_again_and_again(url, "SELECT 1") == 1
        assert postmaster(home) != before


async def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    config = home / "postgres/data/postgresql.auto.conf"
    with config_line(config, "shared_buffers = 'a lot'"), pytest.raises(DatabaseDidNotStart) as why:
        EmbeddedServer(home).start()
    assert "shared_buffers" in why.value.said
    assert why.value.log == str(home / "postgres/server.log")


async def test_six_programs_that_start_at_once_share_one_server(folder: Path) -> None:
    home = folder / "new"
    users = [run_user(home) for _ in range(6)]
    told = {(user.stdout.readline(), user.stdout.readline()) for user in users}
    assert len(told) == 1
    assert [user.communicate("\n", timeout=60)[0] for user in users] == [""] * 6
    assert [user.returncode for user in users] == [0] * 6
    assert not pid_file(home).exists()


async def test_the_last_to_leave_stops_the_server(home: Path) -> None:
    first, second = EmbeddedServer(home), EmbeddedServer(home)
    url = first.start()
    second.start()
    first.stop()
    assert await ask(url, "SELECT 1") == 1
    second.stop()
    assert not pid_file(home).exists()


def test_data_of_another_version_is_left_alone(folder: Path) -> None:
    data = folder / "postgres/data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("12\n")
    with pytest.raises(DatabaseOfAnotherVersion) as refused:
        EmbeddedServer(folder).start()
    assert (refused.value.found, refused.value.needed) == ("12", wheel_binaries().major)
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


async def test_the_configured_server_is_used_as_it_is(folder: Path, real_server_url: str) -> None:
    home = folder / "unused"
    config = read_config({"SHEBAO_HOME": str(home), "SHEBAO_DATABASE_URL": real_server_url})
    async with database_url(config) as url:
        assert url == real_server_url
        assert await ask(url, "SELECT inet_server_addr() IS NOT NULL") is True
    assert not (folder / "unused").exists()


async def test_the_real_server_of_the_tests_wants_its_password(real_server_url: str) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(real_server_url.replace("correct", "wrong"), "SELECT 1")
