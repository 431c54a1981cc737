"""Residents with bills, and orders of them, in real books."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tests.operations.at_the_cashier import Cashier

from shebao.core.bill import BillKind
from shebao.core.channel import Method, Outcome, Scene, Told
from shebao.core.identity import IdType, parse_id
from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.enrol import Membership, register
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.pay import Wish
from shebao.operations.sign_in import new_person
from shebao.store import attempts, bills, orders, payments
from shebao.store.notices import Notice

BEIJING = "110000"


@dataclass
class Household:
    """One resident of Beijing, what they owe, and short ways to ask about it."""

    world: object
    person: object
    enrolment: object

    async def owes(self, *amounts, document="hd"):
        decisions = [
            Decision(
                kind=BillKind.BACK_PAY,
                period=Period(2024),
                amount=Money.yuan(amount),
                government=ZERO,
                document=f"{document}{number}",
                label="补缴 2024 年",
            )
            for number, amount in enumerate(amounts)
        ]
        await push_decisions(self.world, enrolment=self.enrolment, decisions=decisions)
        return [held.bill for held in await self.bills()]

    async def bills(self):
        async with self.world.db.reading() as tx:
            found = await bills.of_persons(tx, region_code=BEIJING, person_ids=[self.person.id])
        return found.get(self.person.id, [])

    def basket(self, *owed, order_id=None):
        return Basket(
            region_code=BEIJING,
            order_id=order_id or self.world.mint("ord"),
            payer_id=self.person.id,
            entry_channel="baidu",
            bill_ids=frozenset(bill.id for bill in owed),
        )

    async def order(self, *owed):
        [order_id] = await open_orders(self.world, [self.basket(*owed)])
        return order_id

    async def attempt(self, order_id):
        """An attempt that is at the channel, as the channel would know it."""
        from_order = self.world.mint("att")
        async with self.world.db.transaction() as tx:
            locked = await orders.lock(tx, region_code=BEIJING, order_ids=[order_id])
            order = locked[order_id]
            await attempts.begin(
                tx, order, attempt_id=from_order, method=Method.WECHAT, at=self.world.now()
            )
            await orders.step(
                tx, region_code=BEIJING, moves=[(order, "submitted")], at=self.world.now()
            )
            await orders.point_at_attempt(
                tx, order, attempt_id=from_order, expires_at=order.expires_at
            )
        return from_order

    async def state(self, order_id):
        async with self.world.db.reading() as tx:
            return (await orders.by_id(tx, region_code=BEIJING, order_id=order_id)).state

    async def money(self, order_id):
        async with self.world.db.reading() as tx:
            return await payments.of_order(tx, region_code=BEIJING, order_id=order_id)


@pytest.fixture
async def by_hand(world):
    """Write into the books by hand what others would have written, and put back what was there."""
    before = []

    async def write(table, column, value, **where):
        [(key, name)] = where.items()
        async with world.db.transaction() as tx:
            asked = f"SELECT {column} FROM {table} WHERE {key} = $1"
            before.append((table, column, await tx.connection.fetchval(asked, name), where))
            change = f"UPDATE {table} SET {column} = $2 WHERE {key} = $1"
            await tx.connection.execute(change, name, value)

    yield write
    for table, column, was, where in before[::-1]:
        await write(table, column, was, **where)


@pytest.fixture
async def household(world, people):
    number = parse_id(IdType.RESIDENT, people.number(), on=world.today(BEIJING))
    person = new_person(world, name="王小芳", number=number)
    kept, [enrolment] = await register(
        world,
        region_code=BEIJING,
        person=person,
        memberships=[Membership(scheme="resident_pension")],
    )
    return Household(world, kept, enrolment)


class Telling:
    """A channel tells us that an attempt was paid, and we judge what waits."""

    def __init__(self, world):
        self._world = world

    def notice(self, attempt_id, amount, *, reference=None, notice_id=None):
        reference = reference or f"4200{attempt_id[3:]}"
        told = Told(
            attempt_id=attempt_id,
            outcome=Outcome.PAID,
            amount=Money.yuan(amount),
            reference=reference,
            happened_at=self._world.now(),
            notice_id=notice_id or f"EV-{reference}",
        )
        at = self._world.now()
        return Notice(BEIJING, Method.WECHAT, at, "wechatpay-serial: test", b"{}", told)

    async def __call__(self, attempt_id, amount, **numbers):
        await shelve(self._world, [self.notice(attempt_id, amount, **numbers)])
        while await judge_waiting(self._world, BEIJING):
            pass


@pytest.fixture
def tell(world):
    return Telling(world)


@pytest.fixture
async def stranger(world, people):
    """Somebody who has named nobody."""
    number = parse_id(IdType.RESIDENT, people.number(), on=world.today(BEIJING))
    person = new_person(world, name="李四", number=number)
    kept, _ = await register(world, region_code=BEIJING, person=person, memberships=[])
    return Household(world, kept, None)


@pytest.fixture
async def cashier(outside):
    cashier = Cashier(outside.url)
    yield cashier
    await cashier.well_again()
    await cashier.close()


@pytest.fixture
async def order_id(household):
    return await household.order(*await household.owes("1200.00"))


@pytest.fixture
def wish(household, order_id):
    return Wish(
        region_code=BEIJING,
        order_id=order_id,
        payer_id=household.person.id,
        method=Method.WECHAT,
        scene=Scene.H5,
        payer_ip="127.0.0.1",
    )
