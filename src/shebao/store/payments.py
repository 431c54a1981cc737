"""Payments (到账): the money channels hold for us, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.channel import Method
from shebao.core.money import Money
from shebao.core.payment import STEPS, Misfit, Payment, PaymentEvent, PaymentState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("payments")


async def known(
    tx: Tx, *, region_code: str, keys: Sequence[tuple[Method, str]]
) -> set[tuple[Method, str]]:
    """Which of these sums of money, by method and reference, are written down already."""
    rows = await tx.rows(
        SQL.known,
        region_code=region_code,
        methods=list({method for method, _ in keys}),
        references=[reference for _, reference in keys],
    )
    return {(Method(row["method"]), row["reference"]) for row in rows}


async def insert(tx: Tx, *, region_code: str, payments: Sequence[Payment], at: datetime) -> None:
    """Write money down, as judged."""
    await tx.run(
        SQL.insert_payments,
        region_code=region_code,
        methods=[payment.method for payment in payments],
        references=[payment.reference for payment in payments],
        attempt_ids=[payment.attempt_id for payment in payments],
        order_ids=[payment.order_id for payment in payments],
        amounts=[payment.amount.fen for payment in payments],
        states=[payment.state for payment in payments],
        misfits=[payment.misfit for payment in payments],
        happened_ats=[payment.happened_at for payment in payments],
        at=at,
    )


async def of_order(tx: Tx, *, region_code: str, order_id: str) -> list[Payment]:
    """All the money that came for an order, whether it fitted or not."""
    rows = await tx.rows(SQL.of_order, region_code=region_code, order_id=order_id)
    return [_payment(row) for row in rows]


async def by_number(tx: Tx, *, region_code: str, method: Method, reference: str) -> Payment | None:
    """One sum of money, by the channel's number of it, to look at."""
    row = await tx.row(SQL.by_number, region_code=region_code, method=method, reference=reference)
    return None if row is None else _payment(row)


async def lock_set_aside(tx: Tx, *, region_code: str, most: int) -> list[Payment]:
    """Money that does not fit and is not on its way back yet, held for this transaction."""
    rows = await tx.rows(SQL.lock_set_aside, region_code=region_code, most=most)
    return [_payment(row) for row in rows]


async def begin_refund(tx: Tx, payment: Payment, *, at: datetime) -> None:
    """Money that is locked begins its way back."""
    await _move(tx, _Key.of(payment), payment.state, PaymentEvent.REFUND_BEGUN, at)


async def refunded(
    tx: Tx, *, region_code: str, method: Method, reference: str, at: datetime
) -> None:
    """The money under this reference has gone back."""
    key = _Key(region_code, method, reference)
    await _move(tx, key, PaymentState.REFUNDING, PaymentEvent.REFUNDED, at)


@dataclass(frozen=True, slots=True)
class _Key:
    region_code: str
    method: Method
    reference: str

    @classmethod
    def of(cls, payment: Payment) -> _Key:
        return cls(payment.region_code, payment.method, payment.reference)


async def _move(tx: Tx, key: _Key, seen: PaymentState, event: PaymentEvent, at: datetime) -> None:
    moved = await tx.run(
        SQL.move,
        region_code=key.region_code,
        method=key.method,
        reference=key.reference,
        seen=seen,
        state=STEPS.after(seen, event),
        event=event,
        at=at,
    )
    assert moved == 1, "the money did not stand where it was seen"


def _payment(row: Row) -> Payment:
    return Payment(
        region_code=row["region_code"],
        method=Method(row["method"]),
        reference=row["reference"],
        attempt_id=row["attempt_id"],
        order_id=row["order_id"],
        amount=Money(row["amount_fen"]),
        state=PaymentState(row["state"]),
        misfit=Misfit(row["misfit"]),
        happened_at=row["happened_at"],
    )
