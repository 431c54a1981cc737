"""A resident of Beijing with a signed mandate, and the bank they signed at."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from tests.operations.deduction.bank_side import Letters, Teller

from shebao.core.channel import Method
from shebao.core.deduction.mandate import MandateState
from shebao.core.policy.fund import Fund
from shebao.operations.deduction.confirm import ask_about, shelve_telling
from shebao.operations.deduction.confirm import judge_mandate_notices as judge
from shebao.operations.deduction.sign import Signer, mandate_of, sign_mandate
from shebao.store import attempts, orders
from shebao.store.deduction.mandates import MandateNotice

BEIJING = "110000"


@pytest.fixture
async def teller(outside):
    teller = Teller(outside.url)
    yield teller
    await teller.well_again()
    await teller.close()


@pytest.fixture
def letters(config):
    return Letters(config.credentials)


@pytest.fixture
def signer(household):
    return Signer(region_code=BEIJING, person_id=household.person.id, fund=Fund.PENSION)


@pytest.fixture
async def pending(world, signer):
    """A mandate its owner still has to sign."""
    return await sign_mandate(world, signer)


@pytest.fixture
async def active(world, pending, teller):
    """A mandate that was signed, and of which we know."""
    await teller.signs(pending)
    found = await ask_about(world, region_code=BEIJING, mandate_id=pending.id)
    assert found.state is MandateState.ACTIVE
    return found


@pytest.fixture
def paying(wish):
    """The wish to pay the order by agreement."""
    return replace(wish, method=Method.AGREEMENT)


@pytest.fixture
def standing(world):
    """Ask how a mandate stands in our books."""

    async def standing(mandate):
        found = await mandate_of(
            world,
            region_code=mandate.region_code,
            person_id=mandate.person_id,
            mandate_id=mandate.id,
        )
        return found.state

    return standing


@pytest.fixture
def hear(world):
    """A letter of the bank's about a mandate comes in, and is judged."""

    async def hear(letter, mandate):
        headers, body = letter
        told = world.channel(Method.AGREEMENT).open_notice(headers, body, now=world.now())
        lines = "\n".join(f"{name}: {said}" for name, said in headers.items())
        notice = MandateNotice(
            mandate.region_code,
            Method.AGREEMENT,
            told.notice_id,
            world.now(),
            lines,
            body,
            told.mandate_id,
        )
        await shelve_telling(world, notice)
        while await judge(world, mandate.region_code):
            pass

    return hear


@pytest.fixture
def attempt_of(world):
    """The attempt an order points at."""

    async def attempt_of(order_id):
        async with world.db.reading() as tx:
            order = await orders.by_id(tx, region_code=BEIJING, order_id=order_id)
            return await attempts.by_id(tx, region_code=BEIJING, attempt_id=order.attempt_id)

    return attempt_of


@pytest.fixture
async def inbox(outside):
    """The messages that reached a telephone."""
    async with httpx.AsyncClient(base_url=outside.url, trust_env=False) as http:

        async def messages(phone):
            found = (await http.get("/sms/inbox.json", params={"phone": phone})).json()
            return found["messages"] if isinstance(found, dict) else found

        yield messages
