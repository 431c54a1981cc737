"""Refunds (退款): money on its way back, kept and moved from state to state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shebao.core.channel import Method
from shebao.core.money import Money
from shebao.core.payment import Payment
from shebao.core.person import masked_name
from shebao.core.refund import STEPS, ByHand, Refund, RefundEvent, RefundState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("refunds")


@dataclass(frozen=True, slots=True)
class HandledByPerson:
    """A refund that a person looks after: since when, who, and whose money it is."""

    refund: Refund
    since: datetime
    owner: str | None
    order_id: str | None
    payer: str | None  # A person masked, an office by its name.
    phone_masked: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a sum of money that a request gets back."""

    request_id: str
    amount: Money


async def begin(
    tx: Tx,
    payment: Payment,
    *,
    refund_id: str,
    reason: str,
    at: datetime,
    part: Part | None = None,
) -> None:
    """Agree to give a sum of money back: all of it, or the part of a request."""
    await tx.run(
        SQL.insert_refund,
        region_code=payment.region_code,
        refund_id=refund_id,
        method=payment.method,
        reference=payment.reference,
        attempt_id=payment.attempt_id,
        amount_fen=(part.amount if part else payment.amount).fen,
        paid_fen=payment.amount.fen,
        reason=reason,
        request_id=part.request_id if part else None,
        at=at,
    )


async def step(
    tx: Tx, refund: Refund, event: RefundEvent, *, at: datetime, why: ByHand = ByHand.NONE
) -> None:
    """Take a refund a step, saying why a person must look after it, if one must. It is locked."""
    moved = await tx.run(
        SQL.step_refund,
        region_code=refund.region_code,
        refund_id=refund.id,
        seen=refund.version,
        state=STEPS.after(refund.state, event),
        event=event,
        why=why,
        at=at,
    )
    assert moved == 1, "the refund was not locked"
    if event is RefundEvent.GIVEN_TO_A_PERSON:
        await tx.run(
            SQL.give_to_whoever_has_least, region_code=refund.region_code, refund_id=refund.id
        )


async def lock(tx: Tx, *, region_code: str, refund_id: str) -> Refund:
    """One refund, held until the transaction ends. Raises LookupError when there is none."""
    row = await tx.row(SQL.lock_refund, region_code=region_code, refund_id=refund_id)
    if row is None:
        raise LookupError(refund_id)
    return _refund(row)


async def running(
    tx: Tx, *, region_code: str, now: datetime, rested: timedelta, most: int
) -> list[str]:
    """The ids of refunds that are not at an end, have rested, and are due to be looked at."""
    rows = await tx.rows(
        SQL.running, region_code=region_code, asked_before=now - rested, now=now, most=most
    )
    return [row["id"] for row in rows]


async def redirect(tx: Tx, refund: Refund, *, repair_id: str) -> None:
    """Let a refund go to the card a repair names. It is locked."""
    await tx.run(
        SQL.redirect,
        region_code=refund.region_code,
        refund_id=refund.id,
        repair_id=repair_id,
    )


async def look_again(
    tx: Tx, refund: Refund, *, at: datetime, soonest: timedelta, latest: timedelta
) -> None:
    """Look at a refund again after an eighth of the time it has taken, within bounds."""
    await tx.run(
        SQL.look_again,
        region_code=refund.region_code,
        refund_id=refund.id,
        at=at,
        soonest=soonest,
        latest=latest,
    )


async def of_payment(tx: Tx, *, region_code: str, method: Method, reference: str) -> list[Refund]:
    """The refunds of one sum of money, the newest first."""
    rows = await tx.rows(
        SQL.of_payment, region_code=region_code, method=method, reference=reference
    )
    return [_refund(row) for row in rows]


async def by_id(tx: Tx, *, region_code: str, refund_id: str) -> Refund | None:
    """One refund, to look at."""
    row = await tx.row(SQL.by_id, region_code=region_code, refund_id=refund_id)
    return None if row is None else _refund(row)


async def by_hand(tx: Tx, *, region_code: str) -> list[HandledByPerson]:
    """The refunds a person must look after, those that wait longest first."""
    rows = await tx.rows(SQL.by_hand, region_code=region_code)
    return [
        HandledByPerson(
            refund=_refund(row),
            since=row["since"],
            owner=row["owner"],
            order_id=row["order_id"],
            payer=row["payer"] if row["is_office"] else masked_name(row["payer"] or "") or None,
            phone_masked=row["phone_masked"],
        )
        for row in rows
    ]


async def give_to(tx: Tx, *, region_code: str, refund_id: str, clerk_id: str) -> bool:
    """Let a clerk look after a refund; whether it waits for a person at all."""
    given = await tx.run(
        SQL.give_to, region_code=region_code, refund_id=refund_id, clerk_id=clerk_id
    )
    return given == 1


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
        request_id=row["request_id"],
        why=ByHand(row["why"]),
        owner_id=row["owner_id"],
        asked_at=row["asked_at"],
        redirected_by=row["redirected_by"],
    )
