"""Visitors with browsers, and residents who have something to pay."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import httpx
import pytest
from tests.agreeing import agrees
from tests.web.browsing import Visitor

from shebao.core.bill import BillKind
from shebao.core.identity import IdType, parse_id
from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.operations.enrol import Membership, register
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.operations.sign_in import new_person
from shebao.web.main import create

NINGBO, CHANGZHOU, BEIJING, WUXI = "330200", "320400", "110000", "320200"
TIERED = Membership(scheme="resident_pension", district="330212")


@dataclass
class Resident:
    """Somebody the registry knows and an agency may have told us of."""

    region: str
    name: str
    number: str
    phone: str
    person: object = None
    belongs: tuple = ()


@pytest.fixture
def app(world, outside):
    """The pages, in this test's world."""
    return create(world, inbox_url=f"{outside.url}/sms/inbox", cashiers=())


@pytest.fixture
async def town(outside):
    """The outside world, as a person can tell it things."""
    async with httpx.AsyncClient(base_url=outside.url, trust_env=False) as http:
        yield http


@pytest.fixture(scope="session")
def phones():
    return (f"1375{serial:07d}" for serial in count(1))


@pytest.fixture
async def settle(world, people, town, phones):
    """Let somebody live in a city: known to the registry, and enrolled as an agency says."""

    async def settled(region, *memberships, name="王小芳", born="19800101", owes=()):
        number = people.number(born=born)
        known = {"name": name, "id_number": number, "id_type": "201", "status": "ok"}
        (await town.post("/sandbox/people", json=known)).raise_for_status()
        resident = Resident(region, name, number, next(phones))
        parsed = parse_id(IdType.RESIDENT, number, on=world.today(region))
        resident.person, resident.belongs = await register(
            world,
            region_code=region,
            person=new_person(world, name=name, number=parsed),
            memberships=memberships,
        )
        await agrees(world, region, resident.person.id)
        decisions = [
            Decision(
                kind=BillKind.BACK_PAY,
                period=Period(2021),
                amount=Money.yuan(amount),
                government=ZERO,
                document=f"hd{place}",
                label="补缴 2021 年",
            )
            for place, amount in enumerate(owes)
        ]
        for enrolment in resident.belongs[:1]:
            await push_decisions(world, enrolment=enrolment, decisions=decisions)
        return resident

    return settled


@pytest.fixture
async def visitor(app):
    """Somebody with a browser, who has not signed in."""
    somebody = Visitor(app)
    yield somebody
    await somebody.http.aclose()


@pytest.fixture
async def code_of(town):
    """The newest code on a resident's telephone."""

    async def code(resident):
        told = (await town.get("/sms/inbox.json", params={"phone": resident.phone})).json()
        newest, *_ = told["messages"] if isinstance(told, dict) else told
        return newest["parameters"]["code"]

    return code


@pytest.fixture
async def sign_in(app, code_of):
    """Sign a resident in, as they would: name, number, telephone, code."""
    opened = []

    async def signed_in(resident, *, visitor=None, channel=""):
        visitor = visitor or Visitor(app)
        opened.append(visitor)
        await visitor.open(f"/?region={resident.region}&ch={channel}")
        page = await visitor.open("/sign-in?way=sms")
        page = await visitor.send(
            page, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
        )
        page = await visitor.send(page, "/sign-in/code", code=await code_of(resident))
        assert page.path == "/home", page.text
        return visitor

    yield signed_in
    for visitor in opened:
        await visitor.http.aclose()


@pytest.fixture
async def order_of(sign_in, settle):
    """A resident of Ningbo who has opened an order of 1,000.00 yuan: browser, and pay page."""
    resident = await settle(NINGBO, TIERED, owes=["1000"])
    visitor = await sign_in(resident)
    page = await visitor.open("/items")
    page = await visitor.send(page, "/confirm")
    return visitor, await visitor.send(page, "/orders")


@pytest.fixture
async def at_cashier(town):
    """Do something at the channel's cashier, where a pay form has led."""

    async def act(answer, action):
        assert answer.status_code == 303, answer.text
        there = answer.headers["location"]
        token = there.partition("token=")[2].partition("&")[0]
        return await town.post("/cashier", data={"token": token, "action": action})

    return act
