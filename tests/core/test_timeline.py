"""A timeline says where an order's money is, whatever is known; a code survives being read out."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shebao.core.channel import Method
from shebao.core.money import Money
from shebao.core.order import Order, OrderState
from shebao.core.payment import Misfit, Payment, PaymentState
from shebao.core.refund import Refund, RefundState
from shebao.core.timeline import (
    Holder,
    PartOfOrder,
    Standing,
    Stop,
    Turn,
    TurnMoment,
    WayBack,
    in_groups,
    is_spoken_code,
    read_out,
    spoken_code,
    timeline,
    way_of_refund,
)

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
LATER, LATEST = NOON + timedelta(days=1), NOON + timedelta(days=2)


def order(state=OrderState.PAID):
    return Order("110000", "ord1", "per1", "baidu", state, 3, Money(1), NOON, None, opened_at=NOON)


MONEY = Payment(
    region_code="110000",
    method=Method.WECHAT,
    reference="4200",
    attempt_id="att1",
    order_id="ord1",
    amount=Money(1),
    state=PaymentState.APPLIED,
    misfit=Misfit.NONE,
    happened_at=NOON,
)
D, N, A, X = Standing.DONE, Standing.NOW, Standing.AHEAD, Standing.NEVER
PAID = PartOfOrder()
CLEARED = PartOfOrder(cleared_at=LATER)
REMITTED = PartOfOrder(cleared_at=LATER, remitted_at=LATEST)
TURNED = PartOfOrder(turned_back=True)

CASES = [
    ("nobody paid yet", OrderState.OPEN, None, [PAID], [D, N, A, A, A], Holder.PAYER, Stop.PAID),
    ("nobody ever paid", OrderState.EXPIRED, None, [PAID], [D, X, X, X, X], Holder.PAYER, None),
    ("it was given up", OrderState.CANCELLED, None, [PAID], [D, X, X, X, X], Holder.PAYER, None),
    ("paid", OrderState.PAID, MONEY, [PAID], [D, D, N, A, A], Holder.CHANNEL, Stop.CLEARED),
    (
        "one of two bills cleared",
        OrderState.PAID,
        MONEY,
        [CLEARED, PAID],
        [D, D, N, A, A],
        Holder.CHANNEL,
        Stop.CLEARED,
    ),
    ("cleared", OrderState.PAID, MONEY, [CLEARED], [D, D, D, N, A], Holder.OFFICE, Stop.REMITTED),
    (
        "in the treasury",
        OrderState.PAID,
        MONEY,
        [REMITTED, REMITTED],
        [D, D, D, D, N],
        Holder.TREASURY,
        Stop.RECORDED,
    ),
    (
        "one turned back, the other cleared",
        OrderState.PAID,
        MONEY,
        [TURNED, CLEARED],
        [D, D, D, N, A],
        Holder.OFFICE,
        Stop.REMITTED,
    ),
    (
        "all turned back",
        OrderState.PAID,
        MONEY,
        [TURNED, TURNED],
        [D, D, X, X, X],
        Holder.CHANNEL,
        None,
    ),
    (
        "remitted and never told to be cleared",
        OrderState.PAID,
        MONEY,
        [PartOfOrder(remitted_at=LATEST)],
        [D, D, D, D, N],
        Holder.TREASURY,
        Stop.RECORDED,
    ),
]


@pytest.mark.parametrize(
    ("state", "paid", "parts", "standings", "holder", "ahead"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_it_says_how_far_the_money_came_who_has_it_and_what_is_next(
    state, paid, parts, standings, holder, ahead
):
    line = timeline(order(state), paid=paid, parts=parts)
    assert [moment.standing for moment in line.moments] == standings
    assert (line.holder, line.next) == (holder, ahead)


def test_a_stop_is_reached_when_its_last_bill_is():
    parts = [CLEARED, PartOfOrder(cleared_at=LATEST)]
    line = timeline(order(), paid=MONEY, parts=parts)
    assert line.moments[2].at == LATEST


def refund(state):
    return Refund(
        region_code="110000",
        id="rfd1",
        method=Method.WECHAT,
        reference="4200",
        attempt_id="att1",
        amount=Money(1),
        paid=Money(1),
        reason="",
        state=state,
        version=3,
    )


@pytest.mark.parametrize(
    ("state", "times", "turns"),
    [
        (RefundState.APPROVED, {"approved": NOON}, [Turn.AGREED, Turn.SENT, Turn.BACK]),
        (
            RefundState.MANUAL,
            {"approved": NOON, "given_to_a_person": LATER},
            [Turn.AGREED, Turn.BY_HAND, Turn.BACK],
        ),
        (
            RefundState.MANUAL,
            {"approved": NOON, "sent": NOON, "given_to_a_person": LATER},
            [Turn.AGREED, Turn.SENT, Turn.BY_HAND, Turn.BACK],
        ),
    ],
)
def test_a_refund_shows_the_stops_it_had_and_the_one_it_is_meant_for(state, times, turns):
    found = way_of_refund(refund(state), times)
    assert [moment.turn for moment in found] == turns
    assert found[-1].at is None


def test_a_way_back_is_over_when_every_stop_was_reached():
    there = TurnMoment(Turn.BACK, NOON)
    assert WayBack(Money(1), "duplicate", (there,)).ended
    assert not WayBack(Money(1), "duplicate", (there, TurnMoment(Turn.BACK))).ended


@given(some.integers(0, 10**12))
def test_a_code_has_nine_digits_and_is_one(number):
    code = spoken_code(number)
    assert len(code) == 9
    assert is_spoken_code(code)


@given(some.integers(0, 10**8 - 1), some.integers(0, 8), some.integers(1, 9))
def test_one_wrong_digit_is_noticed(number, place, by):
    digits = [int(digit) for digit in spoken_code(number)]
    digits[place] = (digits[place] + by) % 10
    assert not is_spoken_code("".join(map(str, digits)))


@given(some.integers(0, 10**8 - 1))
def test_two_digits_swapped_are_noticed(number):
    code = spoken_code(number)
    swapped = [
        code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        for at, (one, other) in enumerate(pairwise(code))
        if one != other
    ]
    assert not any(is_spoken_code(wrong) for wrong in swapped)


@pytest.mark.parametrize("text", ["", "12345678", "12345678a", "４８１０５７３６２"])
def test_what_is_no_nine_digits_is_no_code(text):
    assert not is_spoken_code(text)


def test_a_code_is_shown_in_groups_and_said_as_people_say_digits():
    assert in_groups("481057362") == "481 057 362"
    assert read_out("481057362") == "四八幺 零五七 三六二"
