"""The server of a home is there for all who use it, whatever was killed before."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from shebao.config import read_config
from shebao.store.server import EmbeddedServer, database_url
from shebao.store.server_account import account_for
from shebao.store.server_binaries import wheel_binaries
from shebao.store.server_cluster import DatabaseOfAnotherVersion

SOURCE = Path(__file__).resolve().parents[2] / "src"
# The last one is asyncpg's own confusion when a connection breaks between two messages.
BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

USER_OF_HOME = """
import sys
from pathlib import Path
from shebao.store.server import EmbeddedServer
home = Path(sys.argv[1])
server = EmbeddedServer(home)
print(server.start(), flush=True)
print((home / "postgres/data/postmaster.pid").read_text().split()[0], flush=True)
sys.stdin.readline()
server.stop()
"""


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


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(home)
    yield server
    server.stop()


def pid_file(home: Path) -> Path:
    return home / "postgres/data/postmaster.pid"


def postmaster(home: Path) -> int:
    return int(pid_file(home).read_text().split()[0])


async def ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


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
        while len(acknowledged) <= count:  # noqa: ASYNC110  A list has no event.
            await asyncio.sleep(0.01)


async def kill_times(count: int, home: Path, acknowledged: list[int]) -> None:
    """Kill the server again and again, each time after some more was written."""
    for _ in range(count):
        await more_than(len(acknowledged) + 50, acknowledged)
        os.kill(postmaster(home), signal.SIGKILL)
    await more_than(len(acknowledged) + 50, acknowledged)


def run_user(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER_OF_HOME, str(home)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(SOURCE)},
    )  # fmt: skip


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
        connection = await asyncpg.connect(url)
        kept = {row for (row,) in await connection.fetch("SELECT row FROM kept")}
        await connection.close()
        assert set(acknowledged) - kept == set()


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


async def test_a_program_that_is_killed_leaves_a_server_that_the_next_takes_over(
    home: Path,
) -> None:
    user = run_user(home)
    user.stdout.readline()
    left = int(user.stdout.readline())
    user.kill()
    user.communicate()
    async with EmbeddedServer(home) as url:
        assert await ask(url, "SELECT 1") == 1
        assert postmaster(home) == left
    assert not pid_file(home).exists()


async def test_a_killed_server_whose_zombie_nobody_reaps_is_not_taken_for_alive(
    home: Path,
) -> None:
    user = run_user(home)
    url, left = user.stdout.readline().strip(), int(user.stdout.readline())
    user.send_signal(signal.SIGSTOP)  # Its child can be killed now, but not reaped.
    os.kill(left, signal.SIGKILL)
    other = EmbeddedServer(home)
    other.start()
    assert await ask(url, "SELECT 1") == 1
    assert postmaster(home) != left
    user.send_signal(signal.SIGCONT)
    user.communicate("\n")
    other.stop()


@pytest.fixture
def stranger() -> Iterator[int]:
    """A living process of the very account that runs the server."""
    account = account_for(Path("/nowhere"))
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **account.identity()) as process:
        yield process.pid
        process.kill()


@pytest.mark.parametrize(
    "left",
    [
        lambda _stranger, _whole: "",
        lambda _stranger, _whole: "12",
        lambda _stranger, _whole: "not a number\n",
        lambda _stranger, whole: whole[: len(whole) // 2],
        lambda stranger, whole: whole.replace(whole.split("\n")[0], str(stranger)),
        lambda _stranger, whole: whole.replace(whole.split("\n")[0], "1"),
    ],
    ids=["empty", "number", "words", "half", "a stranger's", "the first process's"],
)
async def test_a_pid_file_left_by_a_crash_does_not_keep_us_out(
    home: Path, stranger: int, left: Callable[[int, str], str]
) -> None:
    user = run_user(home)
    user.stdout.readline()
    pid = int(user.stdout.readline())
    whole = pid_file(home).read_text()
    user.kill()
    user.communicate()
    os.kill(pid, signal.SIGKILL)
    pid_file(home).write_text(left(stranger, whole))
    async with EmbeddedServer(home) as url:
        assert await ask(url, "SELECT 1") == 1
        assert postmaster(home) not in {stranger, 1}


async def test_a_data_folder_that_was_only_half_made_is_made_again(folder: Path) -> None:
    home = folder / "new"
    (home / "postgres/data.half/base").mkdir(parents=True)
    async with EmbeddedServer(home) as url:
        assert await ask(url, "SELECT 1") == 1


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
