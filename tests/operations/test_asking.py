"""Channels are asked often enough, never too often, and their answer is taken at its word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.operations.at_the_cashier import attempt_of, held_reference, wish_in
from tests.operations.conftest import BEIJING

from shebao.core.channel import Method, Outcome, RefundOutcome, ReturnTold, Scene
from shebao.core.order import OrderState
from shebao.core.refund import RefundState
from shebao.operations.close_attempt import ON_ITS_WAY, close_attempt, close_left_over
from shebao.operations.collect import shelve
from shebao.operations.inquire import inquire, inquire_due
from shebao.operations.pay import pay
from shebao.operations.refund import advance_refunds, judge_refund_notices, refund_set_aside
from shebao.store import attempts, refunds
from shebao.store.notices import Notice

ROUNDS = 12  # More than all that other tests have left waiting.


async def attempt(world, attempt_id):
    async with world.db.reading() as tx:
        return await attempts.by_id(tx, region_code=BEIJING, attempt_id=attempt_id)


async def asked(world, attempt_id):
    return await inquire(world, region_code=BEIJING, method=Method.WECHAT, attempt_id=attempt_id)


async def last_of(duty, world):
    """What a duty still finds to do after many rounds, one right after the other."""
    for _ in range(ROUNDS):
        left = await duty(world, BEIJING)
    return left


async def test_nobody_is_asked_about_an_attempt_twice_within_seconds(world, wish, order_id, clock):
    await pay(world, wish)
    clock.passes(seconds=10)
    assert await inquire_due(world, BEIJING) > 0
    assert await last_of(inquire_due, world) == 0


@pytest.fixture
async def left_over(world, wish, order_id, tell, clock):
    """A second cashier whose order the first one's late money has paid."""
    await pay(world, wish)
    first = await attempt_of(world, order_id)
    await pay(world, wish_in(wish, Scene.NATIVE))
    second = await attempt_of(world, order_id)
    await tell(first.id, "1200.00")
    clock.passes(seconds=10)
    return second.id


async def test_what_is_left_over_is_tried_again_and_not_at_once(world, left_over, cashier):
    await cashier.fault("unavailable", on="query", count=100)
    assert await close_left_over(world, BEIJING) > 0
    assert await last_of(close_left_over, world) == 0
    assert (await attempt(world, left_over)).state.is_live


@pytest.fixture
async def going_back(world, wish, order_id, cashier, tell):
    """A refund of one sum too many that the channel holds: a way to look at it."""
    await pay(world, wish)
    at_cashier = await attempt_of(world, order_id)
    await cashier.does(at_cashier.id, "pay", "notice_never")
    reference = await held_reference(world, at_cashier.id)
    await tell(at_cashier.id, "1200.00", reference=f"4200first{at_cashier.id[-8:]}")
    await tell(at_cashier.id, "1200.00", reference=reference)
    await refund_set_aside(world, BEIJING)

    async def look():
        async with world.db.reading() as tx:
            [refund] = await refunds.of_payment(
                tx, region_code=BEIJING, method=Method.WECHAT, reference=reference
            )
        return refund

    return look


async def test_a_refund_is_asked_about_again_and_not_at_once(world, going_back, clock, cashier):
    await cashier.fault("unavailable", on="refund", count=100)
    await cashier.fault("unavailable", on="refund_query", count=100)
    clock.passes(seconds=10)
    assert await advance_refunds(world, BEIJING) > 0
    assert await last_of(advance_refunds, world) == 0
    assert (await going_back()).state is RefundState.UNKNOWN


async def test_a_refund_notice_is_judged_once(world, going_back):
    refund = await going_back()
    told = ReturnTold(
        refund.id, RefundOutcome.PROCESSING, amount=refund.amount, notice_id=f"EV-{refund.id}"
    )
    await shelve(world, [Notice(BEIJING, Method.WECHAT, world.now(), "", b"{}", told)])
    assert await judge_refund_notices(world, BEIJING) > 0
    assert await judge_refund_notices(world, BEIJING) == 0


async def test_a_channel_that_does_not_answer_is_waited_for(world, wish, order_id, cashier):
    await pay(world, wish)
    at_cashier = await attempt_of(world, order_id)
    await cashier.fault("unavailable", on="query", count=100)
    assert await asked(world, at_cashier.id) is Outcome.WAITING
    assert await close_attempt(world, at_cashier) is Outcome.WAITING
    assert (await attempt(world, at_cashier.id)).state == "unknown"


async def test_money_found_while_closing_is_said_and_taken_in(
    world, wish, order_id, cashier, household
):
    await pay(world, wish)
    at_cashier = await attempt_of(world, order_id)
    await cashier.does(at_cashier.id, "pay", "notice_never")
    assert await close_attempt(world, at_cashier) is Outcome.PAID
    assert await household.state(order_id) is OrderState.PAID


async def test_what_the_channel_has_closed_is_closed_here(world, wish, order_id, cashier):
    await pay(world, wish)
    at_cashier = await attempt_of(world, order_id)
    await cashier.does(at_cashier.id, "expire")
    assert await close_attempt(world, at_cashier) is Outcome.CLOSED
    assert (await attempt(world, at_cashier.id)).state == "closed"


async def test_what_the_channel_has_not_heard_of_yet_is_left_as_it_is(world, household, order_id):
    attempt_id = await household.attempt(order_id)
    assert await asked(world, attempt_id) is Outcome.UNHEARD_OF
    assert (await attempt(world, attempt_id)).state == "sent"


async def test_after_a_minute_to_the_second_it_cannot_be_on_its_way_any_more(
    world, household, order_id
):
    attempt_id = await household.attempt(order_id)
    sent = await attempt(world, attempt_id)
    minute_later = replace(world, now=lambda: sent.created_at + ON_ITS_WAY)
    await asked(minute_later, attempt_id)
    await asked(minute_later, attempt_id)
    assert (await attempt(world, attempt_id)).state == "closed"


async def test_in_the_same_second_it_may_be_closed_at_the_channel(world, household, order_id):
    attempt_id = await household.attempt(order_id)
    sent = await attempt(world, attempt_id)
    minute_later = replace(world, now=lambda: sent.created_at + ON_ITS_WAY)
    assert await close_attempt(minute_later, sent) is Outcome.CLOSED


async def test_a_wrong_sum_for_a_first_cashier_leaves_the_second_one_open(
    world, wish, order_id, tell, clock, household
):
    await pay(world, wish)
    first = await attempt_of(world, order_id)
    await pay(world, wish_in(wish, Scene.NATIVE))
    second = await attempt_of(world, order_id)
    await tell(first.id, "1.00")
    clock.passes(seconds=10)
    await close_left_over(world, BEIJING)
    assert (await attempt(world, second.id)).state == "pending"
    assert await household.state(order_id) is OrderState.PAYING
