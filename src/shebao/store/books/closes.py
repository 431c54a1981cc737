"""Closes (日结): days that are closed, and the entries they are made of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Final

from shebao.core.books.close import Closed, DayClosed
from shebao.core.journal import Account, Entry, Line
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("closes")
_AT_ONCE: Final = 2000


async def lock(tx: Tx, *, region_code: str) -> None:
    """Let nobody else close a day of a region until the transaction ends."""
    await tx.rows(SQL.lock_closing, region_code=region_code)


async def last(tx: Tx, *, region_code: str, until: date) -> Closed | None:
    """The last day of a region that is closed, until a day."""
    row = await tx.row(SQL.last, region_code=region_code, day=until)
    return None if row is None else _closed(row)


async def refuse_closed(tx: Tx, *, region_code: str, day: date) -> None:
    """Raise DayClosed when a day is closed."""
    found = await last(tx, region_code=region_code, until=day)
    if found is not None and found.day == day:
        raise DayClosed(str(day))


async def of_region(tx: Tx, *, region_code: str) -> list[Closed]:
    """Every closed day of a region, in order."""
    return [_closed(row) for row in await tx.rows(SQL.of_region, region_code=region_code)]


async def first_entry_at(tx: Tx, *, region_code: str) -> datetime | None:
    """When the books of a region begin."""
    row = await tx.row(SQL.first_entry, region_code=region_code)
    assert row is not None
    at: datetime | None = row["at"]
    return at


async def entries_between(
    tx: Tx, *, region_code: str, begins: datetime, ends: datetime
) -> AsyncIterator[Entry]:
    """The entries of some time, in the order they are hashed in, however many there are."""
    async for rows in tx.stream(
        SQL.entries_between, at_once=_AT_ONCE, region_code=region_code, begins=begins, ends=ends
    ):
        for row in rows:
            sides = zip(row["accounts"], row["amounts"], strict=True)
            lines = tuple(Line(Account(account), Money(fen)) for account, fen in sides)
            yield Entry(region_code, row["reference"], row["at"], lines)


async def insert(tx: Tx, one: Closed, *, at: datetime) -> None:
    """Close a day for good."""
    await tx.run(
        SQL.insert_close,
        region_code=one.region_code,
        day=one.day,
        entries=one.entries,
        lines=one.lines,
        moved_fen=one.moved.fen,
        entries_hash=one.entries_hash,
        previous_hash=one.previous,
        hash=one.hash,
        balances={account: held.fen for account, held in one.balances.items()},
        facts=one.facts,
        at=at,
    )


def _closed(row: Row) -> Closed:
    return Closed(
        region_code=row["region_code"],
        day=row["day"],
        entries=row["entries"],
        lines=row["lines"],
        moved=Money(row["moved_fen"]),
        entries_hash=row["entries_hash"],
        previous=row["previous_hash"],
        balances={Account(name): Money(fen) for name, fen in row["balances"].items()},
        facts=row["facts"],
        hash=row["hash"],
    )
