"""The bank comes in by the same door as other channels, and what it tells is done at once."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import httpx
import pytest
import uvicorn
from tests.operations.conftest import BEIJING, Household
from tests.operations.deduction.bank_side import Letters, Teller

from shebao.core.bill import BillState
from shebao.core.channel import Method, Scene
from shebao.core.deduction.mandate import MandateState
from shebao.core.identity import IdType, parse_id
from shebao.core.order import OrderState
from shebao.core.policy.fund import Fund
from shebao.core.refusals import Unanswered
from shebao.operations.deduction.sign import Signer, mandate_of, sign_mandate
from shebao.operations.enrol import Membership, register
from shebao.operations.pay import Wish, pay
from shebao.operations.sign_in import new_person
from shebao.store import orders
from shebao.web.notices import NoticeDoor


@pytest.fixture
async def world(world):
    """The world, with its door for channels open on a real port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    opened = replace(world, base_url=f"http://127.0.0.1:{port}")
    server = uvicorn.Server(
        uvicorn.Config(NoticeDoor(opened), port=port, lifespan="off", log_config=None)
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield opened
    server.should_exit = True
    await serving


@pytest.fixture
async def teller(outside):
    teller = Teller(outside.url)
    yield teller
    await teller.well_again()
    await teller.close()


@pytest.fixture
async def household(world, people):
    number = parse_id(IdType.RESIDENT, people.number(), on=world.today(BEIJING))
    kept, [enrolment] = await register(
        world,
        region_code=BEIJING,
        person=new_person(world, name="王小芳", number=number),
        memberships=[Membership(scheme="resident_pension")],
    )
    return Household(world, kept, enrolment)


@pytest.fixture
async def pending(world, household):
    signer = Signer(region_code=BEIJING, person_id=household.person.id, fund=Fund.PENSION)
    return await sign_mandate(world, signer)


@pytest.fixture
async def wish(household):
    order_id = await household.order(*await household.owes("1200.00"))
    return Wish(
        region_code=BEIJING,
        order_id=order_id,
        payer_id=household.person.id,
        method=Method.AGREEMENT,
        scene=Scene.H5,
        payer_ip="127.0.0.1",
    )


async def becomes(ask, wanted):
    """Wait until an answer is the wanted one; nobody but the bank says anything meanwhile."""
    async with asyncio.timeout(5):
        while await ask() != wanted:
            await asyncio.sleep(0.02)
    return True


async def state_of(world, mandate):
    found = await mandate_of(
        world, region_code=BEIJING, person_id=mandate.person_id, mandate_id=mandate.id
    )
    return found.state


@pytest.mark.parametrize("faults", [[], ["notice_twice"], ["notice_forged_first"]])
async def test_a_signature_the_bank_tells_of_makes_a_mandate_active(world, pending, teller, faults):
    await teller.signs(pending, faults=faults)
    assert await becomes(lambda: state_of(world, pending), MandateState.ACTIVE)


async def test_an_agreement_ended_at_the_bank_ends_here(world, pending, teller):
    await teller.signs(pending)
    await becomes(lambda: state_of(world, pending), MandateState.ACTIVE)
    await teller.ends(pending)
    assert await becomes(lambda: state_of(world, pending), MandateState.CANCELLED)


async def test_what_the_bank_finds_out_later_it_tells(world, household, pending, wish, teller):
    await teller.signs(pending)
    await becomes(lambda: state_of(world, pending), MandateState.ACTIVE)
    await teller.lets_go_wrong("unknown_then_paid")
    with pytest.raises(Unanswered):
        await pay(world, wish)
    assert await becomes(lambda: household.state(wish.order_id), OrderState.PAID)


async def test_money_the_bank_takes_back_is_owed_again_as_soon_as_it_says_so(
    world, household, pending, wish, teller
):
    await teller.signs(pending)
    await becomes(lambda: state_of(world, pending), MandateState.ACTIVE)
    await pay(world, wish)
    async with world.db.reading() as tx:
        order = await orders.by_id(tx, region_code=BEIJING, order_id=wish.order_id)
    await teller.takes_back(order.attempt_id)

    async def states():
        return [held.bill.state for held in await household.bills()]

    assert await becomes(states, [BillState.PAYABLE])


async def test_a_forged_notice_is_turned_away_and_the_true_one_is_answered(world, pending, config):
    letters = Letters(config.credentials)
    address = world.notify_url(BEIJING, Method.AGREEMENT)
    headers, body = letters.agreed(pending)
    async with httpx.AsyncClient(trust_env=False) as http:
        forged = await http.post(address, content=body + b" ", headers=headers)
        true = await http.post(address, content=body, headers=headers)
        again = await http.post(address, content=body, headers=headers)
    assert forged.status_code == 401
    assert (true.status_code, true.text) == (200, '{"retCd":"00000"}')
    assert again.status_code == 200
    assert await becomes(lambda: state_of(world, pending), MandateState.ACTIVE)
