"""Rehearsal: the sandbox as a program of its own, met only over HTTP."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shebao.core.refusals import Unanswered

PATIENCE_SECONDS = 20


def clock() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


@dataclass
class Town:
    """The sandbox as a program of its own, with levers to pull."""

    url: str
    credentials: Path
    transport: object

    async def ask(self, method: str, path: str, told=None):
        body = b"" if told is None else json.dumps(told).encode()
        answer = await self.transport.ask(
            whom="sandbox", method=method, url=self.url + path, headers={}, body=body
        )
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    async def pull(self, lever: str, told=None):
        return await self.ask("POST", f"/sandbox/{lever}", told)


async def _answers(town: Town) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                await town.ask("GET", "/sandbox/health")
            except Unanswered:
                await asyncio.sleep(0.1)
            else:
                return


@asynccontextmanager
async def rehearsal(folder, transport, *arguments):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    always = ["--port", str(port), "--credentials", str(folder), "--probe-one-in", "0"]
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shebao.sandbox", *always, *arguments
    )
    town = Town(f"http://127.0.0.1:{port}", folder, transport)
    try:
        await _answers(town)
        yield town
    finally:
        program.terminate()
        await program.wait()
