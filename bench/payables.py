"""Payables: signed-in residents with four bills each look at what they owe (GET /items)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Final

from bench import payers
from bench.books import Numbers
from bench.crowd import CONNECTIONS, visit
from bench.figures import Figure, Goal
from bench.program import Program
from bench.run import Run

MOST_US: Final = 400
VISITORS: Final = 400


@dataclass(frozen=True, slots=True)
class Lap:
    """So many pages in a row: what one costs, how many a second, how long the slowest take."""

    program_us: float
    database_us: float
    rate: float
    p99_ms: float


async def measure(run: Run) -> list[Figure]:
    """The medians, after one lap to warm up."""
    books = await run.city()
    program = await run.program(books)
    cookies = await payers.sign_in(books, run.folder, Numbers(books.people).take(VISITORS))
    pages = [
        payers.page_request("/items", cookie, port=program.port) for cookie in cookies.values()
    ]
    wanted = list(islice(cycle(pages), run.scale.count))
    _, *laps = [await _lap(program, wanted, folder=run.folder) for _ in range(run.scale.laps + 1)]
    size, cpu = books.size, median(lap.program_us + lap.database_us for lap in laps)
    return [
        Figure(
            name="payables.cpu",
            ours=cpu,
            limit=MOST_US,
            unit="µs",
            cpu_us=cpu,
            size=size,
            goal=Goal(at_most=1),
        ),
        _cpu("payables.cpu.program", median(lap.program_us for lap in laps), size),
        _cpu("payables.cpu.postgresql", median(lap.database_us for lap in laps), size),
        Figure(
            name="payables.rate",
            ours=median(lap.rate for lap in laps),
            unit="1/s",
            cpu_us=cpu,
            size=size,
        ),
        Figure(
            name="payables.answered.p99",
            ours=median(lap.p99_ms for lap in laps),
            unit="ms",
            size=size,
        ),
    ]


async def _lap(program: Program, wanted: Sequence[bytes], *, folder: Path) -> Lap:
    before = program.cpu_us()
    met = await visit(program.port, wanted, connections=CONNECTIONS, folder=folder)
    assert met.statuses == {"200": len(wanted)}, met.statuses
    spent = [now - then for now, then in zip(program.cpu_us(), before, strict=True)]
    each = [used / len(wanted) for used in spent]
    return Lap(each[0], each[1], len(wanted) / (met.ended - met.began), met.p99_ms)


def _cpu(name: str, us: float, size: int) -> Figure:
    return Figure(name=name, ours=us, unit="µs", cpu_us=us, size=size)
