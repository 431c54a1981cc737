"""Alike (同类明细): lines that differ in nothing the rule of collection asks about.

Of a million lines a few kinds are left: so much collected, into these funds. `collection.py` is
asked once of each kind, with a line that stands where a sent line stands; whoever writes the
others sees to it that they stand there too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from shebao.core.attempt import STEPS as ATTEMPT_STEPS
from shebao.core.attempt import Attempt, AttemptEvent, AttemptState
from shebao.core.bill import STEPS as BILL_STEPS
from shebao.core.bill import Bill, BillEvent, BillKind, BillState, ShareOfBill
from shebao.core.channel import Method, Outcome, Told
from shebao.core.collection import PERSONAL, Case, Receiving
from shebao.core.deduction.batch import ENTRY, NEVER
from shebao.core.journal import Line
from shebao.core.money import Money, total
from shebao.core.order import STEPS as ORDER_STEPS
from shebao.core.order import Order, OrderEvent, OrderState
from shebao.core.period import Period

_THEN = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kind:
    """What the lines of one kind have in common: the sum, and where each bill's money goes."""

    amount: Money
    shares: tuple[tuple[ShareOfBill, ...], ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """What is written of every line of a kind: the entry, and the steps that are taken."""

    kind: Kind
    lines: tuple[Line, ...]
    attempt: tuple[AttemptEvent, AttemptState]
    order: tuple[OrderEvent, OrderState]
    bill: tuple[BillEvent, BillState]


def judge_alike(region_code: str, method: Method, kind: Kind) -> Alike | None:
    """What money means that a bank collected for a line of a kind; None when it does not fit."""
    case, told = _sent(region_code, method, kind), _collected(kind)
    found = Receiving(region_code, method, _THEN).judge(told, case)
    if not found.applied or not (found.attempt_event and found.order_event and found.bill_event):
        return None
    return Alike(
        kind,
        found.entry.lines,
        (found.attempt_event, ATTEMPT_STEPS.after(case.attempt.state, found.attempt_event)),
        (found.order_event, ORDER_STEPS.after(case.order.state, found.order_event)),
        (found.bill_event, BILL_STEPS.after(BillState.RESERVED, found.bill_event)),
    )


def _collected(kind: Kind) -> Told:
    return Told(
        attempt_id="attempt",
        outcome=Outcome.PAID,
        amount=kind.amount,
        reference="reference",
        happened_at=_THEN,
    )


def _sent(region_code: str, method: Method, kind: Kind) -> Case:
    """A line as it stands when its bank has it."""
    order = Order(
        region_code, "order", "payer", ENTRY, OrderState.PAYING, 1, kind.amount, NEVER, "attempt",
        _THEN,
    )  # fmt: skip
    attempt = Attempt(
        region_code, "attempt", "order", method, AttemptState.SENT, 1, kind.amount, None, _THEN
    )
    return Case(attempt, order, tuple(_held(region_code, one) for one in kind.shares))


def _held(region_code: str, shares: tuple[ShareOfBill, ...]) -> Bill:
    return Bill(
        region_code=region_code,
        id="bill",
        person_id="payer",
        enrolment_id="enrolment",
        scheme="scheme",
        period=Period(_THEN.year),
        kind=BillKind.YEARLY,
        amount=total(share.amount for share in shares if share.payer == PERSONAL),
        shares=shares,
        state=BillState.RESERVED,
        version=1,
        held_by="order",
        payable_until=date.max,
        label="",
    )
