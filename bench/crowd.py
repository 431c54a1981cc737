"""Crowd: many connections that bring prepared requests, each as soon as the last was answered.

A program of its own, so that its time is not the server's: ``python -m bench.crowd HOST PORT
FILE CONNECTIONS`` reads the requests of FILE and prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import httptools
import uvloop

CONNECTIONS: Final = 64
_LENGTH: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Visit:
    """What a crowd met: when it began and ended, how long it waited, and what was answered."""

    began: float
    ended: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]


@dataclass(slots=True)
class _Doings:
    """What all connections share."""

    requests: Iterator[bytes]
    waited: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


class _Caller(asyncio.Protocol):
    """One connection."""

    def __init__(self, doings: _Doings) -> None:
        self._doings = doings
        self._parser = httptools.HttpResponseParser(self)
        self._sent = 0.0
        self.transport: Any = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))

    def on_message_complete(self) -> None:
        """An answer is here: count it, and bring the next request."""
        self._doings.waited.append((time.perf_counter() - self._sent) * 1000)
        self._doings.statuses[self._parser.get_status_code()] += 1
        self.bring()

    def bring(self) -> None:
        """Send the next request, or leave when there is none."""
        request = next(self._doings.requests, None)
        if request is None:
            self.done.set_result(None)
            self.transport.close()
            return
        self._sent = time.perf_counter()
        self.transport.write(request)


async def visit(port: int, requests: Sequence[bytes], *, connections: int, folder: Path) -> Visit:
    """Send a crowd to a port of this machine, as a process of its own."""
    file = folder / "requests"
    file.write_bytes(b"".join(_LENGTH.pack(len(one)) + one for one in requests))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.crowd", "127.0.0.1", str(port), str(file), str(connections),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert await process.wait() == 0, "the crowd was sent away"
    return Visit(**json.loads(line))


def _read(file: Path) -> list[bytes]:
    content, at, found = file.read_bytes(), 0, []
    while at < len(content):
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size + length
        found.append(content[at - length : at])
    return found


async def _all(host: str, port: int, requests: Sequence[bytes], connections: int) -> Visit:
    doings, loop = _Doings(iter(requests)), asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: _Caller(doings), host, port)
        for _ in range(connections)
    ]
    began = time.perf_counter()
    for _, caller in made:
        caller.bring()
    await asyncio.gather(*(caller.done for _, caller in made))
    ended, waited = time.perf_counter(), sorted(doings.waited)
    p50, p99 = (waited[int(share * (len(waited) - 1))] for share in (0.5, 0.99))
    statuses = {str(status): count for status, count in doings.statuses.items()}
    return Visit(began, ended, p50, p99, statuses)


def _main(host: str, port: str, file: str, connections: str) -> None:
    met = uvloop.run(_all(host, int(port), _read(Path(file)), int(connections)))
    print(json.dumps(asdict(met)), flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
