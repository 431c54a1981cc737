"""A family of three cities, with something owed in each, and a payer whom all of them know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

import pytest
from tests.operations.at_the_cashier import Cashier

from shebao.core.bill import BillKind
from shebao.core.channel import Method, Scene
from shebao.core.identity import IdType, parse_id
from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.operations.enrol import Membership, register
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.operations.sign_in import new_person
from shebao.operations.whole.hear import HeardTogether, judge_together, shelve_together
from shebao.operations.whole.open import FamilyBasket, InCity, open_whole
from shebao.operations.whole.pay import WholeWish, pay_whole
from shebao.store import attempts, bills, orders, payments, receipts, wholes

NINGBO, CHANGZHOU, WUXI = "330200", "320400", "320200"
AMOUNTS = {NINGBO: "500.00", CHANGZHOU: "380.50", WUXI: "440.00"}
WAYS = {NINGBO: "wechat_account", CHANGZHOU: "wechat_mini", WUXI: "wechat_city"}


@dataclass
class Family:
    """The payer as each city knows them, what is owed there, and short ways to ask."""

    world: object
    payers: dict
    owed: dict

    def basket(self, *regions, whole_id=None):
        return FamilyBasket(
            region_code=NINGBO,
            whole_id=whole_id or self.world.mint("who"),
            payer_id=self.payers[NINGBO].id,
            cities=[
                InCity(code, self.payers[code].id, WAYS[code], frozenset([self.owed[code].id]))
                for code in regions or AMOUNTS
            ],
        )

    async def opened(self, *regions):
        return await open_whole(self.world, self.basket(*regions))

    def wish(self, whole, scene=Scene.H5):
        return WholeWish(
            region_code=whole.region_code,
            whole_id=whole.id,
            payer_id=whole.payer_id,
            method=Method.WECHAT,
            scene=scene,
            payer_ip="127.0.0.1",
        )

    async def at_the_cashier(self, *regions):
        """A whole whose payer is in the cashier, and the try the channel knows."""
        whole = await self.opened(*regions)
        await pay_whole(self.world, self.wish(whole))
        return whole, await self.tried(whole)

    async def tried(self, whole):
        [order, *_] = (await self.orders(whole)).values()
        async with self.world.db.reading() as tx:
            return await wholes.try_of(
                tx, region_code=order.region_code, attempt_id=order.attempt_id
            )

    async def orders(self, whole):
        found = {}
        async with self.world.db.reading() as tx:
            for one in whole.orders:
                found[one.region_code] = await orders.by_id(
                    tx, region_code=one.region_code, order_id=one.order_id
                )
        return found

    async def states(self, whole):
        return [order.state.value for order in (await self.orders(whole)).values()]

    async def attempts(self, tried):
        async with self.world.db.reading() as tx:
            return [
                await attempts.by_id(tx, region_code=code, attempt_id=attempt_id)
                for code, attempt_id in tried.parts
            ]

    async def bill_states(self):
        async with self.world.db.reading() as tx:
            return [
                (await bills.by_ids(tx, region_code=code, bill_ids=[bill.id]))[0].state.value
                for code, bill in self.owed.items()
            ]

    async def money(self, whole):
        async with self.world.db.reading() as tx:
            return {
                one.region_code: await payments.of_order(
                    tx, region_code=one.region_code, order_id=one.order_id
                )
                for one in whole.orders
            }

    async def receipts(self):
        async with self.world.db.reading() as tx:
            return {
                code: [
                    one.amount
                    for one in await receipts.of_person(tx, region_code=code, person_id=payer.id)
                ]
                for code, payer in self.payers.items()
            }

    async def told(self, tried, *, number="1", change=lambda told: told):
        """What the channel would tell of a try now, heard as a notice."""
        parts = [attempt_id for _, attempt_id in tried.parts]
        asked = await self.world.together[Method.WECHAT].inquire(tried.id, parts)
        return HeardTogether(
            home=tried.region_code,
            method=Method.WECHAT,
            received_at=self.world.now().astimezone(UTC),
            headers="",
            body=b"{}",
            told=[change(noted(one, number)) for one in asked],
        )

    async def hear(self, tried, **how):
        await hear_together(self.world, await self.told(tried, **how))


async def hear_together(world, heard):
    await judge_together(world, await shelve_together(world, heard))


def noted(told, number):
    return type(told)(
        attempt_id=told.attempt_id,
        outcome=told.outcome,
        amount=told.amount,
        reference=told.reference,
        happened_at=told.happened_at,
        notice_id=f"EV-{number}/{told.attempt_id}",
    )


@pytest.fixture
async def family(world, people):
    whole_number = people.number()
    payers, owed = {}, {}
    for code, amount in AMOUNTS.items():
        number = parse_id(IdType.RESIDENT, whole_number, on=world.today(code))
        person = new_person(world, name="陈思远", number=number)
        payers[code], [enrolment] = await register(
            world,
            region_code=code,
            person=person,
            memberships=[Membership(scheme="resident_pension")],
        )
        await push_decisions(
            world,
            enrolment=enrolment,
            decisions=[
                Decision(
                    kind=BillKind.BACK_PAY,
                    period=Period(2021),
                    amount=Money.yuan(amount),
                    government=ZERO,
                    document="补缴核定",
                    label="补缴 2021 年",
                )
            ],
        )
        async with world.db.reading() as tx:
            found = await bills.of_persons(tx, region_code=code, person_ids=[payers[code].id])
        owed[code] = next(
            held.bill for held in found[payers[code].id] if held.bill.kind is BillKind.BACK_PAY
        )
    return Family(world, payers, owed)


@pytest.fixture
async def cashier(outside):
    cashier = Cashier(outside.url)
    yield cashier
    await cashier.well_again()
    await cashier.close()
