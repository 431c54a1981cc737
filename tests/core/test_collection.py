"""Money is judged without being touched: it fits or is set aside, and all of it is written down."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.core import attempt as attempts
from shebao.core import bill as bills
from shebao.core import order as orders
from shebao.core.attempt import Attempt, AttemptEvent, AttemptState
from shebao.core.bill import Bill, BillEvent, BillKind, BillState, ShareOfBill
from shebao.core.channel import Method, Outcome, Told
from shebao.core.collection import Case, Receiving
from shebao.core.journal import SUSPENSE, clearing, fund, government
from shebao.core.money import ZERO, Money, total
from shebao.core.order import Order, OrderEvent, OrderState
from shebao.core.payment import Misfit
from shebao.core.period import Period
from shebao.core.policy.fund import Fund, Payer

REGION = "330200"
AT = datetime(2024, 2, 6, 1, 2, 3, tzinfo=UTC)
DESK = Receiving(REGION, Method.WECHAT, AT)
ORDER_ID = "ord1"


def a_bill(*, personal=39000, state=BillState.RESERVED, held_by=ORDER_ID, more=(), number=1):
    shares = (ShareOfBill(Fund.MEDICAL, Payer.PERSONAL, Money(personal)), *more)
    return Bill(
        region_code=REGION,
        id=f"bil{number}",
        person_id="per1",
        enrolment_id=f"enr{number}",
        scheme="resident_medical",
        period=Period(2024),
        kind=BillKind.YEARLY,
        amount=Money(personal),
        shares=shares,
        state=state,
        version=2,
        held_by=held_by,
        payable_until=None,
        label="",
    )


def a_case(*owed, state=OrderState.PAYING, tried=AttemptState.PENDING):
    owed = owed or (a_bill(),)
    amount = total(bill.amount for bill in owed)
    order = Order(REGION, ORDER_ID, "per1", "wechat", state, 2, amount, AT, "att1", AT)
    attempt = Attempt(REGION, "att1", ORDER_ID, Method.WECHAT, tried, 2, amount, None, AT)
    return Case(attempt, order, owed)


def told(amount, reference="4200001"):
    return Told("att1", Outcome.PAID, amount, reference, AT, "EV-1")


FEN = st.integers(1, 10**8)
SHARES = st.lists(
    st.builds(
        ShareOfBill,
        st.sampled_from(Fund),
        st.sampled_from([Payer.GOVERNMENT, Payer.SUBSIDY, Payer.FISCAL]),
        st.builds(Money, st.integers(0, 10**7)),
    ),
    max_size=4,
)
BILLS = st.lists(
    st.builds(
        a_bill,
        personal=FEN,
        state=st.sampled_from(BillState),
        held_by=st.sampled_from([None, ORDER_ID, "ord2"]),
        more=SHARES.map(tuple),
        number=st.integers(1, 9),
    ),
    min_size=1,
    max_size=5,
)
ALIKE = st.builds(
    lambda state, held_by, amounts: [
        a_bill(personal=fen, state=state, held_by=held_by, number=number)
        for number, fen in enumerate(amounts)
    ],
    st.sampled_from([BillState.RESERVED, BillState.PAYABLE, BillState.PAID]),
    st.sampled_from([None, ORDER_ID, "ord2"]),
    st.lists(FEN, min_size=1, max_size=3),
)
CASES = st.builds(
    lambda owed, state, tried: a_case(*owed, state=state, tried=tried),
    BILLS | ALIKE,
    st.sampled_from(OrderState),
    st.sampled_from(AttemptState),
)
FITTING = st.builds(
    lambda owed: a_case(*owed),
    st.lists(st.builds(a_bill, personal=FEN, more=SHARES.map(tuple)), min_size=1, max_size=5),
)


def posted(verdict):
    """What an entry does to each account, in fen."""
    sums = {}
    for line in verdict.entry.lines:
        sums[line.account] = sums.get(line.account, 0) + line.amount.fen
    return sums


@given(CASES, FEN, st.booleans())
def test_every_entry_sums_to_zero_whatever_the_money_meets(case, fen, exact):
    amount = case.order.amount if exact else Money(fen)
    assert sum(posted(DESK.judge(told(amount), case)).values()) == 0


@given(st.none() | CASES, FEN)
def test_all_the_channel_holds_is_written_down_whatever_it_is_for(case, fen):
    verdict = DESK.judge(told(Money(fen)), case)
    assert posted(verdict)[clearing(Method.WECHAT)] == fen
    assert verdict.entry.reference == "payment:wechat:4200001"


@given(CASES)
def test_money_of_the_right_amount_pays_or_waits_in_suspense_and_nothing_between(case):
    verdict = DESK.judge(told(case.order.amount), case)
    sums = posted(verdict)
    suspended = -case.order.amount.fen if not verdict.applied else 0
    assert sums.get(SUSPENSE, 0) == suspended
    assert (verdict.order_event is None) is (verdict.bill_event is None) is not verdict.applied


@given(CASES)
def test_every_step_a_verdict_takes_is_in_the_tables(case):
    verdict = DESK.judge(told(case.order.amount), case)
    taken = [(orders.STEPS, case.order.state, verdict.order_event)]
    taken += [(attempts.STEPS, case.attempt.state, verdict.attempt_event)]
    taken += [(bills.STEPS, bill.state, verdict.bill_event) for bill in case.bills]
    assert all(steps.allows(state, event) for steps, state, event in taken if event is not None)


@given(CASES)
def test_money_applies_only_to_bills_its_order_holds_or_nobody_does(case):
    verdict = DESK.judge(told(case.order.amount), case)
    holders = {bill.held_by for bill in case.bills}
    states = {bill.state for bill in case.bills}
    in_time = case.order.state in {OrderState.PAYING, OrderState.EXPIRING}
    held = holders == {ORDER_ID} and states == {BillState.RESERVED}
    free = holders == {None} and states == {BillState.PAYABLE}
    late = case.order.state is OrderState.EXPIRED
    assert verdict.applied is ((in_time and held) or (late and free))


@given(FITTING)
def test_what_fits_goes_to_the_funds_with_what_government_owes_beside_it(case):
    sums = posted(DESK.judge(told(case.order.amount), case))
    shares = [share for bill in case.bills for share in bill.shares]
    into = {fund(name): -sum(s.amount.fen for s in shares if s.fund == name) for name in Fund}
    owed = {
        government(payer): sum(s.amount.fen for s in shares if s.payer == payer)
        for payer in (Payer.GOVERNMENT, Payer.SUBSIDY, Payer.FISCAL)
    }
    expected = {clearing(Method.WECHAT): case.order.amount.fen, **into, **owed}
    assert sums == {account: fen for account, fen in expected.items() if fen}


@given(CASES, FEN)
def test_another_amount_pays_nothing_and_the_order_waits_on(case, fen):
    verdict = DESK.judge(told(case.order.amount + Money(fen)), case)
    assert (verdict.misfit, verdict.order_event, verdict.bill_event) == (
        Misfit.WRONG_AMOUNT,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("case", "misfit", "order_event", "bill_event"),
    [
        (a_case(), Misfit.NONE, OrderEvent.PAID, BillEvent.PAID),
        (a_case(state=OrderState.EXPIRING), Misfit.NONE, OrderEvent.PAID, BillEvent.PAID),
        (
            a_case(a_bill(state=BillState.PAYABLE, held_by=None), state=OrderState.EXPIRED),
            Misfit.NONE,
            OrderEvent.PAID_LATE,
            BillEvent.PAID_LATE,
        ),
        (a_case(state=OrderState.EXPIRED), Misfit.TOO_LATE, None, None),
        (a_case(a_bill(held_by="ord2")), Misfit.TOO_LATE, None, None),
        (a_case(state=OrderState.CANCELLED), Misfit.TOO_LATE, None, None),
        (a_case(state=OrderState.PAID), Misfit.SECOND_PAYMENT, None, None),
        (
            a_case(a_bill(), a_bill(number=2, state=BillState.PAID)),
            Misfit.TOO_LATE,
            None,
            None,
        ),
    ],
    ids=[
        "in time",
        "while closing",
        "late, bills still free",
        "late, bills taken",
        "bills of another order",
        "given up",
        "paid before",
        "one bill paid elsewhere",
    ],
)
def test_each_way_money_can_come_has_its_verdict(case, misfit, order_event, bill_event):
    verdict = DESK.judge(told(case.order.amount), case)
    assert (verdict.misfit, verdict.order_event, verdict.bill_event) == (
        misfit,
        order_event,
        bill_event,
    )


def test_money_for_an_attempt_nobody_knows_is_set_aside():
    verdict = DESK.judge(told(Money(880)), None)
    assert verdict.misfit is Misfit.UNKNOWN_ATTEMPT
    assert posted(verdict) == {clearing(Method.WECHAT): 880, SUSPENSE: -880}


@pytest.mark.parametrize(
    ("tried", "event"),
    [
        (AttemptState.SENT, AttemptEvent.PAID),
        (AttemptState.UNKNOWN, AttemptEvent.PAID),
        (AttemptState.CLOSING, AttemptEvent.PAID),
        (AttemptState.CLOSED, AttemptEvent.PAID_LATE),
        (AttemptState.FAILED, AttemptEvent.PAID_LATE),
        (AttemptState.SUCCEEDED, None),
    ],
    ids=str,
)
def test_the_attempt_learns_that_it_brought_money(tried, event):
    case = a_case(tried=tried)
    assert DESK.judge(told(case.order.amount), case).attempt_event is event


def test_an_attempt_with_a_wrong_amount_still_learns_of_its_money():
    assert DESK.judge(told(Money(1)), a_case()).attempt_event is AttemptEvent.PAID


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.PAID], ids=str)
def test_only_money_is_judged(outcome):
    with pytest.raises(AssertionError):
        DESK.judge(replace(told(Money(100)), outcome=outcome), None)


def test_an_entry_that_does_not_balance_cannot_be_made():
    entry = DESK.judge(told(Money(880)), None).entry
    with pytest.raises(AssertionError):
        replace(entry, lines=entry.lines[:1])
    with pytest.raises(AssertionError):
        replace(entry, lines=(entry.lines[0], replace(entry.lines[1], amount=ZERO)))
