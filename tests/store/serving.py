"""Serving: what tests of the embedded server share: who uses a home, and what is left of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import asyncpg

SOURCE = Path(__file__).resolve().parents[2] / "src"
# The last one is asyncpg's own confusion when a connection breaks between two messages.
BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

USER_OF_HOME = """
import sys
from pathlib import Path
from shebao.store.server.embedded import EmbeddedServer
home = Path(sys.argv[1])
server = EmbeddedServer(home)
print(server.start(), flush=True)
print((home / "postgres/data/postmaster.pid").read_text().split()[0], flush=True)
sys.stdin.readline()
server.stop()
"""


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


def run_user(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER_OF_HOME, str(home)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(SOURCE)},
    )  # fmt: skip
