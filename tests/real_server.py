"""Real server: a PostgreSQL as an operator runs it, with a password and over TCP."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from shebao.store.server.account import ENVIRONMENT, account_for
from shebao.store.server.binaries import runnable_binaries, wheel_binaries

PASSWORD = "correct-horse"
SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=128MB")


def free_port() -> int:
    """Find a port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def real_server() -> Iterator[str]:
    """A server on a free port of this machine, gone afterwards; the URL of its database."""
    folder = Path(tempfile.mkdtemp(prefix="shebao-real-"))
    folder.chmod(0o711)
    account = account_for(folder / "data")
    binaries = runnable_binaries(wheel_binaries(), account, folder)
    account.own(folder / "data")
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    said = account.run(
        [binaries / "initdb", "-D", folder / "data", "-U", "shebao", "-A", "scram-sha-256",
         "-E", "UTF8", "--no-locale", f"--pwfile={secret}", *(f"--set={s}" for s in SETTINGS)]
    )  # fmt: skip
    assert said[0] == 0, said[1]
    port = free_port()
    server = subprocess.Popen(
        [binaries / "postgres", "-D", folder / "data", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", env=ENVIRONMENT,
        **account.identity(),
    )  # fmt: skip
    try:
        _wait_until_ready(binaries / "pg_isready", port)
        yield f"postgresql://shebao:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        os.kill(server.pid, signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder)


def _wait_until_ready(pg_isready: Path, port: int) -> None:
    command = [pg_isready, "-q", "-h", "127.0.0.1", "-p", str(port)]
    deadline = time.monotonic() + 30
    while subprocess.run(command, check=False).returncode != 0:
        assert time.monotonic() < deadline, "the real server does not become ready"
        time.sleep(0.02)
