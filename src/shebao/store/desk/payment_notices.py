"""Payment notices (缴款通知单): the numbers payers take to a bank's window."""

from __future__ import annotations

from shebao.core.desk.payment_notice import PaymentNotice
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("payment_notices")


async def keep(tx: Tx, notice: PaymentNotice) -> None:
    """Write a notice down; the same one again changes nothing."""
    await tx.run(
        SQL.insert_notice,
        region_code=notice.region_code,
        number=notice.number,
        order_id=notice.order_id,
        attempt_id=notice.attempt_id,
        office=notice.office,
        clerk_id=notice.clerk_id,
        amount_fen=notice.amount.fen,
        at=notice.printed_at,
        expires_at=notice.expires_at,
    )


async def by_number(tx: Tx, *, region_code: str, number: str) -> PaymentNotice | None:
    """One notice, if there is one of this number."""
    row = await tx.row(SQL.by_number, region_code=region_code, number=number)
    return None if row is None else _notice(row)


async def of_order(tx: Tx, *, region_code: str, order_id: str) -> PaymentNotice | None:
    """The newest notice of an order, if one was printed."""
    row = await tx.row(SQL.of_order, region_code=region_code, order_id=order_id)
    return None if row is None else _notice(row)


def _notice(row: Row) -> PaymentNotice:
    return PaymentNotice(
        region_code=row["region_code"],
        number=row["number"],
        order_id=row["order_id"],
        attempt_id=row["attempt_id"],
        office=row["office"],
        clerk_id=row["clerk_id"],
        amount=Money(row["amount_fen"]),
        printed_at=row["printed_at"],
        expires_at=row["expires_at"],
    )
