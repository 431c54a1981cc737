"""A city is onboarded by writing its folder: people of it choose, pay, and get their receipts."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from tests.policies.fifth_region import CODE, write_fifth_region

from shebao.core.channel import Method, Outcome, Told
from shebao.core.identity import IdType, parse_id
from shebao.core.money import Money
from shebao.core.order import OrderState
from shebao.core.policy.choice import Choice, ChoiceKind
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.elect import Wish, elect
from shebao.operations.enrol import Membership, register
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.payables import Ask, payables
from shebao.operations.sign_in import new_person
from shebao.store import attempts, orders, promises, receipts
from shebao.store.notices import Notice
from shebao.store.packs.folder import load_packs


@pytest.fixture
def world(world, tmp_path):
    """The world with one region more, whose year is 2024."""
    write_fifth_region(tmp_path)
    return replace(world, regions=load_packs(tmp_path), rehearsal={CODE: date(2024, 7, 1)})


@pytest.fixture
async def resident(world, people):
    number = parse_id(IdType.RESIDENT, people.number(), on=date(2024, 7, 1))
    person = new_person(world, name="第五区人", number=number)
    memberships = [
        Membership(scheme="resident_pension", district="990101"),
        Membership(scheme="village_pension", district="990101"),
        Membership(scheme="resident_medical", district="990101", category="other"),
        Membership(scheme="flexible_pension", district="990101"),
    ]
    kept, _ = await register(world, region_code=CODE, person=person, memberships=memberships)
    return kept


async def look(world, resident):
    [found] = await payables(world, [Ask(CODE, resident.id, resident.id)])
    return found


CHOICES = {
    "resident_pension": Choice(ChoiceKind.TIER, Money.yuan("1000")),
    "village_pension": Choice(ChoiceKind.AMOUNT, Money.yuan("750")),
    "flexible_pension": Choice(ChoiceKind.BASE, Money.yuan("5000")),
}


async def choose_all(world, resident):
    for wanted in (await look(world, resident)).to_choose:
        await elect(
            world,
            Wish(
                region_code=CODE,
                payer_id=resident.id,
                entry_channel="wechat_mini",
                enrolment_id=wanted.enrolment.id,
                periods=wanted.periods[:1],
                choice=CHOICES[wanted.scheme.id],
            ),
        )


async def test_all_four_rules_are_paid_in_one_order(world, resident):
    await choose_all(world, resident)
    due = (await look(world, resident)).due
    assert {one.scheme.id for one in due} == {*CHOICES, "resident_medical"}
    order_id = world.mint("ord")
    basket = Basket(
        region_code=CODE,
        order_id=order_id,
        payer_id=resident.id,
        entry_channel="wechat_mini",
        bill_ids=frozenset(one.bill.id for one in due),
    )
    assert await open_orders(world, [basket]) == [order_id]
    await told_paid(world, order_id)
    async with world.db.reading() as tx:
        order = await orders.by_id(tx, region_code=CODE, order_id=order_id)
        records = await receipts.of_person(tx, region_code=CODE, person_id=resident.id)
        broken = await promises.broken(tx)
    assert order.state is OrderState.PAID
    assert {record.amount for record in records} == {one.bill.amount for one in due}
    assert not any(broken.values())


async def told_paid(world, order_id):
    attempt_id, at = world.mint("att"), datetime.now(UTC)
    async with world.db.transaction() as tx:
        locked = await orders.lock(tx, region_code=CODE, order_ids=[order_id])
        order = locked[order_id]
        await attempts.begin(tx, order, attempt_id=attempt_id, method=Method.WECHAT, at=at)
        await orders.step(tx, region_code=CODE, moves=[(order, "submitted")], at=at)
    told = Told(
        attempt_id=attempt_id,
        outcome=Outcome.PAID,
        amount=order.amount,
        reference=f"4200{attempt_id[3:]}",
        happened_at=at,
        notice_id=f"EV-{attempt_id}",
    )
    await shelve(world, [Notice(CODE, Method.WECHAT, at, "", b"{}", told)])
    assert await judge_waiting(world, CODE) == 1
