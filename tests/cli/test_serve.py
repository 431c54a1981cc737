"""Web workers share one port; whichever is killed, the port is served again, by nobody's orphan."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest
from chaos.family import web_workers
from tests.cli.programs import COMMAND, environ
from tests.real_server import free_port

from shebao.cli.several import CANNOT_START
from shebao.sandbox.credentials import open_folder

PATIENCE_SECONDS = 60


def until(holds) -> bool:
    """Wait for something that another program brings about."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return True


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def answers(port: int) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/help", trust_env=False).status_code == 200
    return False


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def serving(tmp_path: Path, db, port: int) -> Iterator[subprocess.Popen[bytes]]:
    open_folder(tmp_path / "credentials")
    program = [*COMMAND, "serve", "--port", str(port), "--workers", "2"]
    settings = environ(
        home=tmp_path, database_url=db.url, sandbox_url="http://127.0.0.1:1", log="error"
    )
    with subprocess.Popen(program, env=settings, start_new_session=True) as running:
        until(lambda: len(web_workers(running.pid)) == 2 and answers(port))
        yield running
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)


def test_a_web_worker_that_is_killed_is_replaced(serving, port: int) -> None:
    first, other = web_workers(serving.pid)
    os.kill(first, signal.SIGKILL)
    assert until(lambda: len({*web_workers(serving.pid)} - {first, other}) == 1)
    assert until(lambda: answers(port))


def test_no_web_worker_outlives_the_program_that_started_it(serving, port: int) -> None:
    os.kill(serving.pid, signal.SIGKILL)
    serving.wait()
    assert until(lambda: is_free(port))


def sockets(pid: int) -> int:
    links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    return sum(link.startswith("socket:") for link in links)


def test_every_web_worker_is_given_some_of_the_connections(serving, port: int) -> None:
    with ExitStack() as visitors:

        def all_have_many() -> bool:
            for _ in range(10):  # More each time: one of the programs may still be starting.
                visitors.enter_context(socket.create_connection(("127.0.0.1", port)))
            return min(sockets(pid) for pid in web_workers(serving.pid)) > 40

        assert until(all_have_many)


def test_asked_to_end_it_ends_all_its_web_workers_and_frees_the_port(serving, port: int) -> None:
    os.kill(serving.pid, signal.SIGTERM)
    assert serving.wait(PATIENCE_SECONDS) == 0
    assert is_free(port)


def test_web_workers_that_cannot_start_are_not_started_again_and_again(
    tmp_path: Path, port: int
) -> None:
    open_folder(tmp_path / "credentials")
    data = tmp_path / "postgres/data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("12\n")  # Of a server we have not got.
    settings = environ(home=tmp_path, sandbox_url="http://127.0.0.1:1", log="error")
    program = [*COMMAND, "serve", "--port", str(port), "--workers", "2"]
    ended = subprocess.run(
        program, env=settings, capture_output=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert ended.returncode == CANNOT_START
    assert is_free(port)
