"""Where the money is can be seen at every moment, and found by what was read out."""

import asyncio

import pytest
from tests.operations.refunding import BEIJING, Paid, approving, asking, wanted

from shebao.core.bill import BillEvent
from shebao.core.refusals import NotYours
from shebao.core.timeline import Holder, Standing, Stop, Turn, is_spoken_code
from shebao.operations.desk.decide import approve, check
from shebao.operations.desk.requests import ask, take_back
from shebao.operations.desk.where import (
    NothingUnderIt,
    SpokenCodeWrong,
    order_of,
    where_for_clerk,
    where_is,
)
from shebao.operations.refund import refund_set_aside
from shebao.store import bills


@pytest.fixture
async def paid(world, household, tell):
    order_id = await household.order(*await household.owes("1200.00", "300.00"))
    attempt_id = await household.attempt(order_id)
    await tell(attempt_id, "1500.00")
    return Paid(world, household, order_id, attempt_id)


@pytest.fixture
def order_id():
    return "none yet"


async def where(paid):
    return await where_is(
        paid.world, region_code=BEIJING, order_id=paid.order_id, viewer_id=paid.payer_id
    )


async def steps(paid, *events):
    """Take every bill of an order some steps, as whoever reads statements does."""
    for event in events:
        async with paid.world.db.transaction() as tx:
            held = await bills.lock_of_orders(tx, region_code=BEIJING, order_ids=[paid.order_id])
            moves = [(bill, event, bill.held_by) for bill in held[paid.order_id]]
            await bills.step(tx, region_code=BEIJING, moves=moves, at=paid.world.now())


def standings(seen):
    return [moment.standing for moment in seen.timeline.moments]


def turns(seen):
    return [[moment.turn for moment in way.turns] for way in seen.timeline.ways_back]


async def test_paid_money_is_with_the_channel_until_we_are_told_more(paid):
    seen = await where(paid)
    assert (seen.timeline.holder, seen.timeline.next) == (Holder.CHANNEL, Stop.CLEARED)


async def test_what_statements_say_moves_it_on(paid):
    await steps(paid, BillEvent.SETTLED)
    assert (await where(paid)).timeline.holder is Holder.OFFICE
    await steps(paid, BillEvent.REMITTED)
    seen = await where(paid)
    assert (seen.timeline.holder, seen.timeline.next) == (Holder.TREASURY, Stop.RECORDED)
    assert all(moment.at for moment in seen.timeline.moments[:4])


async def test_an_order_nobody_paid_is_with_its_payer(world, household):
    order_id = await household.order(*await household.owes("1200.00"))
    seen = await where_is(
        world, region_code=BEIJING, order_id=order_id, viewer_id=household.person.id
    )
    assert seen.timeline.holder is Holder.PAYER
    assert standings(seen)[:2] == [Standing.DONE, Standing.NOW]


async def test_each_request_has_a_way_of_its_own(world, paid):
    number = await paid.number("1200.00")
    first = await ask(world, wanted(number), payer_id=paid.payer_id)
    assert turns(await where(paid)) == [[Turn.ASKED, Turn.AGREED, Turn.SENT, Turn.BACK]]
    await take_back(world, region_code=BEIJING, request_id=first, payer_id=paid.payer_id)
    second = await ask(world, wanted(number), payer_id=paid.payer_id)
    await check(world, await asking(world), second)
    await approve(world, await approving(world), second)
    seen = await where(paid)
    assert turns(seen) == [
        [Turn.ASKED, Turn.WITHDRAWN],
        [Turn.ASKED, Turn.AGREED, Turn.SENT, Turn.BACK],
    ]
    assert [way.ended for way in seen.timeline.ways_back] == [True, False]


async def test_money_that_did_not_fit_shows_its_way_back(world, paid, tell):
    await tell(paid.attempt_id, "1500.00", reference=f"4200twice{paid.attempt_id[-8:]}")
    await refund_set_aside(world, BEIJING)
    seen = await where(paid)
    assert turns(seen) == [[Turn.SET_ASIDE, Turn.SENT, Turn.BACK]]
    assert [way.why for way in seen.timeline.ways_back] == ["second_payment"]
    assert seen.timeline.holder is Holder.CHANNEL


async def test_an_order_has_one_code_however_many_ask_at_once(paid):
    found = await asyncio.gather(*(where(paid) for _ in range(5)))
    assert len({seen.code for seen in found}) == 1
    assert is_spoken_code(found[0].code)


async def test_a_clerk_finds_an_order_by_code_receipt_or_number(world, paid):
    clerk, seen = await asking(world), await where(paid)
    number = await paid.number("300.00")
    spoken = f"{seen.code[:3]} {seen.code[3:6]} {seen.code[6:]}"
    found = [await where_for_clerk(world, clerk, one) for one in (spoken, number, paid.order_id)]
    assert {one.seen.order.id for one in found} == {paid.order_id}
    assert {one.code for one in found} == {seen.code}


async def test_that_a_clerk_looked_is_kept(world, paid):
    clerk = await asking(world)
    await where_for_clerk(world, clerk, paid.order_id)
    async with world.db.reading() as tx:
        rows = await tx.connection.fetch(
            "SELECT person_id, reason FROM looks WHERE viewer_id = $1", clerk.id
        )
    assert [tuple(row) for row in rows] == [(paid.payer_id, "where_is_the_money")]


async def test_a_code_heard_wrong_and_a_code_of_nobody_are_told_apart(world):
    clerk = await asking(world)
    with pytest.raises(SpokenCodeWrong):
        await where_for_clerk(world, clerk, "481057363")
    with pytest.raises(NothingUnderIt):
        await where_for_clerk(world, clerk, "000000000")
    with pytest.raises(NothingUnderIt):
        await where_for_clerk(world, clerk, "ord" + "0" * 26)


async def test_nobody_sees_where_a_strangers_money_is(world, paid, stranger):
    with pytest.raises(NotYours):
        await where_is(
            world, region_code=BEIJING, order_id=paid.order_id, viewer_id=stranger.person.id
        )
    with pytest.raises(NotYours):
        await order_of(world, region_code=BEIJING, number="1" * 20)


async def test_a_receipt_leads_to_its_order(world, paid):
    number = await paid.number("300.00")
    assert await order_of(world, region_code=BEIJING, number=number) == paid.order_id
