"""Close day (日结): a region's day is counted, hashed and chained to the one before.

Days are closed in order, when they are over and every file they need is here and compared. Two
people may close a day without a file, saying why; that is written into what is hashed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shebao.core.books.close import (
    Closed,
    DayBeforeOpen,
    DayClosed,
    DayNotOver,
    Doubt,
    StatementsMissing,
    Tally,
    doubts,
    hash_of,
    tally_after,
)
from shebao.core.desk.clerk import Clerk, Duty
from shebao.operations.books.expect import BookDay, days_of, midnight
from shebao.operations.books.two_people import second_person
from shebao.operations.world import SHANGHAI, World
from shebao.store.books import closes, differences
from shebao.store.database import Tx


@dataclass(frozen=True, slots=True)
class Without:
    """Two people close a day though a file is missing, and say why."""

    why: str
    asked_by: Clerk
    approved_by: Clerk


async def close_day(
    world: World, *, region_code: str, day: date, without: Without | None = None
) -> Closed:
    """Close a day of a region. Raises DayNotOver, DayClosed, DayBeforeOpen, StatementsMissing."""
    at = world.now()
    if day >= at.astimezone(SHANGHAI).date():
        raise DayNotOver(str(day))
    if without is not None:
        without.asked_by.must(Duty.BOOKS_PROPOSE)
        second_person(without.asked_by.id, without.approved_by)
    async with world.db.transaction() as tx:
        await closes.lock(tx, region_code=region_code)
        before = await _before(tx, region_code, day)
        [book_day] = await days_of(tx, world, region_code=region_code, first=day, last=day)
        if book_day.missing and without is None:
            sources = "、".join(one.source for one in book_day.missing)
            raise StatementsMissing(str(day), sources)
        tally = await _tally(tx, region_code, day, before)
        facts = await _facts(tx, book_day, region_code, without)
        closed = tally.close(region_code, day, previous=hash_of(before), facts=facts)
        await closes.insert(tx, closed, at=at)
    return closed


async def close_due(world: World, region_code: str) -> list[Closed]:
    """Close every day of a region that can be closed, one after another, until one cannot."""
    done: list[Closed] = []
    while (day := await next_day(world, region_code)) is not None:
        try:
            done.append(await close_day(world, region_code=region_code, day=day))
        except (DayNotOver, StatementsMissing):
            break
    return done


async def next_day(world: World, region_code: str) -> date | None:
    """The day of a region to be closed next; none while nothing was ever written there."""
    async with world.db.reading() as tx:
        before = await closes.last(tx, region_code=region_code, until=date.max)
        if before is not None:
            return before.day + timedelta(days=1)
        first = await closes.first_entry_at(tx, region_code=region_code)
    return None if first is None else first.astimezone(SHANGHAI).date()


async def verify(world: World, region_code: str) -> tuple[int, list[Doubt]]:
    """Prove every closed day of a region again from its entries; say how many, and what fails."""
    found: list[Doubt] = []
    async with world.db.snapshot() as tx:
        before: Closed | None = None
        said = await closes.of_region(tx, region_code=region_code)
        for one in said:
            tally = await _tally(tx, region_code, one.day, before)
            counted = tally.close(region_code, one.day, previous=hash_of(before), facts=one.facts)
            found += doubts(one, counted)
            before = one
    return len(said), found


async def _before(tx: Tx, region_code: str, day: date) -> Closed | None:
    """The day before, which must be closed; none when the books begin with this one."""
    before = await closes.last(tx, region_code=region_code, until=date.max)
    if before is None:
        first = await closes.first_entry_at(tx, region_code=region_code)
        begins = first.astimezone(SHANGHAI).date() if first else day
        if begins < day:
            raise DayBeforeOpen(str(day), str(begins))
        return None
    if before.day >= day:
        raise DayClosed(str(day))
    following = before.day + timedelta(days=1)
    if following != day:
        raise DayBeforeOpen(str(day), str(following))
    return before


async def _tally(tx: Tx, region_code: str, day: date, before: Closed | None) -> Tally:
    tally = tally_after(before)
    async for entry in closes.entries_between(
        tx, region_code=region_code, begins=midnight(day), ends=midnight(day + timedelta(days=1))
    ):
        tally.add(entry)
    return tally


async def _facts(tx: Tx, day: BookDay, region_code: str, without: Without | None) -> str:
    """What a close rests on: files with their hashes, differences that stand, what is missing."""
    standing = await differences.standing(tx, region_code=region_code, day=day.day)
    facts: dict[str, Any] = {
        "files": [
            [file.name, file.lines, file.sha256.hex()]
            for source in day.sources
            for file in source.files
        ],
        "differences": [[one.source, one.kind, one.times, one.gap.fen] for one in standing],
    }
    if without is not None:
        facts["without"] = [
            ",".join(one.source for one in day.missing),
            without.why,
            without.asked_by.id,
            without.approved_by.id,
        ]
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)
