"""Children: programs of ours that we start, wait for, and take down with us.

Each has a session of its own, so Ctrl-C reaches only us and they end in our order; each is on a
leash, so they end even when we are killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from shebao.core.refusals import Refusal

READY_SECONDS: Final = 60
STOP_SECONDS: Final = 10
_TICK: Final = 0.02
_LINES_KEPT: Final = 30
_CUT: Final = 1 << 20


@dataclass(eq=False)
class ChildDied(Refusal):
    """A program we started ended by itself. Its last lines say why."""

    child: str
    exit_code: int
    said: str


@dataclass(eq=False)
class ChildSilent(Refusal):
    """A program we started runs, and does not answer on its port."""

    child: str
    port: int
    said: str


@dataclass(slots=True)
class Child:
    """One program, and the last lines it said. The whole of it is in the log."""

    name: str
    process: Process
    log: Path
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_LINES_KEPT))
    reader: asyncio.Task[None] | None = None

    @classmethod
    async def start(
        cls, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path
    ) -> Self:
        """Start a module of ours, with its arguments, as a program of its own."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "shebao.cli.leash", *command,
            stdin=PIPE, stdout=PIPE, stderr=STDOUT, env=environ,
            start_new_session=True, limit=_CUT,
        )  # fmt: skip
        child = cls(name, process, log)
        child.reader = asyncio.create_task(child.listen())
        return child

    async def listen(self) -> None:
        """Keep what the program says until it says no more."""
        assert self.process.stdout is not None
        with self.log.open("ab") as log:
            while line := await self.process.stdout.readline():
                log.write(line)
                log.flush()
                self.lines.append(line.decode(errors="replace").rstrip())

    async def ready(self, port: int) -> None:
        """Wait until the program answers on its port. Raises ChildDied or ChildSilent."""
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        while not await answers(port):
            if self.process.returncode is not None:
                raise await self.died()
            if asyncio.get_running_loop().time() > deadline:
                raise ChildSilent(self.name, port, "\n".join(self.lines))
            await asyncio.sleep(_TICK)

    async def died(self) -> ChildDied:
        """Wait for the program's end and say what it said last."""
        code = await self.process.wait()
        assert self.reader is not None
        await self.reader
        return ChildDied(self.name, code, "\n".join(self.lines))

    async def stop(self) -> None:
        """End the program and all it started: politely, and after a while at once."""
        for politeness in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, politeness)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
                break
        assert self.reader is not None
        await self.reader


async def answers(port: int) -> bool:
    """Whether somebody answers HTTP on a port of this machine."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return (await reader.read(5)).startswith(b"HTTP/")
    except OSError:
        return False
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def first_death(children: Sequence[Child]) -> ChildDied:
    """Wait until one of the programs ends by itself, and say which."""
    waits = {asyncio.create_task(child.process.wait()): child for child in children}
    try:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return await waits[done.pop()].died()
    finally:
        for wait in waits:
            wait.cancel()
