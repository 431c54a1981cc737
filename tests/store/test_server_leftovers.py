"""What a killed program or server leaves behind never keeps the next one out."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.store.serving import ask, pid_file, postmaster, run_user

from shebao.store.server.account import account_for
from shebao.store.server.embedded import EmbeddedServer


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
