"""A refund no channel finishes has a reason, an owner and an age."""

from dataclasses import replace

import pytest
from tests.operations.refunding import (
    BEIJING,
    WECHAT,
    broken,
    refund_ends,
)

from shebao.core.bill import BillEvent
from shebao.core.channel import RefundOutcome, ReturnTold
from shebao.core.desk.request import (
    RequestState,
)
from shebao.core.refund import BANKS_TAKE, ByHand, RefundState
from shebao.operations.desk.by_hand import NotByHand, refunds_by_hand, take_over
from shebao.operations.desk.decide import approve, check, preview
from shebao.operations.refund import advance_refunds, judge_refund_notices
from shebao.store import bills, notices
from shebao.store.notices import Notice


async def test_money_the_channel_has_handed_over_goes_back_by_hand(
    world, paid, number, asked, clerk_a, clerk_b
):
    bill = await paid.bill(number)
    async with world.db.transaction() as tx:
        held = await bills.lock(tx, region_code=BEIJING, bill_ids=[bill.id])
        moves = [(held[bill.id], BillEvent.SETTLED, bill.held_by)]
        await bills.step(tx, region_code=BEIJING, moves=moves, at=world.now())
    assert not (await preview(world, clerk_b, asked)).by_channel
    await check(world, clerk_a, asked)
    await approve(world, clerk_b, asked)
    refund = await paid.refund(asked)
    assert (refund.state, refund.why) == (RefundState.MANUAL, ByHand.HANDED_OVER)
    assert await broken(world) == {}


async def test_a_refund_whose_channel_is_gone_gets_somebody_to_look_after_it(
    world, paid, agreed, clerk_a, clock
):
    cut_off = replace(world, channels={})
    await refund_ends(cut_off, paid, agreed, clock)
    refund = await paid.refund(agreed)
    assert (refund.state, refund.why) == (RefundState.MANUAL, ByHand.CHANNEL_GONE)
    assert refund.owner_id == clerk_a.id
    [mine] = [one for one in await refunds_by_hand(world, BEIJING) if one.refund.id == refund.id]
    assert mine.order_id == paid.order_id
    assert mine.since <= world.now()


async def test_a_refund_to_a_closed_card_gets_somebody_to_look_after_it(
    world, paid, agreed, cashier, clock, clerk_b
):
    await cashier.fault("refund_abnormal", count=1)
    await refund_ends(world, paid, agreed, clock)
    refund = await paid.refund(agreed)
    assert (refund.state, refund.why) == (RefundState.MANUAL, ByHand.ABNORMAL)
    await take_over(world, clerk_b, refund.id)
    assert (await paid.refund(agreed)).owner_id == clerk_b.id
    assert (await paid.request(agreed)).state is RequestState.APPROVED


async def test_nobody_takes_over_what_does_not_wait_for_a_person(world, paid, agreed, clerk_b):
    refund = await paid.refund(agreed)
    with pytest.raises(NotByHand):
        await take_over(world, clerk_b, refund.id)


async def test_a_refund_the_channel_says_nothing_of_for_days_gets_somebody_to_look_after_it(
    world, paid, agreed, cashier, clock, clerk_a
):
    await cashier.fault("unavailable", on="refund", count=50)
    await cashier.fault("unavailable", on="refund_query", count=50)
    clock.passes(seconds=10)
    await advance_refunds(world, BEIJING)
    clock.passes(days=BANKS_TAKE.days - 1)
    await advance_refunds(world, BEIJING)
    assert (await paid.refund(agreed)).state is RefundState.UNKNOWN
    clock.passes(days=1, hours=1)
    await advance_refunds(world, BEIJING)
    refund = await paid.refund(agreed)
    assert (refund.state, refund.why) == (RefundState.MANUAL, ByHand.SILENT)
    assert refund.owner_id == clerk_a.id
    await cashier.well_again()


async def test_the_longer_a_refund_takes_the_less_often_the_channel_is_asked(
    world, paid, agreed, cashier, clock
):
    await cashier.fault("unavailable", on="refund", count=50)
    await cashier.fault("unavailable", on="refund_query", count=50)
    clock.passes(seconds=10)
    await advance_refunds(world, BEIJING)
    assert (await paid.refund(agreed)).state is RefundState.UNKNOWN
    clock.passes(hours=8)
    assert await advance_refunds(world, BEIJING) >= 1
    clock.passes(minutes=30)
    assert await advance_refunds(world, BEIJING) == 0
    clock.passes(minutes=31)
    assert await advance_refunds(world, BEIJING) >= 1
    await cashier.well_again()


async def test_a_refund_that_was_sent_before_its_channel_went_gets_somebody_too(
    world, paid, agreed, clock
):
    clock.passes(seconds=10)
    await advance_refunds(world, BEIJING)
    assert (await paid.refund(agreed)).state is RefundState.SENT
    await refund_ends(replace(world, channels={}), paid, agreed, clock)
    refund = await paid.refund(agreed)
    assert (refund.state, refund.why) == (RefundState.MANUAL, ByHand.CHANNEL_GONE)


async def test_a_request_that_never_reached_the_channel_is_made_again(
    world, paid, agreed, cashier, clock
):
    await cashier.fault("unavailable", on="refund", count=50)
    clock.passes(seconds=10)
    await advance_refunds(world, BEIJING)
    assert (await paid.refund(agreed)).state is RefundState.UNKNOWN
    await cashier.well_again()
    await refund_ends(world, paid, agreed, clock)
    assert (await paid.refund(agreed)).state is RefundState.SUCCEEDED


async def test_what_a_channel_tells_of_a_refund_is_judged_once_and_says_how(
    world, paid, agreed, clock
):
    clock.passes(seconds=10)
    await advance_refunds(world, BEIJING)
    refund = await paid.refund(agreed)
    told = ReturnTold(refund.id, RefundOutcome.SUCCEEDED, notice_id=f"told{refund.id}")
    async with world.db.transaction() as tx:
        await notices.shelve(tx, [Notice(BEIJING, WECHAT, world.now(), "", b"{}", told)])
    await judge_refund_notices(world, BEIJING)
    assert await judge_refund_notices(world, BEIJING) == 0
    async with world.db.reading() as tx:
        asked = "SELECT verdict FROM notices WHERE region_code = $1 AND id = $2"
        assert await tx.connection.fetchval(asked, BEIJING, told.notice_id) == "succeeded"
    assert (await paid.refund(agreed)).state is RefundState.SUCCEEDED
