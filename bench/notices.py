"""Notices: a channel tells us of payments, and the last of them is in the journal.

Measured from the first byte sent until no notice waits: verified, shelved, answered, judged,
posted. The limit is pgbench running the same statements, one notice a transaction.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench import peer
from bench.books import Books
from bench.crowd import CONNECTIONS, visit
from bench.figures import Figure, Goal
from bench.letters import letters
from bench.one_by_one import NOTICE
from bench.program import Program, serving

WARM_UP: Final = 640
_POLL_SECONDS: Final = 0.01
_WAITING: Final = "SELECT count(*) FROM notices WHERE judged_at IS NULL"
_APPLIED: Final = "SELECT count(*) FROM notices WHERE verdict = 'applied'"


@dataclass(frozen=True, slots=True)
class Lap:
    """One run of ours."""

    rate: float
    program_us: float
    database_us: float
    p50_ms: float
    p99_ms: float

    @property
    def cpu_us(self) -> float:
        """The CPU time of a notice in all our processes."""
        return self.program_us + self.database_us


async def measure(books: Books, *, laps: int, count: int, folder: Path) -> list[Figure]:
    """Ours and pgbench's, one after the other, several times; the medians."""
    text = peer.script([], NOTICE)
    ours, limits = [], []
    async with serving(books, folder=folder) as program:
        await _lap(program, WARM_UP, folder=folder)
        await peer.run(books, text, WARM_UP, folder=folder)
        for _ in range(laps):
            ours.append(await _lap(program, count, folder=folder))
            limits.append(await peer.run(books, text, count, folder=folder))
    return _figures(books, ours, limits)


async def _lap(program: Program, count: int, *, folder: Path) -> Lap:
    numbers = program.books.take(count)
    requests = letters(folder / "credentials", numbers, host=f"127.0.0.1:{program.port}")
    async with program.books.connected() as connection:
        applied = await connection.fetchval(_APPLIED)
        before = program.cpu_us()
        met = await visit(program.port, requests, connections=CONNECTIONS, folder=folder)
        assert met.statuses == {"204": count}, met.statuses
        while await connection.fetchval(_WAITING):
            await asyncio.sleep(_POLL_SECONDS)
        took = time.perf_counter() - met.began
        spent = [now - then for now, then in zip(program.cpu_us(), before, strict=True)]
        posted = await connection.fetchval(_APPLIED) - applied
    assert posted == count, f"{posted} of {count} notices were applied"
    return Lap(count / took, spent[0] / count, spent[1] / count, met.p50_ms, met.p99_ms)


def _figures(books: Books, ours: list[Lap], limits: list[peer.Lap]) -> list[Figure]:
    cpu = median(lap.cpu_us for lap in ours)
    size = books.size
    return [
        Figure(
            name="notices posted",
            ours=median(lap.rate for lap in ours),
            limit=median(lap.rate for lap in limits),
            unit="1/s",
            cpu_us=cpu,
            size=size,
            goal=Goal(at_least=2.5),
        ),
        Figure(
            name="a notice",
            ours=cpu,
            limit=150,
            unit="µs CPU",
            cpu_us=cpu,
            size=size,
            goal=Goal(at_most=1),
        ),
        _cpu("a notice: program", median(lap.program_us for lap in ours), size),
        _cpu("a notice: PostgreSQL", median(lap.database_us for lap in ours), size),
        _cpu("a notice: PostgreSQL under pgbench", median(lap.cpu_us for lap in limits), size),
        _wait("a notice answered, p50", median(lap.p50_ms for lap in ours), size),
        _wait("a notice answered, p99", median(lap.p99_ms for lap in ours), size),
    ]


def _cpu(name: str, us: float, size: int) -> Figure:
    return Figure(name=name, ours=us, unit="µs CPU", cpu_us=us, size=size)


def _wait(name: str, ms: float, size: int) -> Figure:
    return Figure(name=name, ours=ms, unit="ms", size=size)
