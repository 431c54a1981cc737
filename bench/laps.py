"""Laps: ours and the limit, one after the other, several times; of each figure the median."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import peer
from bench.books import Books, Numbers
from bench.crowd import CONNECTIONS, visit
from bench.figures import Figure, Goal
from bench.program import Program

Settled = Callable[[Books, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Lap:
    """One run of ours: items a second, CPU time an item, how long an answer took."""

    rate: float
    program_us: float
    database_us: float
    p50_ms: float
    p99_ms: float

    @property
    def cpu_us(self) -> float:
        """The CPU time of an item in all our processes."""
        return self.program_us + self.database_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is done over and over: the requests, the answer they get, and when all is done."""

    numbers: Callable[[Books], Numbers]
    requests: Callable[[Program, range], Awaitable[Sequence[bytes]]]
    answer: str
    settled: Settled
    script: str
    folder: Path

    async def warm(self, program: Program, count: int) -> None:
        """Have every statement prepared, and planned for tables that are not empty."""
        await self.ours(program, count)
        async with program.books.connected() as connection:
            await connection.execute("ANALYZE")
        await self.ours(program, count)

    async def ours(self, program: Program, count: int) -> Lap:
        """One run of the program, from the first byte until everything is done."""
        books = program.books
        requests = await self.requests(program, self.numbers(books).take(count))
        before = program.cpu_us()
        met = await visit(program.port, requests, connections=CONNECTIONS, folder=self.folder)
        assert met.statuses == {self.answer: count}, met.statuses
        await self.settled(books, count)
        took = time.perf_counter() - met.began
        spent = [now - then for now, then in zip(program.cpu_us(), before, strict=True)]
        return Lap(count / took, spent[0] / count, spent[1] / count, met.p50_ms, met.p99_ms)

    async def limit(self, books: Books, count: int) -> peer.Lap:
        """One run of pgbench, on the same SQL."""
        numbers = self.numbers(books).take(count)
        return await peer.run(books, self.script, numbers, folder=self.folder)


def figures(
    name: str, *, size: int, ours: Sequence[Lap], limits: Sequence[peer.Lap]
) -> list[Figure]:
    """The medians of some laps: how many a second, what each costs, how long an answer takes."""
    cpu = median(lap.cpu_us for lap in ours)
    parts = {
        f"{name}.cpu.program": median(lap.program_us for lap in ours),
        f"{name}.cpu.postgresql": median(lap.database_us for lap in ours),
        f"{name}.cpu.postgresql_under_pgbench": median(lap.cpu_us for lap in limits),
    }
    waits = {
        f"{name}.answered.p50": median(lap.p50_ms for lap in ours),
        f"{name}.answered.p99": median(lap.p99_ms for lap in ours),
    }
    return [
        Figure(
            name=f"{name}.rate",
            ours=median(lap.rate for lap in ours),
            limit=median(lap.rate for lap in limits),
            unit="1/s",
            cpu_us=cpu,
            size=size,
            goal=Goal(at_least=2.5),
        ),
        *(
            Figure(name=part, ours=us, unit="µs", cpu_us=us, size=size)
            for part, us in parts.items()
        ),
        *(Figure(name=wait, ours=ms, unit="ms", size=size) for wait, ms in waits.items()),
    ]
