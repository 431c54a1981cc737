"""Expect (对账单到齐): which files a day needs before it can be closed, and which are not here.

A file is needed of every method by which our own books say that money moved, and of the bank and
the treasury once a region has a folder for theirs, on weekdays. The monitor also names what was
asked for and not there, files that nobody can place, and files that have changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from shebao.core.books.reconciliation import Source
from shebao.operations.world import SHANGHAI, World
from shebao.store.books import closes, statements
from shebao.store.books.statements import SHARED, StatementFile
from shebao.store.database import Tx

_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDay:
    """One source on one day of a region: whether its file is needed, here, and compared."""

    region_code: str
    source: str
    day: date
    needed: bool
    files: tuple[StatementFile, ...]
    says: str  # What came of asking for it, when it is not here.

    @property
    def ready(self) -> bool:
        """Whether nothing keeps the day open."""
        if not self.files:
            return not self.needed
        return all(file.matched_at is not None for file in self.files)


@dataclass(frozen=True, slots=True)
class BookDay:
    """A day of a region's books: its files, and whether it is closed."""

    day: date
    sources: tuple[FileDay, ...]
    closed: bool

    @property
    def missing(self) -> tuple[FileDay, ...]:
        """What keeps it from being closed."""
        return tuple(one for one in self.sources if not one.ready)


async def book_days(world: World, *, region_code: str, first: date, last: date) -> list[BookDay]:
    """The days of a region's books, each with what it needs and has."""
    async with world.db.snapshot() as tx:
        return await days_of(tx, world, region_code=region_code, first=first, last=last)


async def days_of(
    tx: Tx, world: World, *, region_code: str, first: date, last: date
) -> list[BookDay]:
    """The same, within a transaction."""
    files = await statements.of_days(tx, region_code=region_code, first_day=first, last_day=last)
    moved = await statements.moved_days(
        tx, region_code=region_code, begins=midnight(first - _DAY), ends=midnight(last + _DAY)
    )
    asked: Mapping[tuple[str, date], str] = {
        **await statements.requests(tx, region_code=SHARED, first_day=first, last_day=last),
        **await statements.requests(tx, region_code=region_code, first_day=first, last_day=last),
    }
    closed = {one.day for one in await closes.of_region(tx, region_code=region_code)}
    found = []
    day = first
    while day <= last:
        needed = {source for source, on in moved if on == day} | _dropped(world, region_code, day)
        here = {file.source for file in files if file.day == day}
        tried = {source for source, on in asked if on == day}
        sources = tuple(
            FileDay(
                region_code=region_code,
                source=source,
                day=day,
                needed=source in needed,
                files=tuple(one for one in files if (one.source, one.day) == (source, day)),
                says=asked.get((source, day), ""),
            )
            for source in sorted(needed | here | tried)
        )
        found.append(BookDay(day, sources, day in closed))
        day += _DAY
    return found


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), SHANGHAI)


_DAY: Final = timedelta(days=1)


def _dropped(world: World, region_code: str, day: date) -> set[str]:
    """Sources whose folder somebody made: they send a file every weekday."""
    if day.weekday() >= _SATURDAY:
        return set()
    folder = world.inbox.folder / region_code
    return {str(source) for source in Source if (folder / source).is_dir()}
