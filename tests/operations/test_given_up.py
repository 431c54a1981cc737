"""What is given up while somebody may still pay it is closed at the channel, or found again."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from tests.operations.at_the_cashier import attempt_of, held_reference, wish_in

from shebao.core.attempt import AttemptEvent
from shebao.core.bill import BillState
from shebao.core.channel import Method, Outcome, RefundOutcome, ReturnTold, Scene
from shebao.core.order import OrderState
from shebao.core.payment import PaymentState
from shebao.core.refund import RefundEvent
from shebao.gateways.wechat.account import read_account
from shebao.gateways.wechat.pay import WeChatPay
from shebao.operations.close_attempt import ON_ITS_WAY, close_attempt
from shebao.operations.collect import shelve
from shebao.operations.expire import withdraw
from shebao.operations.pay import PaymentBeingConfirmed, pay
from shebao.operations.refund import advance_refunds, judge_refund_notices, refund_set_aside
from shebao.store import attempts, orders, promises, refunds
from shebao.store.notices import Notice
from shebao.worker.sweep import sweep

BEIJING = "110000"


@pytest.fixture(autouse=True)
async def _promises_are_kept(world):
    """After every test of this room, no promise is broken."""
    yield
    async with world.db.reading() as tx:
        broken = await promises.broken(tx)
    assert {name: rows for name, rows in broken.items() if rows} == {}


async def at_channel(world, attempt_id):
    return (await world.channel(Method.WECHAT).inquire(attempt_id)).outcome


async def here(world, attempt_id):
    async with world.db.reading() as tx:
        return (await attempts.by_id(tx, region_code=BEIJING, attempt_id=attempt_id)).state


async def test_late_money_for_a_first_cashier_closes_the_second_one_too(
    world, wish, order_id, household, tell, clock
):
    await pay(world, wish)
    first = await attempt_of(world, order_id)
    await pay(world, wish_in(wish, Scene.NATIVE))
    second = await attempt_of(world, order_id)
    await tell(first.id, "1200.00")
    assert await household.state(order_id) is OrderState.PAID
    clock.passes(seconds=10)
    await sweep(world)
    assert await here(world, second.id) == "closed"
    assert await at_channel(world, second.id) is Outcome.CLOSED


async def test_a_number_the_channel_has_not_heard_of_yet_may_still_be_on_its_way(
    world, household, order_id, clock
):
    attempt_id = await household.attempt(order_id)
    async with world.db.reading() as tx:
        attempt = await attempts.by_id(tx, region_code=BEIJING, attempt_id=attempt_id)
    assert await close_attempt(world, attempt) is Outcome.WAITING
    clock.passes(seconds=ON_ITS_WAY.seconds + 1)
    assert await close_attempt(world, attempt) is Outcome.CLOSED


async def test_an_order_given_up_is_let_go_as_soon_as_the_channel_says_so(
    world, household, order_id, clock
):
    await household.attempt(order_id)
    state = await withdraw(
        world, region_code=BEIJING, order_id=order_id, payer_id=household.person.id
    )
    assert state is OrderState.EXPIRING
    clock.passes(seconds=ON_ITS_WAY.seconds + 1)
    await sweep(world)
    assert await household.state(order_id) is OrderState.EXPIRED
    assert [held.bill.state for held in await household.bills()] == [BillState.PAYABLE]


@dataclass
class Meanwhile:
    """The real channel, where something happens here while it is asked for a cashier."""

    channel: object
    happens: object

    async def begin(self, charge):
        cashier = await self.channel.begin(charge)
        await self.happens(charge.attempt_id)
        return cashier

    def __getattr__(self, name):
        return getattr(self.channel, name)


async def closed_here(world, attempt_id):
    async with world.db.transaction() as tx:
        attempt = await attempts.by_id(tx, region_code=BEIJING, attempt_id=attempt_id)
        await orders.lock(tx, region_code=BEIJING, order_ids=[attempt.order_id])
        for event in (AttemptEvent.UNANSWERED, AttemptEvent.CLOSED):
            attempt = await attempts.by_id(tx, region_code=BEIJING, attempt_id=attempt_id)
            await attempts.step(tx, region_code=BEIJING, moves=[(attempt, event)], at=world.now())


async def test_nobody_is_sent_to_the_cashier_of_an_attempt_that_was_given_up_meanwhile(
    world, wish, order_id
):
    channel = Meanwhile(world.channel(Method.WECHAT), lambda id_: closed_here(world, id_))
    with pytest.raises(PaymentBeingConfirmed):
        await pay(replace(world, channels={Method.WECHAT: channel}), wish)
    attempt = await attempt_of(world, order_id)
    assert await at_channel(world, attempt.id) is Outcome.CLOSED


async def test_a_payment_that_failed_can_be_tried_again_there_until_it_is_closed(
    world, wish, order_id, household, cashier
):
    await pay(world, wish)
    attempt = await attempt_of(world, order_id)
    await cashier.does(attempt.id, "pay", "insufficient_funds")
    assert await at_channel(world, attempt.id) is Outcome.FAILED
    await withdraw(world, region_code=BEIJING, order_id=order_id, payer_id=household.person.id)
    assert await household.state(order_id) is OrderState.EXPIRED
    assert await at_channel(world, attempt.id) is Outcome.CLOSED


@pytest.fixture
async def going_back(world, wish, order_id, cashier, tell):
    """Money the channel holds that was one sum too many: its reference, with a refund begun."""
    await pay(world, wish)
    attempt = await attempt_of(world, order_id)
    await cashier.does(attempt.id, "pay", "notice_never")
    reference = await held_reference(world, attempt.id)
    await tell(attempt.id, "1200.00", reference=f"4200first{attempt.id[-8:]}")
    await tell(attempt.id, "1200.00", reference=reference)
    await refund_set_aside(world, BEIJING)
    return reference


async def refund_of(world, reference):
    async with world.db.reading() as tx:
        [refund] = await refunds.of_payment(
            tx, region_code=BEIJING, method=Method.WECHAT, reference=reference
        )
    return refund


async def test_a_question_about_a_refund_that_is_refused_says_nothing_of_the_refund(
    world, going_back, clock, config, transport
):
    clock.passes(seconds=10)
    await advance_refunds(world, BEIJING)
    assert (await refund_of(world, going_back)).state == "sent"
    wrong_clock = WeChatPay(  # Nobody believes a signature of ten minutes hence.
        read_account(config.credentials, base_url=config.sandbox_url),
        transport,
        lambda: clock() + timedelta(minutes=10),
        world.entropy,
    )
    clock.passes(seconds=10)
    await advance_refunds(replace(world, channels={Method.WECHAT: wrong_clock}), BEIJING)
    assert (await refund_of(world, going_back)).state == "unknown"


async def given_to_a_person(world, refund_id):
    for event in (RefundEvent.SENT, RefundEvent.FAILED, RefundEvent.GIVEN_TO_A_PERSON):
        async with world.db.transaction() as tx:
            refund = await refunds.lock(tx, region_code=BEIJING, refund_id=refund_id)
            await refunds.step(tx, refund, event, at=world.now())


async def test_money_that_went_back_is_booked_even_when_a_person_had_been_asked(
    world, going_back, household, order_id, clock
):
    refund = await refund_of(world, going_back)
    await given_to_a_person(world, refund.id)
    told = ReturnTold(
        refund.id, RefundOutcome.SUCCEEDED, amount=refund.amount, notice_id=f"EV-{refund.id}"
    )
    await shelve(world, [Notice(BEIJING, Method.WECHAT, world.now(), "", b"{}", told)])
    assert await judge_refund_notices(world, BEIJING) == 1
    assert (await refund_of(world, going_back)).state == "succeeded"
    states = {money.reference: money.state for money in await household.money(order_id)}
    assert states[going_back] is PaymentState.REFUNDED
