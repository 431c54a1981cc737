"""Cash payouts (退付现金): money given back over the counter, and what waits to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shebao.core.desk.clerk import Clerk
from shebao.core.desk.payout import CashPayout
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("cash_payouts")


@dataclass(frozen=True, slots=True)
class ToPayOut:
    """A refund of cash that waits for a person."""

    refund_id: str
    slip_id: str
    number: str
    amount: Money
    reason: str
    since: datetime
    payer_name: str


async def insert(tx: Tx, payout: CashPayout) -> None:
    """Write one sum down that was given back in cash."""
    await tx.run(
        SQL.insert_payout,
        region_code=payout.region_code,
        refund_id=payout.refund_id,
        office=payout.office,
        clerk_id=payout.clerk_id,
        amount_fen=payout.amount.fen,
        signed_by=payout.signed_by,
        at=payout.paid_at,
    )


async def by_refund(tx: Tx, *, region_code: str, refund_id: str) -> CashPayout | None:
    """The payout of a refund, if somebody has made it."""
    row = await tx.row(SQL.by_refund, region_code=region_code, refund_id=refund_id)
    return None if row is None else _payout(row)


async def from_till(tx: Tx, clerk: Clerk) -> list[CashPayout]:
    """Cash paid out of a clerk's till that no hand-in accounts for yet."""
    rows = await tx.rows(
        SQL.from_till, region_code=clerk.region_code, office=clerk.office, clerk_id=clerk.id
    )
    return [_payout(row) for row in rows]


async def put_into_hand_in(
    tx: Tx, *, region_code: str, refund_ids: Iterable[str], hand_in_id: str
) -> None:
    """These payouts are accounted for by a hand-in. The book is locked."""
    await tx.run(
        SQL.put_into_hand_in,
        region_code=region_code,
        refund_ids=sorted(refund_ids),
        hand_in_id=hand_in_id,
    )


async def take_out_of_hand_in(tx: Tx, *, region_code: str, hand_in_id: str) -> None:
    """A hand-in was sent back: its payouts lessen the till again."""
    await tx.run(SQL.take_out_of_hand_in, region_code=region_code, hand_in_id=hand_in_id)


async def waiting(tx: Tx, *, region_code: str) -> list[ToPayOut]:
    """Refunds of cash that wait for a person, the oldest first."""
    rows = await tx.rows(SQL.waiting, region_code=region_code)
    return [
        ToPayOut(
            refund_id=row["id"],
            slip_id=row["slip_id"],
            number=row["reference"],
            amount=Money(row["amount_fen"]),
            reason=row["reason"],
            since=row["created_at"],
            payer_name=row["name"],
        )
        for row in rows
    ]


def _payout(row: Row) -> CashPayout:
    return CashPayout(
        region_code=row["region_code"],
        refund_id=row["refund_id"],
        office=row["office"],
        clerk_id=row["clerk_id"],
        amount=Money(row["amount_fen"]),
        signed_by=row["signed_by"],
        paid_at=row["paid_at"],
    )
