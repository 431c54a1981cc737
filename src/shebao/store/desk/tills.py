"""Tills (钱箱): how much cash is where, and since when it should have gone on."""

from __future__ import annotations

from datetime import date

from shebao.core.desk.clerk import Clerk
from shebao.core.desk.till import Overdue, days_late
from shebao.core.money import Money
from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("tills")


async def waiting_cash(tx: Tx, *, region_code: str, today: date) -> list[Overdue]:
    """All cash that is not at the bank yet, by where it is; what is due first comes first."""
    rows = await tx.rows(SQL.waiting_cash, region_code=region_code)
    return [
        Overdue(
            office=row["office"],
            clerk_id=row["clerk_id"],
            stage=row["stage"],
            things=row["things"],
            amount=Money(row["amount_fen"]),
            due=row["due_on"],
            late=days_late(row["due_on"], today),
        )
        for row in rows
    ]


async def cash_of(tx: Tx, clerk: Clerk) -> Money:
    """What a clerk's till holds: its slips, less the cash paid out of it. The book is locked."""
    row = await tx.row(
        SQL.cash_of, region_code=clerk.region_code, office=clerk.office, clerk_id=clerk.id
    )
    assert row is not None
    return Money(row["amount_fen"])
