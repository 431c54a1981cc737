"""The demo raises everything with one command, and Ctrl-C leaves nothing of it running."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.cli.programs import COMMAND, environ, run
from tests.real_server import free_port

START_SECONDS = 60


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that the database's account can reach; pytest's folders are closed to it."""
    home = Path(tempfile.mkdtemp(prefix="shebao-demo-"))
    yield home
    shutil.rmtree(home)


@pytest.fixture
def demo(home: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    port, sandbox_port = free_port(), free_port()
    program = [*COMMAND, "demo", "--port", str(port), "--sandbox-port", str(sandbox_port)]
    with subprocess.Popen(
        program, env=environ(home=home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        yield running, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}"
        running.terminate()


def told_until(running: subprocess.Popen[str], words: str) -> str:
    told = ""
    while words not in told:
        line = running.stdout.readline()
        assert line, f"the demo ended: {told}"
        told += line
    return told


def test_the_demo_shows_where_to_go_and_ctrl_c_ends_all_of_it(home: Path, demo) -> None:
    running, pages, sandbox = demo
    told = told_until(running, "Ctrl-C")
    assert pages in told
    assert f"{sandbox}/sms/inbox" in told
    assert "宁波市" in told
    assert httpx.get(f"{sandbox}/sms/inbox").status_code == 200
    assert httpx.get(pages, follow_redirects=True).status_code == 200
    os.kill(running.pid, signal.SIGINT)
    assert running.wait(START_SECONDS) == 0
    assert not (home / "postgres/data/postmaster.pid").exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(pages)
    with pytest.raises(httpx.ConnectError):
        httpx.get(sandbox)


def test_a_port_that_is_taken_is_said_with_the_option_that_chooses_another(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        ended = run("demo", "--port", str(taken), home=tmp_path)
    assert ended.exit_code == 1
    assert str(taken) in ended.stderr
    assert "--port" in ended.stderr
