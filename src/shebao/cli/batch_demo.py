"""Batch demo: a whole run in a home that is thrown away, with the sandbox's bank."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from shebao.app import opened
from shebao.cli.batch_watch import Bars
from shebao.cli.demo_residents import rehearsal_days
from shebao.config import Config
from shebao.core.deduction.batch import Batch, BatchState
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.period import Period
from shebao.gateways.transport import Transport
from shebao.operations.batch.build import begin_batch, build_on, day_to_build
from shebao.operations.batch.look import BatchSeen, look_at_batch, past_batches
from shebao.operations.batch.rehearse import settle_town
from shebao.operations.batch.run import Progress as StageDone
from shebao.operations.batch.run import inquire_lines
from shebao.operations.batch.sign import sign_batch
from shebao.operations.look_at_books import look_at_books
from shebao.operations.world import World
from shebao.sandbox.process import SandboxProcess
from shebao.store.database import Database
from shebao.store.migrate import migrate
from shebao.store.server.embedded import EmbeddedServer

# Of a thousand lines, how many end how; and the answer comes in two parts.
ORDERS: Final = {"per_mille": {"1001": 60, "1007": 5, "1002": 5, "9999": 2}, "parts": 2}
_ROUNDS: Final = 6_000  # Of a second or more, while the bank has a large file in hand.
_UNIT: Final = 1 << (20 if sys.platform == "darwin" else 10)  # Of what the kernel says.


async def play(
    config: Config, *, region_code: str, scheme: str, people: int, bars: Bars
) -> dict[str, Any]:
    """Settle a city, collect from all of it, and say how it went."""
    with tempfile.TemporaryDirectory(prefix="shebao-batch-") as kept:
        home = Path(kept)
        sandbox = SandboxProcess(home / "credentials", time_factor=Fraction(1, 600))
        with sandbox:
            async with EmbeddedServer(home) as url:
                here = replace(
                    config,
                    home=home,
                    credentials=home / "credentials",
                    sandbox_url=sandbox.url,
                    rehearsal=rehearsal_days(),
                )
                db = Database(url)
                await migrate(db)
                await db.close()
                async with opened(here, url) as world:
                    return await _played(world, sandbox.url, region_code, scheme, people, bars)


async def _played(
    world: World, bank: str, region_code: str, scheme: str, people: int, bars: Bars
) -> dict[str, Any]:
    period = _period(world, region_code, scheme)
    started = time.perf_counter()
    settling = settle_town(
        world, region_code=region_code, scheme=scheme, period=period, people=people
    )
    await bars.follow(settling)
    settled = time.perf_counter()
    await _order(bank)
    builder = Clerk(region_code, "demo1", "制作人", "演练", frozenset({Duty.BATCH_BUILD}))
    signer = Clerk(region_code, "demo2", "复核人", "演练", frozenset({Duty.BATCH_SIGN}))
    day = day_to_build(world, region_code, scheme)
    batch = await begin_batch(world, builder, scheme=scheme, day=day)
    await bars.follow(_building(world, batch, people))
    await sign_batch(world, signer, batch.id)
    seen = await _to_its_end(world, batch, bars)
    took = time.perf_counter() - settled
    figures = await _figures(world, seen)
    asked = time.perf_counter() - settled - took
    return figures | {
        "people": people,
        "settled_seconds": round(settled - started, 1),
        "run_seconds": round(took, 1),
        "lines_a_second": round(seen.batch.lines / took),
        "books_seconds": round(asked, 1),
        "seconds": {stage: round(ms / 1000, 1) for stage, ms in bars.ms.items()},
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT),
    }


async def _building(world: World, batch: Batch, people: int) -> AsyncGenerator[StageDone, None]:
    async with aclosing(build_on(world, batch)) as building:
        async for now in building:
            yield StageDone("build", now.people, people)


async def _to_its_end(world: World, batch: Batch, bars: Bars) -> BatchSeen:
    """Take a batch on until it is closed; the bank answers in its own time."""
    for _ in range(_ROUNDS):
        await bars.watch(world, batch)
        while await inquire_lines(world, batch.region_code):
            pass
        [now] = await past_batches(world, batch.region_code)
        if now.state is BatchState.CLOSED:
            break
        await asyncio.sleep(1)
    return await look_at_batch(world, batch.region_code, batch.id)


async def _figures(world: World, seen: BatchSeen) -> dict[str, Any]:
    """How a run ended, and whether the books hold."""
    books, batch = await look_at_books(world), seen.batch
    ends = Counter({f"{one.state}:{one.reason}".rstrip(":"): one.lines for one in seen.counts})
    return {
        "region": batch.region_code,
        "scheme": batch.scheme,
        "day": batch.day.isoformat(),
        "lines": batch.lines,
        "amount_fen": batch.amount.fen,
        "sent": batch.sent,
        "state": batch.state,
        "counts": dict(ends),
        "journal_sum_fen": books.sum.fen,
        "broken": {name: len(what) for name, what in books.broken.items() if what},
    }


def _period(world: World, region_code: str, scheme: str) -> Period:
    """The period that is open on the day of the rehearsal."""
    today = world.today(region_code)
    seasons = world.region(region_code).scheme(scheme).seasons
    for period, season in seasons.items():
        if season.opens <= today <= season.closes:
            return period
    return Period(today.year)


async def _order(bank: str) -> None:
    """Tell the sandbox's bank how the packets of this run go."""
    transport = Transport()
    try:
        for _ in range(2):
            await transport.ask(
                whom="sandbox",
                method="POST",
                url=f"{bank}/sandbox/bank/packets/next",
                headers={"content-type": "application/json"},
                body=json.dumps(ORDERS).encode(),
            )
    finally:
        await transport.close()
