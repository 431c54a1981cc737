"""What the money relies on in the tables of steps: no way out that somebody needs is ever closed."""

from __future__ import annotations

import pytest

from shebao.core import attempt, bill, order, payment, refund
from shebao.core.attempt import AttemptEvent, AttemptState
from shebao.core.bill import BillEvent, BillState
from shebao.core.order import OrderEvent, OrderState
from shebao.core.payment import PaymentEvent, PaymentState
from shebao.core.refund import RefundEvent, RefundState


@pytest.mark.parametrize("state", [BillState.PAID, BillState.SETTLED, BillState.REMITTED], ids=str)
def test_a_paid_bill_can_be_given_back_however_far_its_money_has_come(state):
    assert bill.STEPS.after(state, BillEvent.REVERSAL_BEGUN) is BillState.REVERSING


@pytest.mark.parametrize("state", [OrderState.OPEN, OrderState.PAYING], ids=str)
def test_time_runs_out_for_an_order_whether_or_not_anybody_went_to_a_cashier(state):
    assert order.STEPS.after(state, OrderEvent.TIME_RAN_OUT) is OrderState.EXPIRING


HOLDING = {OrderState.OPEN, OrderState.PAYING, OrderState.EXPIRING}
AT_REST = {
    AttemptState.CLOSED,
    AttemptState.FAILED,
    AttemptState.SUCCEEDED,
    AttemptState.LATE_SUCCESS,
}


@pytest.mark.parametrize("state", [*OrderState], ids=str)
def test_an_order_holds_its_bills_until_it_is_paid_or_given_up(state):
    assert state.is_live is (state in HOLDING)


@pytest.mark.parametrize("state", [*AttemptState], ids=str)
def test_money_may_come_of_an_attempt_until_it_came_or_the_channel_lets_nobody_pay(state):
    assert state.is_live is (state not in AT_REST)


def test_an_attempt_nobody_has_sent_is_simply_closed():
    assert attempt.STEPS.after(AttemptState.CREATED, AttemptEvent.CLOSED) is AttemptState.CLOSED


@pytest.mark.parametrize("state", [AttemptState.SENT, AttemptState.PENDING], ids=str)
def test_a_channel_that_falls_silent_makes_an_attempt_unknown(state):
    assert attempt.STEPS.after(state, AttemptEvent.UNANSWERED) is AttemptState.UNKNOWN


@pytest.mark.parametrize(
    "state", [AttemptState.SENT, AttemptState.PENDING, AttemptState.UNKNOWN], ids=str
)
def test_a_no_from_the_bank_ends_an_attempt_and_the_payer_may_begin_again(state):
    assert attempt.STEPS.after(state, AttemptEvent.REFUSED) is AttemptState.FAILED


@pytest.mark.parametrize(
    "state", [AttemptState.SENT, AttemptState.PENDING, AttemptState.UNKNOWN], ids=str
)
def test_an_attempt_can_be_closed_at_the_channel_whatever_we_know_of_it(state):
    assert attempt.STEPS.after(state, AttemptEvent.CLOSING) is AttemptState.CLOSING


@pytest.mark.parametrize("state", [PaymentState.UNAPPLIED, PaymentState.REFUNDING], ids=str)
def test_money_that_was_set_aside_may_pay_its_order_after_all(state):
    assert payment.STEPS.after(state, PaymentEvent.APPLIED_AFTER_ALL) is PaymentState.APPLIED


@pytest.mark.parametrize(
    ("event", "state"),
    [(RefundEvent.SUCCEEDED, RefundState.SUCCEEDED), (RefundEvent.FAILED, RefundState.FAILED)],
)
def test_a_refund_nobody_answered_for_is_believed_when_the_channel_says_what_became_of_it(
    event, state
):
    assert refund.STEPS.after(RefundState.UNKNOWN, event) is state


def test_a_refund_that_failed_can_be_sent_once_more():
    assert refund.STEPS.after(RefundState.FAILED, RefundEvent.SENT) is RefundState.SENT


@pytest.mark.parametrize("state", [RefundState.FAILED, RefundState.MANUAL], ids=str)
def test_a_refund_that_arrived_after_all_is_believed(state):
    assert refund.STEPS.after(state, RefundEvent.SUCCEEDED) is RefundState.SUCCEEDED
