"""Card slips (刷卡单): what terminals printed, found by their own numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shebao.core.desk.card import CardSlip
from shebao.core.desk.clerk import Clerk
from shebao.core.money import Money
from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("card_slips")


@dataclass(frozen=True, slots=True)
class CardTaken:
    """A slip of a terminal with the order it was taken for."""

    slip: CardSlip
    order_id: str
    taken_at: datetime


async def insert(
    tx: Tx, clerk: Clerk, slip: CardSlip, *, order_id: str, attempt_id: str, at: datetime
) -> bool:
    """Write a slip down; False when it is here already."""
    written = await tx.run(
        SQL.insert_card_slip,
        region_code=clerk.region_code,
        terminal=slip.terminal,
        reference=slip.reference,
        trace=slip.trace,
        order_id=order_id,
        attempt_id=attempt_id,
        office=clerk.office,
        clerk_id=clerk.id,
        amount_fen=slip.amount.fen,
        at=at,
    )
    return written == 1


async def order_of(tx: Tx, *, region_code: str, slip: CardSlip) -> str | None:
    """The order a slip of a terminal was taken for, if it is here already."""
    row = await tx.row(
        SQL.by_reference,
        region_code=region_code,
        terminal=slip.terminal,
        reference=slip.reference,
    )
    return None if row is None else str(row["order_id"])


async def of_clerk_since(tx: Tx, clerk: Clerk, *, since: datetime) -> list[CardTaken]:
    """What a clerk has charged since a moment, the newest first."""
    rows = await tx.rows(
        SQL.of_clerk_since,
        region_code=clerk.region_code,
        office=clerk.office,
        clerk_id=clerk.id,
        since=since,
    )
    return [
        CardTaken(
            CardSlip(row["terminal"], row["trace"], row["reference"], Money(row["amount_fen"])),
            row["order_id"],
            row["taken_at"],
        )
        for row in rows
    ]
