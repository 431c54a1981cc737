"""Reversal (冲正): a bank takes back money it had paid us, and what that means.

It cannot be refused either: the money has gone. What it paid is owed again, and the payer is
told. Money that waited in suspense has gone back this way. And money that had gone back before
has gone twice: a person must ask the bank for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shebao.core.bill import STEPS as BILL_STEPS
from shebao.core.bill import Bill, BillEvent, BillState
from shebao.core.channel import Method, TakenBack
from shebao.core.collection import into_funds
from shebao.core.journal import (
    SUSPENSE,
    TAKEN_TWICE,
    Account,
    Entry,
    Line,
    clearing,
)
from shebao.core.money import Money
from shebao.core.payment import Payment, PaymentState
from shebao.core.refund import Refund, RefundState
from shebao.core.steps import Steps

WAITS: Final = timedelta(days=3)  # Money nobody told us of is told of until then, or never.


class ReversalState(StrEnum):
    """Where a reversal stands."""

    TOLD = "told"  # 待处理
    BOOKED = "booked"  # 已冲正
    MANUAL = "manual"  # 转人工


class ReversalEvent(StrEnum):
    """What can happen to a reversal."""

    BOOKED = "booked"
    GIVEN_TO_A_PERSON = "given_to_a_person"


_S, _E = ReversalState, ReversalEvent
STEPS: Final = Steps(
    "reversal",
    {
        (_S.TOLD, _E.BOOKED): _S.BOOKED,
        (_S.TOLD, _E.GIVEN_TO_A_PERSON): _S.MANUAL,
    },
)


class Undone(StrEnum):
    """What a reversal turns out to undo: its type in the books."""

    BILLS = "bills"  # 已缴费款: the bills are owed again.
    SUSPENSE = "suspense"  # 待处理款: it has gone back this way.
    GONE_BACK = "gone_back"  # 已退款: it has gone back twice.
    ANOTHER_AMOUNT = "another_amount"  # 金额不符
    UNKNOWN_MONEY = "unknown_money"  # 未知款项


@dataclass(frozen=True, slots=True)
class Reversal:
    """One taking back, under the bank's number of it."""

    region_code: str
    method: Method
    told: TakenBack
    state: ReversalState
    version: int
    received_at: datetime
    undone: str = ""

    @property
    def subject_id(self) -> str:
        """The name its events are kept under."""
        return f"reversal:{self.method}:{self.told.number}"


@dataclass(frozen=True, slots=True)
class Facts:
    """All we know of the money a reversal speaks of."""

    payment: Payment | None = None
    bills: tuple[Bill, ...] = ()
    refund: Refund | None = None  # The latest, if there is one.


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reversal means, and the entry that goes into the journal, if any."""

    undone: Undone
    entry: Entry | None

    @property
    def event(self) -> ReversalEvent:
        """Booked, or left to a person."""
        alone = self.undone in {Undone.BILLS, Undone.SUSPENSE}
        return ReversalEvent.BOOKED if alone else ReversalEvent.GIVEN_TO_A_PERSON


def judge(reversal: Reversal, facts: Facts, *, at: datetime) -> Verdict | None:
    """Decide what a reversal means; nothing yet, while something else must end first."""
    payment = facts.payment
    if payment is None:
        old = reversal.received_at <= at - WAITS
        return Verdict(Undone.UNKNOWN_MONEY, None) if old else None
    if payment.amount != reversal.told.amount:
        lost = {TAKEN_TWICE: reversal.told.amount.fen}
        return Verdict(Undone.ANOTHER_AMOUNT, _entry(reversal, lost, at=at))
    undone = _undone(payment, facts)
    if undone is None:
        return None
    if undone is Undone.BILLS:
        back = {account: -fen for account, fen in into_funds(facts.bills).items()}
    elif undone is Undone.SUSPENSE:
        back = {SUSPENSE: payment.amount.fen}
    else:
        back = {TAKEN_TWICE: payment.amount.fen}
    return Verdict(undone, _entry(reversal, back, at=at))


def _undone(payment: Payment, facts: Facts) -> Undone | None:
    match payment.state:
        case PaymentState.APPLIED:
            return _of_bills(facts.bills)
        case PaymentState.UNAPPLIED:
            return Undone.SUSPENSE
        case PaymentState.REFUNDING:
            if facts.refund is None or facts.refund.state is not RefundState.MANUAL:
                return None  # It may still go back by itself.
            return Undone.SUSPENSE if payment.misfit else Undone.GONE_BACK
        case _:
            return Undone.GONE_BACK


def _of_bills(bills: Sequence[Bill]) -> Undone | None:
    if all(BILL_STEPS.allows(bill.state, BillEvent.REVERSAL_BEGUN) for bill in bills):
        return Undone.BILLS
    if any(bill.state is BillState.REVERSING for bill in bills):
        return None  # On its way back by a refund that was asked for.
    return Undone.GONE_BACK


def _entry(reversal: Reversal, back: Mapping[Account, int], *, at: datetime) -> Entry:
    """The money leaves what the channel holds for us, for wherever it had gone."""
    taken = {clearing(reversal.method): -reversal.told.amount.fen, **back}
    lines = tuple(Line(account, Money(fen)) for account, fen in taken.items() if fen)
    return Entry(reversal.region_code, reversal.subject_id, at, lines)
