"""An order holds its bills for its payer, once, and says why when it cannot."""

import asyncio

import pytest

from shebao.core.bill import BillNotOpen, BillState
from shebao.core.order import OrderDiffers, OrderEmpty, OrderState
from shebao.core.refusals import NotYours
from shebao.operations.gathering import Gathering
from shebao.operations.open_order import open_orders


async def test_an_order_reserves_its_bills(household):
    owed = await household.owes("1200.00", "960.00")
    order_id = await household.order(*owed)
    assert await household.state(order_id) is OrderState.OPEN
    held = await household.bills()
    assert {one.bill.state for one in held} == {BillState.RESERVED}
    assert {one.payer_id for one in held} == {household.person.id}


async def test_the_same_form_sent_again_opens_no_second_order(world, household):
    owed = await household.owes("1200.00")
    basket = household.basket(*owed)
    first = await open_orders(world, [basket])
    again = await open_orders(world, [basket, basket])
    assert [*first, *first] == again


async def test_the_same_form_twice_in_one_batch_is_one_order(world, household):
    basket = household.basket(*await household.owes("1200.00"))
    assert await open_orders(world, [basket, basket]) == [basket.order_id, basket.order_id]


async def test_the_same_form_with_something_else_in_it_is_refused(world, household):
    one, other = await household.owes("1200.00", "960.00")
    basket = household.basket(one)
    await open_orders(world, [basket])
    [refusal] = await open_orders(world, [household.basket(other, order_id=basket.order_id)])
    assert isinstance(refusal, OrderDiffers)


async def test_a_bill_in_another_order_is_refused_by_name(world, household):
    [bill] = await household.owes("1200.00")
    await household.order(bill)
    [refusal] = await open_orders(world, [household.basket(bill)])
    assert isinstance(refusal, BillNotOpen)
    assert (refusal.bill_id, refusal.state) == (bill.id, "reserved")


async def test_two_orders_of_one_batch_cannot_share_a_bill(world, household):
    [bill] = await household.owes("1200.00")
    opened, refused = await open_orders(world, [household.basket(bill), household.basket(bill)])
    assert isinstance(opened, str)
    assert isinstance(refused, BillNotOpen)


async def test_one_refusal_in_a_batch_is_nobody_elses(world, household):
    [bill] = await household.owes("1200.00")
    refused, opened = await open_orders(world, [household.basket(), household.basket(bill)])
    assert isinstance(refused, OrderEmpty)
    assert await household.state(opened) is OrderState.OPEN


async def test_nobody_opens_an_order_for_a_stranger(world, household, stranger):
    [bill] = await household.owes("1200.00")
    [refusal] = await open_orders(world, [stranger.basket(bill)])
    assert isinstance(refusal, NotYours)


async def test_thirty_at_once_over_one_bill_make_one_order(world, household):
    [bill] = await household.owes("1200.00")
    gathering = Gathering(lambda baskets: open_orders(world, baskets))
    answers = await asyncio.gather(
        *(gathering.put(household.basket(bill)) for _ in range(30)), return_exceptions=True
    )
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert sum(isinstance(answer, BillNotOpen) for answer in answers) == 29


@pytest.mark.parametrize("parties", [2, 5])
async def test_two_programs_racing_for_one_bill_make_one_order(world, household, parties):
    [bill] = await household.owes("1200.00", document=f"race{parties}")
    answers = await asyncio.gather(
        *(open_orders(world, [household.basket(bill)]) for _ in range(parties))
    )
    assert sum(isinstance(answer, str) for [answer] in answers) == 1
