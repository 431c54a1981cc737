"""Collection (收款): what money means when it comes, decided without touching anything.

Money is never refused. It pays its order when it is the right amount, the order still waits
for it or its bills are all still payable, and nobody paid before. Otherwise it is set aside
with the reason, and goes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.attempt import STEPS as ATTEMPT_STEPS
from shebao.core.attempt import Attempt, AttemptEvent
from shebao.core.bill import STEPS as BILL_STEPS
from shebao.core.bill import Bill, BillEvent
from shebao.core.channel import Method, Outcome, Told
from shebao.core.journal import SUSPENSE, Account, Entry, Line, clearing, fund, government
from shebao.core.money import Money
from shebao.core.order import STEPS as ORDER_STEPS
from shebao.core.order import Order, OrderEvent, OrderState
from shebao.core.payment import Misfit

PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Case:
    """All we know of the attempt a channel speaks of."""

    attempt: Attempt
    order: Order
    bills: tuple[Bill, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a payment means: which steps are taken, and the entry that goes into the journal."""

    misfit: Misfit
    entry: Entry
    attempt_event: AttemptEvent | None = None
    order_event: OrderEvent | None = None
    bill_event: BillEvent | None = None

    @property
    def applied(self) -> bool:
        """Whether the money pays its order."""
        return self.misfit is Misfit.NONE


@dataclass(frozen=True, slots=True)
class Receiving:
    """Money being taken in: where, by which method, and when we write it down."""

    region_code: str
    method: Method
    at: datetime

    def judge(self, told: Told, case: Case | None) -> Verdict:
        """Decide what a payment means that has not been judged before."""
        assert told.outcome is Outcome.PAID
        if case is None:
            return self._set_aside(told, Misfit.UNKNOWN_ATTEMPT)
        attempt_event = _attempt_event(case.attempt)
        if told.amount != case.order.amount:
            return self._set_aside(told, Misfit.WRONG_AMOUNT, attempt_event)
        if case.order.state is OrderState.PAID:
            return self._set_aside(told, Misfit.SECOND_PAYMENT, attempt_event)
        if _fits(case, OrderEvent.PAID, BillEvent.PAID, held_by=case.order.id):
            steps = OrderEvent.PAID, BillEvent.PAID
        elif _fits(case, OrderEvent.PAID_LATE, BillEvent.PAID_LATE, held_by=None):
            steps = OrderEvent.PAID_LATE, BillEvent.PAID_LATE
        else:
            return self._set_aside(told, Misfit.TOO_LATE, attempt_event)
        return Verdict(Misfit.NONE, self._paid(told, case), attempt_event, *steps)

    def _paid(self, told: Told, case: Case) -> Entry:
        """From the channel and from government into the funds."""
        assert told.amount is not None
        sums = {clearing(self.method): told.amount.fen, **into_funds(case.bills)}
        return self._entry(told, sums)

    def _set_aside(
        self, told: Told, misfit: Misfit, attempt_event: AttemptEvent | None = None
    ) -> Verdict:
        assert told.amount is not None
        sums = {clearing(self.method): told.amount.fen, SUSPENSE: -told.amount.fen}
        return Verdict(misfit, self._entry(told, sums), attempt_event)

    def _entry(self, told: Told, sums: Mapping[Account, int]) -> Entry:
        lines = tuple(Line(account, Money(fen)) for account, fen in sums.items() if fen)
        reference = f"payment:{self.method}:{told.reference}"
        return Entry(self.region_code, reference, self.at, lines)


def into_funds(bills: Sequence[Bill]) -> dict[Account, int]:
    """What paid bills put into their funds, in fen, and what government owes them for it."""
    sums: dict[Account, int] = {}
    for bill in bills:
        for share in bill.shares:
            into = fund(share.fund)
            sums[into] = sums.get(into, 0) - share.amount.fen
            if share.payer != PERSONAL:
                owed = government(share.payer)
                sums[owed] = sums.get(owed, 0) + share.amount.fen
    return sums


def _fits(
    case: Case, order_event: OrderEvent, bill_event: BillEvent, *, held_by: str | None
) -> bool:
    return ORDER_STEPS.allows(case.order.state, order_event) and all(
        BILL_STEPS.allows(bill.state, bill_event) and bill.held_by == held_by for bill in case.bills
    )


def _attempt_event(attempt: Attempt) -> AttemptEvent | None:
    """The step money takes its attempt; none when it took it before."""
    for event in (AttemptEvent.PAID, AttemptEvent.PAID_LATE):
        if ATTEMPT_STEPS.allows(attempt.state, event):
            return event
    return None
