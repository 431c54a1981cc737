"""Program: `shebao serve` as an operator runs it, on a port of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from city.residents import REGION, TODAY

from bench.books import Books
from bench.machine import family_cpu_us

COMMAND: Final = ("-m", "shebao.cli.main", "serve", "--port")
_SOURCES: Final = Path(__file__).parents[1] / "src"
_READY_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Program:
    """A running web program and the database it uses."""

    port: int
    pid: int
    books: Books

    def cpu_us(self) -> tuple[float, float]:
        """What the program and what the database have used."""
        return family_cpu_us(self.pid), family_cpu_us(self.books.server.postmaster)


def environment(books: Books, folder: Path) -> Mapping[str, str]:
    """What the environment of the program says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHEBAO_")}
    return {
        **kept,
        "PYTHONPATH": f"{_SOURCES}{os.pathsep}{kept.get('PYTHONPATH', '')}",
        "SHEBAO_HOME": str(folder / "home"),
        "SHEBAO_DATABASE_URL": books.url,
        "SHEBAO_SANDBOX_URL": "http://127.0.0.1:8100",  # Nobody asks there.
        "SHEBAO_CREDENTIALS": str(folder / "credentials"),
        "SHEBAO_REHEARSAL": f"{REGION}={TODAY}",
        "SHEBAO_LOG": "warning",
    }


@asynccontextmanager
async def serving(books: Books, *, folder: Path, workers: int) -> AsyncIterator[Program]:
    """The web program on a free port, for as long as the block lasts."""
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *COMMAND, str(port), "--workers", str(workers),
        env=environment(books, folder),
    )  # fmt: skip
    try:
        await _ready(port, process)
        yield Program(port, process.pid, books)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def _ready(port: int, process: asyncio.subprocess.Process) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        assert process.returncode is None, "the web program ended before it was ready"
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        await writer.wait_closed()
        return
    raise TimeoutError("the web program did not become ready")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
