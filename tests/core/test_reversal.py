"""What a bank takes back means one thing, wherever the money had gone before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shebao.core.bill import Bill, BillKind, BillState, ShareOfBill
from shebao.core.channel import Method, TakenBack
from shebao.core.deduction.reversal import (
    WAITS,
    Facts,
    Reversal,
    ReversalEvent,
    ReversalState,
    Undone,
    judge,
)
from shebao.core.journal import SUSPENSE, TAKEN_TWICE
from shebao.core.money import ZERO, Money, total
from shebao.core.payment import Misfit, Payment, PaymentState
from shebao.core.period import Period
from shebao.core.refund import Refund, RefundState

NOON = datetime(2025, 5, 12, 4, tzinfo=UTC)
AMOUNT = Money.yuan("1000")
TOLD = TakenBack("att1", "ref1", AMOUNT, "rev1", NOON)
REVERSAL = Reversal("110000", Method.AGREEMENT, TOLD, ReversalState.TOLD, 1, NOON)
PAID = Payment(
    "110000", Method.AGREEMENT, "ref1", "att1", "ord1", AMOUNT, PaymentState.APPLIED,
    Misfit.NONE, NOON,
)  # fmt: skip
ASIDE = replace(PAID, state=PaymentState.UNAPPLIED, misfit=Misfit.SECOND_PAYMENT)
REFUND = Refund(
    region_code="110000", id="rfd1", method=Method.AGREEMENT, reference="ref1", attempt_id="att1",
    amount=AMOUNT, paid=AMOUNT, reason="重复付款", state=RefundState.SENT, version=3,
)  # fmt: skip


def bill(state=BillState.PAID):
    shares = (
        ShareOfBill("pension", "personal", AMOUNT),
        ShareOfBill("pension", "subsidy", Money.yuan("60")),
    )
    return Bill(
        "110000", "bil1", "per1", "enr1", "resident_pension", Period(2025), BillKind.YEARLY,
        AMOUNT, shares, state, 3, "ord1", None, "",
    )  # fmt: skip


def judged(facts, *, at=NOON, told=REVERSAL):
    return judge(told, facts, at=at)


def sums(verdict):
    return {str(line.account): line.amount.fen for line in verdict.entry.lines}


@pytest.mark.parametrize("state", [BillState.PAID, BillState.SETTLED, BillState.REMITTED])
def test_what_paid_bills_leaves_the_funds_and_government_owes_no_more(state):
    verdict = judged(Facts(PAID, (bill(state),)))
    assert (verdict.undone, verdict.event) == (Undone.BILLS, ReversalEvent.BOOKED)
    assert sums(verdict) == {
        "clearing:agreement": -100_000,
        "fund:pension": 106_000,
        "government:subsidy": -6_000,
    }
    assert total(line.amount for line in verdict.entry.lines) == ZERO


def test_what_waited_in_suspense_has_gone_back():
    verdict = judged(Facts(ASIDE))
    assert (verdict.undone, verdict.event) == (Undone.SUSPENSE, ReversalEvent.BOOKED)
    assert sums(verdict) == {"clearing:agreement": -100_000, str(SUSPENSE): 100_000}


@pytest.mark.parametrize(
    "facts",
    [
        Facts(),
        Facts(replace(ASIDE, state=PaymentState.REFUNDING), refund=REFUND),
        Facts(PAID, (bill(BillState.REVERSING),)),
    ],
    ids=["nobody told of it", "on its way back", "asked back"],
)
def test_while_something_else_must_end_first_nothing_is_decided(facts):
    assert judged(facts) is None


def test_a_refund_nobody_could_make_is_made_by_the_reversal():
    given_up = replace(REFUND, state=RefundState.MANUAL)
    money = replace(ASIDE, state=PaymentState.REFUNDING)
    assert judged(Facts(money, refund=given_up)).undone is Undone.SUSPENSE


@pytest.mark.parametrize(
    "facts",
    [
        Facts(replace(ASIDE, state=PaymentState.REFUNDED), refund=REFUND),
        Facts(PAID, (bill(BillState.REVERSED),)),
        Facts(PAID, (bill(), bill(BillState.REVERSED))),
    ],
    ids=["refunded", "given back", "a part given back"],
)
def test_what_had_gone_back_is_owed_to_us_and_a_person_asks_for_it(facts):
    verdict = judged(facts)
    assert (verdict.undone, verdict.event) == (
        Undone.GONE_BACK,
        ReversalEvent.GIVEN_TO_A_PERSON,
    )
    assert sums(verdict)[str(TAKEN_TWICE)] == 100_000


def test_another_amount_is_for_a_person():
    other = replace(REVERSAL, told=replace(TOLD, amount=Money.yuan("1")))
    verdict = judged(Facts(PAID, (bill(),)), told=other)
    assert verdict.event is ReversalEvent.GIVEN_TO_A_PERSON
    assert sums(verdict)["clearing:agreement"] == -100


def test_money_nobody_ever_told_of_is_for_a_person_after_three_days():
    late = judged(Facts(), at=NOON + WAITS)
    assert (late.undone, late.entry) == (Undone.UNKNOWN_MONEY, None)
    assert judged(Facts(), at=NOON + WAITS - timedelta(seconds=1)) is None
