"""Parts of one payment go back together, leg by leg, while the rest of it stays paid."""

from dataclasses import replace

import pytest
from tests.operations.at_the_cashier import attempt_of
from tests.operations.refunding import BEIJING, Paid, approving, asking, broken, legs, refund_ends

from shebao.core.bill import BillKind, BillState
from shebao.core.desk.request import AnotherClerkNeeded, CheckNeededFirst, RequestState
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.returning import Ground
from shebao.core.receipt import ReceiptState
from shebao.core.refusals import NotYours
from shebao.operations.desk.decide import approve, approve_together, check, preview
from shebao.operations.desk.requests import take_back
from shebao.operations.desk.several import (
    AskSeveral,
    PartsNeeded,
    ask_several,
    ask_several_for,
    parts_askable,
    parts_askable_for,
    rules_in_common,
)
from shebao.operations.inquire import ASK_EVERY, inquire_due
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.operations.pay import pay

MONTHS = {1: "340.00", 2: "350.00", 3: "360.00"}
SUBSIDY = "60.00"


def decided(month, amount):
    return Decision(
        kind=BillKind.BACK_PAY,
        period=Period(2024, month),
        amount=Money.yuan(amount),
        government=Money.yuan(SUBSIDY),
        document=f"several{month}",
        label=f"补缴 2024 年 {month} 月",
    )


@pytest.fixture
async def paid(world, household, tell):
    """Three months in one payment, each with a share that government gave."""
    decisions = [decided(month, amount) for month, amount in MONTHS.items()]
    await push_decisions(world, enrolment=household.enrolment, decisions=decisions)
    order_id = await household.order(*[held.bill for held in await household.bills()])
    attempt_id = await household.attempt(order_id)
    await tell(attempt_id, "1050.00")
    return Paid(world, household, order_id, attempt_id)


@pytest.fixture
async def numbers(paid):
    """The receipts, month by month."""
    return [await paid.number(amount) for amount in MONTHS.values()]


@pytest.fixture
async def held_by_wechat(world, household, cashier, wish, clock):
    """Three things in one payment that WeChat holds the money of."""
    owed = await household.owes("600.00", "300.00", "150.00", document="held")
    order_id = await household.order(*owed)
    await pay(world, replace(wish, order_id=order_id))
    attempt = await attempt_of(world, order_id)
    await cashier.does(attempt.id, "pay", "notice_never")
    clock.passes(seconds=ASK_EVERY.seconds + 1)
    await inquire_due(world, BEIJING)
    return Paid(world, household, order_id, attempt.id)


def some(paid, numbers, ground=Ground.MISTAKEN):
    return AskSeveral(BEIJING, paid.order_id, tuple(numbers), ground, "二月起已在单位参保。")


async def test_from_a_month_on_the_later_months_go_back_and_the_first_stays_paid(
    world, paid, numbers
):
    february, march = await ask_several(world, some(paid, numbers[1:]), payer_id=paid.payer_id)
    clerk, other = await asking(world), await approving(world)
    await check(world, clerk, february, together=True)
    given = await approve_together(world, other, march)
    assert len(given) == 2
    assert [(await paid.bill(number)).state for number in numbers] == [
        BillState.PAID,
        BillState.REVERSING,
        BillState.REVERSING,
    ]
    assert [(await paid.receipt(number)).state for number in numbers] == [
        ReceiptState.ISSUED,
        ReceiptState.VOIDED,
        ReceiptState.VOIDED,
    ]
    assert await broken(world) == {}


async def test_what_government_gave_goes_back_to_government_and_not_to_the_person(
    world, paid, numbers
):
    [request_id] = await ask_several_for(world, some(paid, numbers[:1]), await asking(world))
    await approve(world, await approving(world), request_id)
    moved = await legs(world, f"reversal:{request_id}")
    assert moved == {
        "fund:pension": 40000,
        "government:government": -6000,
        "refund:due": -34000,
    }
    assert str((await paid.refund(request_id)).amount) == "340.00"


async def test_a_limit_is_not_passed_by_asking_in_parts(world, paid, numbers):
    clerk, other = await asking(world), await approving(world)
    [first] = await ask_several(world, some(paid, numbers[:1]), payer_id=paid.payer_id)
    [second] = await ask_several(world, some(paid, numbers[1:2]), payer_id=paid.payer_id)
    seen = await preview(world, other, first)
    assert (str(seen.in_all), seen.in_all > seen.four_eyes_above) == ("690.00", True)
    with pytest.raises(CheckNeededFirst):
        await approve(world, other, first)
    with pytest.raises(CheckNeededFirst):
        await approve(world, other, second)
    await check(world, clerk, first)
    await approve(world, other, first)
    await check(world, other, second)
    with pytest.raises(AnotherClerkNeeded):
        await approve(world, other, second)


async def test_what_was_taken_back_counts_towards_no_limit(world, paid, numbers):
    [first] = await ask_several(world, some(paid, numbers[:1]), payer_id=paid.payer_id)
    [second] = await ask_several(world, some(paid, numbers[1:2]), payer_id=paid.payer_id)
    await take_back(world, region_code=BEIJING, request_id=second, payer_id=paid.payer_id)
    await approve(world, await approving(world), first)
    assert (await paid.request(first)).state is RequestState.APPROVED


async def test_all_that_was_asked_for_at_once_is_asked_for_or_nothing_of_it(world, paid, numbers):
    wrong = some(paid, [*numbers[:2], "11000000000000000000"])
    with pytest.raises(NotYours):
        await ask_several(world, wrong, payer_id=paid.payer_id)
    with pytest.raises(PartsNeeded):
        await ask_several(world, some(paid, []), payer_id=paid.payer_id)
    with pytest.raises(NotYours):
        await ask_several(world, some(paid, numbers), payer_id="psn" + "0" * 26)
    parts = await parts_askable(
        world, region_code=BEIJING, order_id=paid.order_id, viewer_id=paid.payer_id
    )
    assert [part.may_be_chosen for part in parts] == [True] * 3


async def test_told_twice_the_same_parts_are_asked_for_once(world, paid, numbers):
    first = await ask_several(world, some(paid, numbers[:2]), payer_id=paid.payer_id)
    assert await ask_several(world, some(paid, numbers[:2]), payer_id=paid.payer_id) == first


async def test_a_part_that_goes_back_already_cannot_be_chosen_again(world, paid, numbers):
    clerk = await asking(world)
    [request_id] = await ask_several_for(world, some(paid, numbers[:1]), clerk)
    parts = await parts_askable_for(world, clerk, paid.order_id)
    assert [part.may_be_chosen for part in parts] == [False, True, True]
    await approve(world, await approving(world), request_id)
    first, *others = await parts_askable_for(world, clerk, paid.order_id)
    assert (first.askable, first.standing, first.may_be_chosen) == (None, None, False)
    assert {rule.ground for rule in rules_in_common(others)} >= {Ground.MISTAKEN}


async def test_parts_go_back_through_the_channel_that_holds_the_payment(
    world, held_by_wechat, clock
):
    paid = held_by_wechat
    numbers = [await paid.number(amount) for amount in ("300.00", "150.00")]
    asked = await ask_several(world, some(paid, numbers), payer_id=paid.payer_id)
    await approve_together(world, await approving(world), asked[0])
    await refund_ends(world, paid, asked[0], clock)
    await refund_ends(world, paid, asked[1], clock)
    states = [(await paid.request(request_id)).state for request_id in asked]
    assert states == [RequestState.DONE] * 2
    rest = await paid.number("600.00")
    assert (await paid.bill(rest)).state is BillState.PAID
    assert await broken(world) == {}
