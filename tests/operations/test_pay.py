"""Paying goes through a real channel's wire; whatever the channel does, no money is lost."""

import asyncio

import pytest
from tests.operations.at_the_cashier import attempt_of, held_reference, wish_in

from shebao.core.bill import BillState
from shebao.core.channel import Method, Scene
from shebao.core.order import OrderGone, OrderState
from shebao.core.payment import PaymentState
from shebao.core.refusals import NotYours, Unanswered
from shebao.operations.expire import expire_due, withdraw
from shebao.operations.inquire import ASK_EVERY, inquire_due
from shebao.operations.pay import Wish, pay
from shebao.operations.refund import advance_refunds, refund_set_aside
from shebao.operations.world import MethodNotOffered
from shebao.store import attempts, refunds
from shebao.worker.sweep import sweep

BEIJING = "110000"


async def test_the_payer_is_sent_to_the_channels_cashier(world, wish, order_id, household):
    cashier = await pay(world, wish)
    assert cashier.url.startswith("http://127.0.0.1")
    assert await household.state(order_id) is OrderState.PAYING


async def test_going_to_the_same_cashier_again_is_the_same_attempt(world, wish, order_id):
    first = await pay(world, wish)
    attempt = await attempt_of(world, order_id)
    assert await pay(world, wish) == first
    assert await attempt_of(world, order_id) == attempt


async def test_going_on_in_another_scene_closes_the_first_attempt(world, wish, order_id):
    await pay(world, wish)
    first = await attempt_of(world, order_id)
    cashier = await pay(world, wish_in(wish, Scene.NATIVE))
    assert cashier.code.startswith("weixin://")
    async with world.db.reading() as tx:
        closed = await attempts.by_id(tx, region_code=BEIJING, attempt_id=first.id)
    assert closed.state == "closed"
    assert (await attempt_of(world, order_id)).id != first.id


async def test_a_notice_that_never_comes_is_made_good_by_asking(
    world, wish, order_id, household, cashier, clock
):
    await pay(world, wish)
    await cashier.does((await attempt_of(world, order_id)).id, "pay", "notice_never")
    clock.passes(seconds=ASK_EVERY.seconds + 1)
    await inquire_due(world, BEIJING)
    assert await household.state(order_id) is OrderState.PAID


async def test_after_the_bank_said_no_the_payer_may_begin_again_at_once(
    world, wish, order_id, household, cashier, clock
):
    await pay(world, wish)
    first = await attempt_of(world, order_id)
    await cashier.does(first.id, "pay", "insufficient_funds")
    clock.passes(seconds=ASK_EVERY.seconds + 1)
    await inquire_due(world, BEIJING)
    closed = await attempt_of(world, order_id)
    assert (closed.id, closed.state.is_live) == (first.id, False)
    assert closed.says
    assert await household.state(order_id) is OrderState.PAYING
    await pay(world, wish)
    assert (await attempt_of(world, order_id)).id != first.id


async def test_money_found_while_expiring_pays_the_order(
    world, wish, order_id, household, cashier, clock
):
    await pay(world, wish)
    await cashier.does((await attempt_of(world, order_id)).id, "pay", "notice_never")
    clock.passes(minutes=31)
    await expire_due(world, BEIJING)
    assert await household.state(order_id) is OrderState.PAID


async def test_an_unpaid_order_is_closed_at_the_channel_before_its_bills_are_released(
    world, wish, order_id, household, clock
):
    await pay(world, wish)
    attempt = await attempt_of(world, order_id)
    clock.passes(minutes=31)
    await expire_due(world, BEIJING)
    assert await household.state(order_id) is OrderState.EXPIRED
    assert [held.bill.state for held in await household.bills()] == [BillState.PAYABLE]
    told = await world.channel(Method.WECHAT).inquire(attempt.id)
    assert told.outcome == "closed"


async def test_while_the_channel_does_not_answer_the_bills_stay_held(
    world, wish, order_id, household, clock, cashier
):
    await pay(world, wish)
    await cashier.fault("unavailable", on="query", count=100)
    clock.passes(minutes=31)
    await expire_due(world, BEIJING)
    assert await household.state(order_id) is OrderState.EXPIRING
    assert [held.bill.state for held in await household.bills()] == [BillState.RESERVED]
    await cashier.well_again()
    await expire_due(world, BEIJING)
    assert await household.state(order_id) is OrderState.EXPIRED


async def test_a_channel_that_does_not_answer_leaves_the_attempt_unknown(
    world, wish, order_id, cashier
):
    await cashier.fault("system_error", on="prepay", count=100)
    with pytest.raises(Unanswered):
        await pay(world, wish)
    assert (await attempt_of(world, order_id)).state == "unknown"


async def test_giving_up_an_order_at_the_channel_closes_it_there(world, wish, order_id, household):
    await pay(world, wish)
    state = await withdraw(
        world, region_code=BEIJING, order_id=order_id, payer_id=household.person.id
    )
    assert state is OrderState.EXPIRED
    with pytest.raises(OrderGone):
        await pay(world, wish)


async def test_an_order_past_its_time_is_not_offered_any_more(world, wish, clock):
    clock.passes(minutes=31)
    with pytest.raises(OrderGone):
        await pay(world, wish)


async def test_nobody_pays_a_strangers_order(world, wish, stranger):
    theirs = Wish(
        region_code=BEIJING,
        order_id=wish.order_id,
        payer_id=stranger.person.id,
        method=Method.WECHAT,
        scene=Scene.H5,
        payer_ip="127.0.0.1",
    )
    with pytest.raises(NotYours):
        await pay(world, theirs)


async def test_a_method_nobody_connected_is_refused_in_words(world, wish):
    with pytest.raises(MethodNotOffered):
        await pay(
            world,
            Wish(
                region_code=BEIJING,
                order_id=wish.order_id,
                payer_id=wish.payer_id,
                method=Method.CCB,
                scene=Scene.H5,
                payer_ip="127.0.0.1",
            ),
        )


async def refunds_run(world, clock):
    await refund_set_aside(world, BEIJING)
    for _ in range(20):
        clock.passes(seconds=10)
        await advance_refunds(world, BEIJING)
        await asyncio.sleep(0.05)


async def test_a_second_sum_goes_back_through_the_channel(
    world, wish, order_id, household, cashier, clock, tell
):
    await pay(world, wish)
    attempt = await attempt_of(world, order_id)
    await cashier.does(attempt.id, "pay", "notice_never")
    await tell(attempt.id, "1200.00", reference=f"4200first{attempt.id[-8:]}")
    await tell(attempt.id, "1200.00", reference=await held_reference(world, attempt.id))
    await refunds_run(world, clock)
    states = {money.state for money in await household.money(order_id)}
    assert states == {PaymentState.APPLIED, PaymentState.REFUNDED}


async def test_a_refund_the_channel_refuses_is_given_to_a_person(
    world, wish, order_id, household, cashier, clock, tell
):
    await pay(world, wish)
    attempt = await attempt_of(world, order_id)
    await cashier.does(attempt.id, "pay", "notice_never")
    reference = await held_reference(world, attempt.id)
    await tell(attempt.id, "1.00", reference=reference)  # The channel itself holds 1200 yuan.
    await refunds_run(world, clock)
    [money] = await household.money(order_id)
    assert money.state is PaymentState.REFUNDING
    async with world.db.reading() as tx:
        [refund] = await refunds.of_payment(
            tx, region_code=BEIJING, method=Method.WECHAT, reference=reference
        )
    assert refund.state == "manual"


async def test_one_sweep_does_every_duty_and_breaks_nothing(world):
    assert await sweep(world) >= 0
