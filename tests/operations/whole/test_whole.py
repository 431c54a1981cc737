"""A family pays for several cities in one payment; each city keeps its own books of it."""

import asyncio
from dataclasses import replace

import pytest

from shebao.core.bill import BillNotOpen
from shebao.core.channel import Method, Outcome, Scene
from shebao.core.money import Money
from shebao.core.order import OrderDiffers
from shebao.core.refusals import NotYours
from shebao.core.whole import (
    NotPaidTogether,
    OneCityOnly,
    PaidTogether,
    WholeGone,
    WholeStanding,
    standing,
)
from shebao.operations.expire import withdraw
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.pay import Wish, pay
from shebao.operations.whole.apart import give_up_whole, take_apart
from shebao.operations.whole.look import look_at_whole, whole_of
from shebao.operations.whole.open import open_whole
from shebao.operations.whole.pay import pay_whole

NINGBO, CHANGZHOU, WUXI = "330200", "320400", "320200"


async def test_one_payment_pays_an_order_in_every_city_each_with_its_receipt(
    world, family, cashier
):
    whole, tried = await family.at_the_cashier()
    assert await family.states(whole) == ["paying"] * 3
    await cashier.does(tried.id, "pay", "notice_never")
    await family.hear(tried)
    assert await family.states(whole) == ["paid"] * 3
    assert await family.bill_states() == ["paid"] * 3
    money = await family.money(whole)
    assert {code: [one.amount for one in of] for code, of in money.items()} == {
        code: [bill.amount] for code, bill in family.owed.items()
    }
    assert await family.receipts() == {code: [bill.amount] for code, bill in family.owed.items()}


async def test_a_form_that_is_sent_twice_opens_one_order_a_city(world, family):
    basket = family.basket()
    first, again = await asyncio.gather(open_whole(world, basket), open_whole(world, basket))
    assert first.orders == again.orders
    assert await family.states(first) == ["open"] * 3
    with pytest.raises(OrderDiffers):
        await open_whole(world, replace(basket, cities=basket.cities[:2]))
    with pytest.raises(NotYours):
        await open_whole(world, replace(basket, payer_id="somebody else"))


async def test_a_city_that_refuses_its_order_keeps_none_of_the_others(world, family):
    bill = family.owed[WUXI]
    taken = Basket(
        region_code=WUXI,
        order_id=world.mint("ord"),
        payer_id=family.payers[WUXI].id,
        entry_channel="wechat_city",
        bill_ids=frozenset([bill.id]),
    )
    await open_orders(world, [taken])
    basket = family.basket(WUXI, NINGBO, CHANGZHOU)
    with pytest.raises(BillNotOpen):
        await open_whole(world, replace(basket, cities=basket.cities[::-1]))
    assert await family.bill_states() == ["payable", "payable", "reserved"]


async def test_what_belongs_to_one_city_is_an_ordinary_order(family):
    with pytest.raises(OneCityOnly):
        await family.opened(NINGBO)


async def test_an_order_of_a_whole_is_neither_paid_nor_given_up_by_itself(world, family):
    whole = await family.opened()
    [one, *_] = whole.orders
    wish = Wish(
        region_code=one.region_code,
        order_id=one.order_id,
        payer_id=one.payer_id,
        method=Method.WECHAT,
        scene=Scene.H5,
        payer_ip="127.0.0.1",
    )
    with pytest.raises(PaidTogether):
        await pay(world, wish)
    with pytest.raises(PaidTogether):
        await withdraw(
            world, region_code=one.region_code, order_id=one.order_id, payer_id=one.payer_id
        )
    assert await whole_of(world, region_code=one.region_code, order_id=one.order_id) == whole.id
    with pytest.raises(NotPaidTogether):
        await pay_whole(world, replace(family.wish(whole), method=Method.ALIPAY))


async def test_pressing_twice_goes_to_the_same_cashier(world, family):
    whole = await family.opened()
    first = await pay_whole(world, family.wish(whole))
    tried = await family.tried(whole)
    assert await pay_whole(world, family.wish(whole)) == first
    assert await family.tried(whole) == tried


async def test_another_scene_closes_the_first_try_in_every_city(world, family):
    whole, first = await family.at_the_cashier()
    cashier = await pay_whole(world, family.wish(whole, Scene.NATIVE))
    assert cashier.code.startswith("weixin://")
    assert [one.state.value for one in await family.attempts(first)] == ["closed"] * 3
    assert (await family.tried(whole)).id != first.id


async def test_the_earliest_time_of_its_orders_ends_a_whole(world, family):
    whole, _ = await family.at_the_cashier()  # Changzhou gives a cashier one minute.
    until = {order.expires_at for order in (await family.orders(whole)).values()}
    assert len(until) == 1
    assert (until.pop() - world.now()).total_seconds() < 61


async def test_giving_up_closes_at_the_channel_before_any_bill_is_let_go(world, family):
    whole, tried = await family.at_the_cashier()
    whose = {"region_code": NINGBO, "whole_id": whole.id, "payer_id": whole.payer_id}
    with pytest.raises(NotYours):
        await give_up_whole(world, **whose | {"payer_id": "somebody else"})
    await give_up_whole(world, **whose)
    assert await family.states(whole) == ["expired"] * 3
    assert await family.bill_states() == ["payable"] * 3
    parts = [attempt_id for _, attempt_id in tried.parts]
    told = await world.together[Method.WECHAT].inquire(tried.id, parts)
    assert {one.outcome for one in told} == {Outcome.CLOSED}
    with pytest.raises(WholeGone):
        await pay_whole(world, family.wish(whole))


async def test_taken_apart_each_order_is_an_ordinary_one_of_its_city(world, family):
    whole, _ = await family.at_the_cashier(NINGBO, WUXI)
    await take_apart(world, region_code=NINGBO, whole_id=whole.id, payer_id=whole.payer_id)
    found = await family.orders(whole)
    assert {code: order.entry_channel for code, order in found.items()} == {
        NINGBO: "wechat_account",
        WUXI: "wechat_city",
    }
    wish = Wish(
        region_code=WUXI,
        order_id=found[WUXI].id,
        payer_id=family.payers[WUXI].id,
        method=Method.WECHAT,
        scene=Scene.H5,
        payer_ip="127.0.0.1",
    )
    assert (await pay(world, wish)).url
    with pytest.raises(NotPaidTogether):
        await pay_whole(world, family.wish(whole))


async def test_a_payer_sees_of_a_whole_only_cities_they_are_signed_in_at(world, family, cashier):
    whole, tried = await family.at_the_cashier()
    everywhere = [(code, person.id) for code, person in family.payers.items()]
    seen = await look_at_whole(world, whole_id=whole.id, viewers=everywhere)
    assert seen.amount == Money.yuan("1320.50")
    assert seen.cashier.url
    assert not seen.apart
    here = await look_at_whole(world, whole_id=whole.id, viewers=[(NINGBO, whole.payer_id)])
    assert list(here.orders) == [NINGBO]
    with pytest.raises(NotYours):
        await look_at_whole(world, whole_id=whole.id, viewers=[(NINGBO, "a stranger")])
    with pytest.raises(NotYours):
        await look_at_whole(world, whole_id=whole.id, viewers=everywhere[1:])
    orders = [(one.order, one.live is not None) for one in seen.orders.values()]
    assert standing(orders, now=world.now()) is WholeStanding.WAITING
    await cashier.does(tried.id, "pay", "notice_never")
