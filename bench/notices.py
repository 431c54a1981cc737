"""Notices: a channel tells us of payments, and the last of them is in the journal.

Measured from the first byte sent until no notice waits: verified, shelved, answered, judged,
posted. The limit is pgbench running the same statements, one notice a transaction; beside it
stands what our own operation does when every notice is a transaction of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from statistics import median
from typing import Final

from city.residents import REGION

from bench import peer
from bench.books import Books
from bench.figures import Figure, Goal
from bench.laps import Course, figures
from bench.letters import letters, opened_letter
from bench.one_by_one import NOTICE
from bench.program import Program, environment
from bench.run import Run
from shebao.app import build
from shebao.config import read_config
from shebao.core.channel import Method, Told
from shebao.gateways.transport import Transport
from shebao.operations.collect import judge_waiting, shelve
from shebao.store.database import Database
from shebao.store.notices import Notice

MOST_US: Final = 150
GATHERED_LEAST: Final = 3
_POLL_SECONDS: Final = 0.01
_WAITING: Final = "SELECT count(*) FROM notices WHERE judged_at IS NULL"
_MISFITS: Final = "SELECT count(*) FROM notices WHERE verdict <> 'applied'"


async def measure(run: Run) -> list[Figure]:
    """Ours, pgbench's, and ours one by one, one after the other."""
    books, scale = await run.city(), run.scale
    lane, program = course(run), await run.program(books)
    ours, limits, alone = [], [], []
    await lane.warm(program, scale.warm)
    for _ in range(scale.laps):
        ours.append(await lane.ours(program, scale.count))
        limits.append(await lane.limit(books, scale.count))
        alone.append(await _one_by_one(run, books, scale.count))
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
    gathered = Figure(
        name="notices.rate.to_one_by_one",
        ours=median(lap.rate for lap in ours),
        limit=median(alone),
        unit="1/s",
        size=books.size,
        goal=Goal(at_least=GATHERED_LEAST),
    )
    first, *others = figures("notices", size=books.size, ours=ours, limits=limits)
    return [first, gathered, whole, *others]


async def _one_by_one(run: Run, books: Books, count: int) -> float:
    """Notices a second when each is heard alone, without HTTP, by as many at once as pgbench has.

    They are opened and checked beforehand: nothing is measured that gathering could not share.
    """
    transport, db = Transport(), Database(books.url, connections_max=2 * peer.CLIENTS)
    world = build(read_config(environment(books, run.folder)), db, transport)
    channel, at, waiting = world.channels[Method.WECHAT], world.now(), []
    numbers = books.orders.take(count)
    for letter in letters(run.folder / "credentials", numbers, host="127.0.0.1"):
        headers, body = opened_letter(letter)
        told = channel.open_notice(headers, body, now=at)
        assert isinstance(told, Told)
        lines = "\n".join(f"{name}: {said}" for name, said in headers.items())
        waiting.append(Notice(REGION, Method.WECHAT, at, lines, body, told))
    turn = iter(waiting)

    async def hear_them() -> None:
        for notice in turn:
            await shelve(world, [notice])
            assert await judge_waiting(world, REGION, most=1) == 1

    began = time.perf_counter()
    await asyncio.gather(*(hear_them() for _ in range(peer.CLIENTS)))
    took = time.perf_counter() - began
    await db.close()
    await transport.close()
    return count / took


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
