"""Refunds (退款): money on its way back, kept and moved from state to state."""

from __future__ import annotations

from datetime import datetime

from shebao.core.channel import Method
from shebao.core.money import Money
from shebao.core.payment import Payment
from shebao.core.refund import STEPS, Refund, RefundEvent, RefundState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("refunds")


async def begin(tx: Tx, payment: Payment, *, refund_id: str, reason: str, at: datetime) -> None:
    """Agree to give all of a sum of money back."""
    await tx.run(
        SQL.insert_refund,
        region_code=payment.region_code,
        refund_id=refund_id,
        method=payment.method,
        reference=payment.reference,
        attempt_id=payment.attempt_id,
        amount_fen=payment.amount.fen,
        paid_fen=payment.amount.fen,
        reason=reason,
        at=at,
    )


async def step(tx: Tx, refund: Refund, event: RefundEvent, *, at: datetime) -> None:
    """Take a refund a step. It is locked."""
    moved = await tx.run(
        SQL.step_refund,
        region_code=refund.region_code,
        refund_id=refund.id,
        seen=refund.version,
        state=STEPS.after(refund.state, event),
        event=event,
        at=at,
    )
    assert moved == 1, "the refund was not locked"


async def lock(tx: Tx, *, region_code: str, refund_id: str) -> Refund:
    """One refund, held until the transaction ends. Raises LookupError when there is none."""
    row = await tx.row(SQL.lock_refund, region_code=region_code, refund_id=refund_id)
    if row is None:
        raise LookupError(refund_id)
    return _refund(row)


async def running(tx: Tx, *, region_code: str, asked_before: datetime, most: int) -> list[str]:
    """The ids of refunds that are not at an end and nobody has looked at for a while."""
    rows = await tx.rows(SQL.running, region_code=region_code, asked_before=asked_before, most=most)
    return [row["id"] for row in rows]


async def of_payment(tx: Tx, *, region_code: str, method: Method, reference: str) -> list[Refund]:
    """The refunds of one sum of money, the newest first."""
    rows = await tx.rows(
        SQL.of_payment, region_code=region_code, method=method, reference=reference
    )
    return [_refund(row) for row in rows]


def _refund(row: Row) -> Refund:
    return Refund(
        region_code=row["region_code"],
        id=row["id"],
        method=Method(row["method"]),
        reference=row["reference"],
        attempt_id=row["attempt_id"],
        amount=Money(row["amount_fen"]),
        paid=Money(row["paid_fen"]),
        reason=row["reason"],
        state=RefundState(row["state"]),
        version=row["version"],
    )
