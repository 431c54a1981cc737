"""The programs of a demo are waited for, reported when they die, and never left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.cli.programs import environ
from tests.real_server import free_port

from shebao.cli.children import Child, ChildDied, answers, first_death


async def start(tmp_path: Path, *arguments: str) -> Child:
    settings = environ(home=tmp_path)
    command = ["shebao.cli.main", *arguments]
    return await Child.start(arguments[0], command, settings, tmp_path / "child.log")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def child(tmp_path: Path, port: int) -> AsyncIterator[Child]:
    """The sandbox, as good a program as any."""
    child = await start(tmp_path, "sandbox", "--port", str(port))
    yield child
    await child.stop()


async def test_a_child_is_ready_when_it_answers_and_gone_when_stopped(
    child: Child, port: int
) -> None:
    await child.ready(port)
    assert await answers(port)
    await child.stop()
    assert not await answers(port)


async def test_a_child_that_dies_is_reported_with_what_it_said_last(child: Child) -> None:
    watching = asyncio.create_task(first_death([child]))
    await asyncio.sleep(0)
    os.killpg(child.process.pid, signal.SIGKILL)
    death = await watching
    assert (death.child, death.exit_code) == ("sandbox", -signal.SIGKILL)


async def test_a_child_that_cannot_start_says_why(tmp_path: Path, port: int) -> None:
    child = await start(tmp_path, "sandbox", "--port", "no number")
    with pytest.raises(ChildDied) as died:
        await child.ready(port)
    assert "no number" in died.value.said
    assert "no number" in (tmp_path / "child.log").read_text()


def test_a_child_ends_when_whoever_started_it_is_gone(tmp_path: Path, port: int) -> None:
    program = [
        sys.executable,
        "-m",
        "shebao.cli.leash",
        "shebao.cli.main",
        "sandbox",
        "--port",
        str(port),
    ]
    with subprocess.Popen(program, stdin=subprocess.PIPE, env=environ(home=tmp_path)) as child:
        child.stdin.close()
        assert child.wait(20) is not None
