"""Paying by agreement takes the money once or not at all, whatever the bank says of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shebao.core.attempt import AttemptState
from shebao.core.bill import BillState
from shebao.core.channel import ChannelRefused, Charge, Method, Outcome, Scene
from shebao.core.deduction.mandate import MandateState
from shebao.core.order import OrderState
from shebao.core.payment import PaymentState
from shebao.core.policy.fund import Fund
from shebao.core.refusals import Unanswered
from shebao.operations.collect import judge_waiting
from shebao.operations.deduction.choose import (
    MandateMissing,
    MandatesDiffer,
    MandateSuspended,
    pick,
)
from shebao.operations.deduction.end import cancel_mandate, suspend_mandate
from shebao.operations.expire import expire_due, withdraw
from shebao.operations.inquire import inquire, inquire_due
from shebao.operations.pay import PaymentBeingConfirmed, pay
from shebao.operations.refund import advance_refunds, refund_set_aside
from shebao.store import attempts, promises
from shebao.worker.sweep import sweep

BEIJING = "110000"


async def states(household):
    return [held.bill.state for held in await household.bills()]


async def until(world, clock, household, order_id, wanted):
    """Sweep, and let time pass, until an order stands as wanted."""
    async with asyncio.timeout(10):
        while await household.state(order_id) is not wanted:
            clock.passes(seconds=6)
            await sweep(world)
            await asyncio.sleep(0.05)


async def test_the_money_is_taken_at_once_and_the_result_comes_right_after(
    world, paying, order_id, household, active, teller, attempt_of
):
    cashier = await pay(world, paying)
    assert cashier.url == f"{world.base_url}/result/{order_id}"
    assert await household.state(order_id) is OrderState.PAID
    assert await states(household) == [BillState.PAID]
    taken = await teller.paid((await attempt_of(order_id)).id)
    assert (taken["state"], taken["amount_fen"]) == ("paid", 120_000)
    assert taken["protocol_no"] == active.agreement


async def test_pressing_twice_takes_the_money_once(world, paying, order_id, household, active):
    both = await asyncio.gather(pay(world, paying), pay(world, paying), return_exceptions=True)
    assert sum(not isinstance(one, Exception) for one in both) >= 1
    assert await household.state(order_id) is OrderState.PAID
    assert len(await household.money(order_id)) == 1


@pytest.mark.parametrize(
    ("fault", "says"),
    [("insufficient_funds", "账户余额不足支付"), ("account_frozen", "账号已冻结")],
)
async def test_a_no_of_the_bank_leaves_the_order_to_be_paid_another_way(
    world, wish, paying, order_id, household, active, teller, attempt_of, fault, says
):
    await teller.lets_go_wrong(fault)
    await pay(world, paying)
    failed = await attempt_of(order_id)
    assert (failed.state, failed.says) == (AttemptState.FAILED, says)
    assert await household.state(order_id) is OrderState.PAYING
    assert (await pay(world, wish)).url.startswith("http://127.0.0.1")
    assert (await attempt_of(order_id)).method is Method.WECHAT


async def test_after_more_money_is_there_the_same_way_works(
    world, paying, order_id, household, active, teller
):
    await teller.lets_go_wrong("insufficient_funds")
    await pay(world, paying)
    await pay(world, paying)
    assert await household.state(order_id) is OrderState.PAID


async def test_what_the_bank_does_not_know_yet_is_unknown_and_nobody_pays_twice(
    world, wish, paying, order_id, household, active, teller, attempt_of, clock
):
    await teller.lets_go_wrong("unknown_then_paid")
    with pytest.raises(Unanswered):
        await pay(world, paying)
    assert (await attempt_of(order_id)).state is AttemptState.UNKNOWN
    assert await states(household) == [BillState.RESERVED]
    with pytest.raises(PaymentBeingConfirmed):
        await pay(world, wish)
    await until(world, clock, household, order_id, OrderState.PAID)
    assert len(await household.money(order_id)) == 1


async def test_what_the_bank_finds_it_could_not_take_may_be_paid_again(
    world, wish, paying, order_id, household, active, teller, attempt_of, clock
):
    await teller.lets_go_wrong("unknown_then_failed")
    with pytest.raises(Unanswered):
        await pay(world, paying)
    async with asyncio.timeout(10):
        while (await attempt_of(order_id)).state.is_live:
            clock.passes(seconds=6)
            await inquire_due(world, BEIJING)
            await asyncio.sleep(0.05)
    assert (await attempt_of(order_id)).says == "账户余额不足支付"
    assert (await pay(world, wish)).url


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("answer_lost", OrderState.PAID),
        ("answer_forged", OrderState.PAID),
        ("system_error", OrderState.PAYING),
    ],
)
async def test_an_answer_that_is_lost_or_forged_is_asked_about(
    world, paying, order_id, household, active, teller, clock, kind, found
):
    await teller.goes_wrong(kind, on="prepay")
    with pytest.raises(Unanswered):
        await pay(world, paying)
    clock.passes(seconds=6)
    await sweep(world)
    assert await household.state(order_id) is found


async def test_a_number_voided_before_its_request_arrives_takes_no_money(
    world, paying, order_id, active, teller, attempt_of
):
    await teller.goes_wrong("unavailable", on="prepay")
    with pytest.raises(Unanswered):
        await pay(world, paying)
    attempt = await attempt_of(order_id)
    bank = world.channel(Method.AGREEMENT)
    assert await bank.close(attempt.id) is Outcome.CLOSED
    charge = _charge(attempt, active, world)
    with pytest.raises(ChannelRefused) as refused:
        await bank.begin(charge)
    assert refused.value.channel_code == "1011"


def _charge(attempt, active, world):
    from_us = {"notify_url": "http://127.0.0.1:1/n", "payer_ip": "127.0.0.1"}
    return Charge(
        attempt_id=attempt.id,
        amount=attempt.amount,
        description="社会保险费",
        expires_at=world.now() + timedelta(minutes=5),
        scene=Scene.H5,
        agreement=active.agreement,
        **from_us,
    )


async def test_an_order_given_up_is_voided_at_the_bank_before_its_bills_are_released(
    world, paying, order_id, household, active, teller, clock
):
    await teller.goes_wrong("unavailable", on="prepay")
    with pytest.raises(Unanswered):
        await pay(world, paying)
    await withdraw(world, region_code=BEIJING, order_id=order_id, payer_id=household.person.id)
    assert await states(household) == [BillState.RESERVED]
    clock.passes(minutes=2)
    await expire_due(world, BEIJING)
    assert await household.state(order_id) is OrderState.EXPIRED
    assert await states(household) == [BillState.PAYABLE]


async def test_without_a_mandate_one_cannot_pay_by_agreement(world, paying, order_id, household):
    with pytest.raises(MandateMissing):
        await pay(world, paying)
    assert await household.state(order_id) is OrderState.OPEN


async def test_a_suspended_mandate_is_not_used(world, paying, active):
    await suspend_mandate(
        world, region_code=BEIJING, person_id=active.person_id, mandate_id=active.id
    )
    with pytest.raises(MandateSuspended):
        await pay(world, paying)


async def test_ending_a_mandate_while_a_payment_runs_loses_no_money(
    world, paying, order_id, household, active, teller, clock, standing
):
    await teller.lets_go_wrong("unknown_then_paid")
    with pytest.raises(Unanswered):
        await pay(world, paying)
    await cancel_mandate(
        world, region_code=BEIJING, person_id=active.person_id, mandate_id=active.id
    )
    assert await standing(active) is MandateState.CANCELLED
    await until(world, clock, household, order_id, OrderState.PAID)


async def test_an_agreement_that_ended_at_the_bank_takes_no_money(
    world, paying, order_id, active, teller, attempt_of
):
    await teller.ends(active, faults=["notice_never"])
    await pay(world, paying)
    assert (await attempt_of(order_id)).says == "协议不存在"


async def test_a_second_sum_goes_back_to_the_account(
    world, paying, order_id, household, active, teller, tell, attempt_of, clock
):
    await teller.goes_wrong("answer_lost", on="prepay")
    with pytest.raises(Unanswered):
        await pay(world, paying)
    other = await household.attempt(order_id)
    await tell(other, "1200.00")
    taken = await attempt_of(order_id)
    assert taken.id == other
    [mine] = [one for one in await _attempts(world, order_id) if one.method is Method.AGREEMENT]
    outcome = await _found(world, mine)
    assert outcome is Outcome.PAID
    await refund_set_aside(world, BEIJING)
    clock.passes(seconds=6)
    await advance_refunds(world, BEIJING)
    money = {one.method: one.state for one in await household.money(order_id)}
    assert money[Method.AGREEMENT] is PaymentState.REFUNDED
    assert money[Method.WECHAT] is PaymentState.APPLIED


async def _attempts(world, order_id):
    async with world.db.reading() as tx:
        found = await attempts.of_orders(tx, region_code=BEIJING, order_ids=[order_id])
    return found[order_id]


async def _found(world, attempt):
    outcome = await inquire(
        world, region_code=BEIJING, method=attempt.method, attempt_id=attempt.id
    )
    await judge_waiting(world, BEIJING)
    return outcome


def test_all_funds_of_an_order_must_stand_on_one_account(active):
    elsewhere = replace(active, fund=Fund.MEDICAL, account=replace(active.account, hash=b"another"))
    assert pick([active], [Fund.PENSION]) is active
    with pytest.raises(MandatesDiffer):
        pick([active, elsewhere], [Fund.PENSION, Fund.MEDICAL])
    with pytest.raises(MandateMissing):
        pick([active], [Fund.PENSION, Fund.MEDICAL])


async def test_after_all_of_this_the_promises_are_kept(db):
    async with db.reading() as tx:
        assert {
            name: broken for name, broken in (await promises.broken(tx)).items() if broken
        } == {}
