"""Compare (对账): the files of a source and day against what our own books say of that day.

One pass of SQL finds the few numbers that differ, the core says what each is, and they are
written down. What was found before and is not found again has fallen. Comparing a day again is
safe, and is done whenever money of that day was judged later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from shebao.core.books.reconciliation import Source, ends_earlier, judge
from shebao.core.channel import Method
from shebao.operations.books.settle import hear_from_bank, hear_from_treasury, settle_transfers
from shebao.operations.world import SHANGHAI, World
from shebao.store.books import differences, settlements, statements
from shebao.store.books.differences import Day
from shebao.store.database import Tx

LOOK_BACK: Final = timedelta(days=8)  # Days whose money may still be judged, and compared again.


@dataclass(frozen=True, slots=True)
class Compared:
    """A source and day that was compared, and how many differences were found just now."""

    region_code: str
    source: str
    day: date
    found: int


async def compare_waiting(world: World, region_code: str) -> list[Compared]:
    """Compare every source and day of a region that has new files or new money, by day."""
    since = world.now().astimezone(SHANGHAI).date() - LOOK_BACK
    async with world.db.reading() as tx:
        waiting = await statements.to_match(tx, region_code=region_code, since=since)
    compared = [
        await compare(world, region_code=region_code, source=source, day=day)
        for source, day in waiting
    ]
    if any(source == Source.BANK for source, _ in waiting):  # It may have told of transfers.
        compared += await compare_waiting(world, region_code)
    return compared


async def compare(world: World, *, region_code: str, source: str, day: date) -> Compared:
    """Compare one source and day of a region with our books."""
    at = world.now()
    async with world.db.transaction() as tx:
        await statements.lock(tx, region_code=region_code, source=source)
        if source == Source.BANK:
            found = await hear_from_bank(tx, world, region_code=region_code, day=day)
        elif source == Source.TREASURY:
            found = await hear_from_treasury(tx, world, region_code=region_code, day=day)
        else:
            found = await _compare_channel(tx, world, await _day(tx, region_code, source, day))
            method = Method(source)
            await settlements.owe(tx, region_code=region_code, method=method, day=day, at=at)
            if method is Method.TRANSFER:
                await settle_transfers(tx, world, region_code=region_code, day=day)
        await differences.fall(tx, region_code=region_code, source=source, day=day, at=at)
        await statements.matched(tx, region_code=region_code, source=source, day=day, at=at)
    return Compared(region_code, source, day, found)


async def _compare_channel(tx: Tx, world: World, day: Day) -> int:
    count, at = 0, world.now()
    async for candidates in differences.candidates(tx, day):
        found = [
            (world.mint("dif"), finding)
            for finding in map(judge, candidates)
            if finding is not None
        ]
        await differences.keep(tx, day, found, at=at)
        count += len(found)
    before = day.day - timedelta(days=1)
    if await statements.is_read(tx, region_code=day.region_code, source=day.source, day=before):
        await differences.harden(tx, region_code=day.region_code, source=day.source, day=before)
    return count


async def _day(tx: Tx, region_code: str, source: str, day: date) -> Day:
    next_day = day + timedelta(days=1)
    early = ends_earlier(source)
    return Day(
        region_code=region_code,
        source=source,
        day=day,
        begins=_midnight(day) - early,
        ends=_midnight(next_day) - early,
        ends_earlier=early,
        next_day_read=await statements.is_read(
            tx, region_code=region_code, source=source, day=next_day
        ),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
