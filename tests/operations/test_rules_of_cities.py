"""What a city's pack says about orders is kept: which bill comes first, and how long a cashier."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shebao.core.bill import BillKind, SpecialBillFirst
from shebao.core.channel import Method, Scene
from shebao.core.identity import IdType, parse_id
from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.core.policy.choice import Choice, ChoiceKind
from shebao.operations.elect import Wish as Choosing
from shebao.operations.elect import elect
from shebao.operations.enrol import Membership, register
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.pay import Wish, pay
from shebao.operations.sign_in import new_person
from shebao.store import bills, orders

NINGBO, BEIJING, CHANGZHOU = "330200", "110000", "320400"
CASES = {
    NINGBO: ("5000", Period(2024), {"district": "330212"}),
    BEIJING: ("4000", Period(2025), {}),
    CHANGZHOU: ("1800", Period(2023), {"district": "320402"}),
}
KINDS = {NINGBO: ChoiceKind.TIER, BEIJING: ChoiceKind.AMOUNT, CHANGZHOU: ChoiceKind.TIER}


BACK_PAY = Decision(
    kind=BillKind.BACK_PAY,
    period=Period(2021),
    amount=Money.yuan("1000"),
    government=ZERO,
    document="hd1",
    label="补缴 2021 年",
)


@pytest.fixture
def resident(world, people):
    """Somebody who owes a special bill and has chosen for the year: the basket over some bills."""

    async def made(region_code, *kinds):
        amount, period, facts = CASES[region_code]
        number = parse_id(IdType.RESIDENT, people.number(), on=world.today(region_code))
        kept, [enrolment] = await register(
            world,
            region_code=region_code,
            person=new_person(world, name="王小芳", number=number),
            memberships=[Membership(scheme="resident_pension", **facts)],
        )
        await push_decisions(world, enrolment=enrolment, decisions=[BACK_PAY])
        channel = world.region(region_code).default_channel
        chosen = Choosing(
            region_code=region_code,
            payer_id=kept.id,
            entry_channel=channel,
            enrolment_id=enrolment.id,
            periods=(period,),
            choice=Choice.read(KINDS[region_code], amount),
        )
        await elect(world, chosen)
        async with world.db.reading() as tx:
            found = await bills.of_persons(tx, region_code=region_code, person_ids=[kept.id])
        wanted = [one.bill.id for one in found[kept.id] if one.bill.kind in kinds]
        return Basket(
            region_code=region_code,
            order_id=world.mint("ord"),
            payer_id=kept.id,
            entry_channel=channel,
            bill_ids=frozenset(wanted),
        )

    return made


async def test_in_ningbo_the_years_bill_waits_for_the_special_one(world, resident):
    [refused] = await open_orders(world, [await resident(NINGBO, BillKind.YEARLY)])
    assert isinstance(refused, SpecialBillFirst)


async def test_in_beijing_it_does_not(world, resident):
    basket = await resident(BEIJING, BillKind.YEARLY)
    assert await open_orders(world, [basket]) == [basket.order_id]


@pytest.mark.parametrize("region_code", [NINGBO, BEIJING])
async def test_a_special_bill_waits_for_nothing(world, resident, region_code):
    basket = await resident(region_code, BillKind.BACK_PAY)
    assert await open_orders(world, [basket]) == [basket.order_id]


async def test_in_changzhou_a_cashier_is_open_for_one_minute(world, resident):
    basket = await resident(CHANGZHOU, BillKind.YEARLY)
    [order_id] = await open_orders(world, [basket])
    before = world.now()
    await pay(
        world,
        Wish(
            region_code=CHANGZHOU,
            order_id=order_id,
            payer_id=basket.payer_id,
            method=Method.WECHAT,
            scene=Scene.H5,
            payer_ip="127.0.0.1",
        ),
    )
    async with world.db.reading() as tx:
        order = await orders.by_id(tx, region_code=CHANGZHOU, order_id=order_id)
    assert timedelta(0) <= order.expires_at - before - timedelta(minutes=1) < timedelta(seconds=30)
