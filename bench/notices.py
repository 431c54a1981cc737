"""Notices: a channel tells us of payments, and the last of them is in the journal.

Measured from the first byte sent until no notice waits: verified, shelved, answered, judged,
posted. The limit is pgbench running the same statements, one notice a transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from statistics import median
from typing import Final

from bench import peer
from bench.books import Books
from bench.figures import Figure, Goal
from bench.laps import Course, figures
from bench.letters import letters
from bench.one_by_one import NOTICE
from bench.program import Program, serving
from bench.run import Run

MOST_US: Final = 150
_POLL_SECONDS: Final = 0.01
_WAITING: Final = "SELECT count(*) FROM notices WHERE judged_at IS NULL"
_MISFITS: Final = "SELECT count(*) FROM notices WHERE verdict <> 'applied'"


async def measure(run: Run) -> list[Figure]:
    """Ours and pgbench's, one after the other."""
    books, scale = await run.city(), run.scale
    lane = course(run)
    ours, limits = [], []
    async with serving(books, folder=run.folder) as program:
        await lane.warm(program, scale.warm)
        for _ in range(scale.laps):
            ours.append(await lane.ours(program, scale.count))
            limits.append(await lane.limit(books, scale.count))
    cpu = median(lap.cpu_us for lap in ours)
    whole = Figure(
        name="notices.cpu",
        ours=cpu,
        limit=MOST_US,
        unit="µs",
        cpu_us=cpu,
        size=books.size,
        goal=Goal(at_most=1),
    )
    first, *others = figures("notices", size=books.size, ours=ours, limits=limits)
    return [first, whole, *others]


def course(run: Run) -> Course:
    """Notices as they come over the wire."""

    async def requests(program: Program, numbers: range) -> Sequence[bytes]:
        host = f"127.0.0.1:{program.port}"
        return letters(run.folder / "credentials", numbers, host=host)

    return Course(
        numbers=lambda books: books.orders,
        requests=requests,
        answer="204",
        settled=_judged,
        script=peer.script([], NOTICE),
        folder=run.folder,
    )


async def _judged(books: Books, _count: int) -> None:
    """Wait until no notice waits. Every one of them has paid its order."""
    async with books.connected() as connection:
        while await connection.fetchval(_WAITING):  # noqa: ASYNC110  Another process judges.
            await asyncio.sleep(_POLL_SECONDS)
        assert not await connection.fetchval(_MISFITS), "a notice was not applied"
