"""People of Beijing who set amounts, and short ways to ask what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from shebao.core.identity import IdType, parse_id
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.choice import Choice, ChoiceKind
from shebao.operations.declaring.declarations import declared_between, void_declaration
from shebao.operations.declaring.set_amount import effective_years, set_amount
from shebao.operations.declaring.void_amount import Voiding, void_amount
from shebao.operations.elect import Wish, elect
from shebao.operations.enrol import Membership, register
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.sign_in import new_person
from shebao.operations.world import SHANGHAI
from shebao.store import bills, elections

BEIJING = "110000"


@dataclass
class Payer:
    """Somebody in the pension scheme of Beijing."""

    world: object
    person: object
    enrolment: object

    def wish(self, amount, *years):
        return Wish(
            region_code=BEIJING,
            payer_id=self.person.id,
            entry_channel="baidu",
            enrolment_id=self.enrolment.id,
            periods=tuple(Period(year) for year in years),
            choice=Choice.read(ChoiceKind.AMOUNT, amount),
        )

    async def chooses(self, amount, *years):
        return await elect(self.world, self.wish(amount, *years))

    async def sets(self, amount, first, last):
        periods = effective_years(str(first), str(last), this_year=2025)
        return await set_amount(self.world, self.wish(amount, *(one.year for one in periods)))

    async def voids_amount(self, *, by=None):
        return await void_amount(
            self.world,
            Voiding(
                region_code=BEIJING,
                payer_id=by or self.person.id,
                entry_channel="alipay",
                enrolment_id=self.enrolment.id,
            ),
        )

    async def declared(self):
        today = self.world.now().astimezone(SHANGHAI).date()
        return await declared_between(
            self.world,
            region_code=BEIJING,
            person_id=self.person.id,
            first=today - timedelta(days=1),
            last=today,
        )

    async def shown(self):
        return [(str(one.period), str(one.amount), str(one.state)) for one in await self.declared()]

    async def takes_back(self, declaration, *, by=None):
        await void_declaration(
            self.world,
            region_code=BEIJING,
            declaration_id=declaration.id,
            payer_id=by or self.person.id,
        )

    async def orders(self, *bill_ids, channel="alipay"):
        basket = Basket(
            region_code=BEIJING,
            order_id=self.world.mint("ord"),
            payer_id=self.person.id,
            entry_channel=channel,
            bill_ids=frozenset(bill_ids),
        )
        [order_id] = await open_orders(self.world, [basket])
        return order_id

    async def bills(self):
        async with self.world.db.reading() as tx:
            found = await bills.of_persons(tx, region_code=BEIJING, person_ids=[self.person.id])
        return [held.bill for held in found.get(self.person.id, [])]

    async def amounts(self):
        async with self.world.db.reading() as tx:
            found = await elections.standing(
                tx, region_code=BEIJING, enrolment_ids=[self.enrolment.id], since=Period(2025)
            )
        return {str(year): str(fen) for year, fen in found.get(self.enrolment.id, {}).items()}


@pytest.fixture
def living(world, people):
    """Make a payer, with the amount of last year if there was one."""

    async def make(last=None, scheme="resident_pension"):
        number = parse_id(IdType.RESIDENT, people.number(), on=world.today(BEIJING))
        person = new_person(world, name="申报人", number=number)
        kept, [enrolment] = await register(
            world,
            region_code=BEIJING,
            person=person,
            memberships=[
                Membership(
                    scheme=scheme,
                    district="110106",
                    last_choice=Money.yuan(last) if last else None,
                )
            ],
        )
        return Payer(world, kept, enrolment)

    return make


@pytest.fixture
async def payer(living):
    return await living("2000")
