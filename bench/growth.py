"""Growth: the same notices and orders in a city and in a larger one, lap by lap in turn."""

from __future__ import annotations

from statistics import median
from typing import Final

from bench import notices, orders
from bench.figures import Figure, Goal
from bench.laps import Course
from bench.run import Run

RATIO_MOST: Final = 1.15


async def measure(run: Run) -> list[Figure]:
    """What an item costs in the larger city, beside what it costs in the other."""
    return [
        await _grown(run, "growth.notices", notices.course(run)),
        await _grown(run, "growth.orders", orders.course(run)),
    ]


async def _grown(run: Run, name: str, lane: Course) -> Figure:
    costs: dict[int, list[float]] = {}
    cities = [await run.city(), await run.larger_city()]
    programs = [await run.program(city) for city in cities]
    for program in programs:
        await lane.warm(program, run.scale.warm)
    for _ in range(run.scale.laps):
        for program in programs:
            lap = await lane.ours(program, run.scale.count)
            costs.setdefault(program.books.size, []).append(lap.cpu_us)
    small, large = sorted(costs)
    ours = median(costs[large])
    return Figure(
        name=name,
        ours=ours,
        limit=median(costs[small]),
        unit="µs",
        cpu_us=ours,
        size=large,
        goal=Goal(at_most=RATIO_MOST),
    )
