"""A channel that only a browser can begin at, and nobody can close, keeps the same promises."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest
from tests.operations.at_the_cashier import BEIJING, attempt_of

from shebao.core.attempt import AttemptState
from shebao.core.channel import Method, Outcome, Scene, Told
from shebao.core.order import OrderState
from shebao.core.payment import PaymentState
from shebao.gateways.transport import Transport
from shebao.gateways.unionpay.account import read_account
from shebao.gateways.unionpay.pay import UnionPay
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.expire import expire_due
from shebao.operations.inquire import ASK_EVERY, inquire_due
from shebao.operations.pay import PaymentBeingConfirmed, pay
from shebao.operations.refund import advance_refunds, refund_set_aside
from shebao.store.notices import Notice

HOUR = 3600


@pytest.fixture
async def world(world, outside, clock):
    """A world whose UnionPay reads the same clock: only the time says when its cashier is over."""
    transport = Transport()
    account = read_account(outside.credentials, base_url=outside.url)
    unionpay = UnionPay(account, transport, clock)
    yield replace(world, channels={**world.channels, Method.UNIONPAY: unionpay})
    await transport.close()


@pytest.fixture
def wish(wish):
    return replace(wish, method=Method.UNIONPAY)


@pytest.fixture
async def there(world, wish, order_id):
    """The payer's browser has posted the form: the attempt."""
    cashier = await pay(world, wish)
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.post(cashier.url, data=dict(cashier.parameters))
    assert answer.status_code == 303, answer.text
    return await attempt_of(world, order_id)


async def told(world, attempt, reference):
    """UnionPay tells that an attempt was paid."""
    at = world.now()
    money = Told(
        attempt_id=attempt.id,
        outcome=Outcome.PAID,
        amount=attempt.amount,
        reference=reference,
        happened_at=at,
        notice_id=reference,
    )
    await shelve(world, [Notice(BEIJING, Method.UNIONPAY, at, "", b"{}", money)])
    await judge_waiting(world, BEIJING)


async def test_the_same_form_serves_every_device(world, wish, order_id):
    phone = await pay(world, wish)
    computer = await pay(world, replace(wish, scene=Scene.NATIVE))
    assert phone.is_form
    assert computer == phone


async def test_a_notice_that_never_comes_is_made_good_by_asking(
    world, there, order_id, household, cashier, clock
):
    await cashier.does(there.id, "pay", "notice_never")
    clock.passes(seconds=ASK_EVERY.seconds + 1)
    await inquire_due(world, BEIJING)
    assert await household.state(order_id) is OrderState.PAID


async def test_nobody_is_led_to_another_cashier_while_this_one_is_open(
    world, wish, there, order_id
):
    with pytest.raises(PaymentBeingConfirmed):
        await pay(world, replace(wish, method=Method.WECHAT))
    assert (await attempt_of(world, order_id)).id == there.id


async def test_after_a_no_of_the_bank_the_same_cashier_may_be_tried_again(
    world, wish, there, order_id, household, cashier, clock
):
    await cashier.does(there.id, "pay", "insufficient_funds")
    clock.passes(seconds=ASK_EVERY.seconds + 1)
    await inquire_due(world, BEIJING)
    assert (await attempt_of(world, order_id)).says == "卡上的余额不足"
    assert (await pay(world, wish)).is_form
    assert (await attempt_of(world, order_id)).id == there.id
    await cashier.does(there.id, "pay", "notice_never")
    clock.passes(seconds=ASK_EVERY.seconds + 1)
    await inquire_due(world, BEIJING)
    assert await household.state(order_id) is OrderState.PAID


async def test_an_order_expires_when_its_cashier_is_over(
    world, there, order_id, household, cashier, clock
):
    await cashier.does(there.id, "expire")
    clock.passes(seconds=HOUR)
    await expire_due(world, BEIJING)
    assert await household.state(order_id) is OrderState.EXPIRED
    assert (await attempt_of(world, order_id)).state is AttemptState.CLOSED


async def test_what_no_bank_answers_keeps_its_bill_for_two_hours(
    world, there, order_id, household, clock
):
    clock.passes(seconds=HOUR)
    await expire_due(world, BEIJING)
    assert await household.state(order_id) is OrderState.EXPIRING
    clock.passes(seconds=2 * HOUR)
    await expire_due(world, BEIJING)
    assert await household.state(order_id) is OrderState.EXPIRED


async def test_a_second_sum_goes_back_through_unionpay(
    world, there, order_id, household, cashier, clock
):
    await cashier.does(there.id, "pay", "notice_never")
    money = await world.channel(Method.UNIONPAY).inquire(there.id)
    await told(world, there, "1" * 21)
    await told(world, there, money.reference)
    await refund_set_aside(world, BEIJING)
    for _ in range(20):
        clock.passes(seconds=10)
        await advance_refunds(world, BEIJING)
        await asyncio.sleep(0.05)
    states = {money.state for money in await household.money(order_id)}
    assert states == {PaymentState.APPLIED, PaymentState.REFUNDED}
