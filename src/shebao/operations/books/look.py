"""Look (查看账务): what operators see of the books: days with their files, differences, repairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shebao.core.books.close import Closed
from shebao.core.books.reconciliation import Difference
from shebao.core.books.repair import Repair
from shebao.core.books.settlement import Settlement
from shebao.operations.books.expect import BookDay, days_of
from shebao.operations.world import SHANGHAI, World
from shebao.store.books import closes, differences, repairs, settlements
from shebao.store.books.differences import Standing

SHOWN_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class DaySeen:
    """A day of the books in one look: its files, what stands, what was owed, how it was closed."""

    day: BookDay
    standing: tuple[Standing, ...]
    settlements: tuple[Settlement, ...]
    closed: Closed | None

    @property
    def open(self) -> int:
        """How many differences wait for somebody."""
        return sum(one.open for one in self.standing)


@dataclass(frozen=True, slots=True)
class DifferenceSeen:
    """A difference, and all that was proposed and done about it."""

    difference: Difference
    repairs: tuple[Repair, ...]


async def look_at_days(world: World, *, region_code: str, most: int = 31) -> list[DaySeen]:
    """The last days of a region's books, the newest first; today is not one of them yet."""
    last = world.now().astimezone(SHANGHAI).date() - timedelta(days=1)
    first = last - timedelta(days=most - 1)
    async with world.db.snapshot() as tx:
        days = await days_of(tx, world, region_code=region_code, first=first, last=last)
        owed = await settlements.of_days(
            tx, region_code=region_code, first_day=first, last_day=last
        )
        closed = {one.day: one for one in await closes.of_region(tx, region_code=region_code)}
        seen = [
            DaySeen(
                day,
                tuple(await differences.standing(tx, region_code=region_code, day=day.day)),
                tuple(one for one in owed if one.day == day.day),
                closed.get(day.day),
            )
            for day in days
        ]
    return seen[::-1]


async def look_at_differences(
    world: World, span: tuple[date, date], *, region_code: str, source: str | None = None,
    only_open: bool = False,
) -> list[DifferenceSeen]:  # fmt: skip
    """The differences from one day to another, those to be done first, with their repairs."""
    async with world.db.snapshot() as tx:
        found = await differences.of_days(
            tx, span, region_code=region_code, source=source, only_open=only_open, most=SHOWN_MOST
        )
        done: Mapping[str, Sequence[Repair]] = await repairs.of_differences(
            tx, region_code=region_code, difference_ids=[one.id for one in found]
        )
    return [DifferenceSeen(one, tuple(done.get(one.id, ()))) for one in found]


async def repairs_waiting(world: World, region_code: str) -> list[Repair]:
    """What waits for a second person, oldest first."""
    async with world.db.reading() as tx:
        return await repairs.waiting(tx, region_code=region_code)
