"""A second kind of agreement, signed in WeChat, is signed, collected under and ended alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from tests.operations.at_the_cashier import attempt_of

from shebao.core.account import AccountKind
from shebao.core.attempt import AttemptState
from shebao.core.bill import BillState
from shebao.core.channel import Forged, Method
from shebao.core.deduction.mandate import MandateState
from shebao.core.journal import clearing
from shebao.core.order import OrderState
from shebao.core.policy.signing import AgreementTerms
from shebao.operations.deduction.confirm import advance_mandates, ask_about
from shebao.operations.deduction.end import cancel_mandate
from shebao.operations.deduction.sign import sign_mandate
from shebao.operations.inquire import inquire_due
from shebao.operations.pay import PaymentBeingConfirmed, pay
from shebao.store import journal, promises
from shebao.worker.sweep import sweep

BEIJING = "110000"


@pytest.fixture
def world(world):
    """A world in which Beijing also lets people agree in WeChat, through one of its ways in."""
    region = world.region(BEIJING)
    way = region.channels["baidu"]
    offers = replace(way, methods=(*way.methods, Method.ENTRUST))
    terms = AgreementTerms(
        methods=(Method.AGREEMENT, Method.ENTRUST), accounts=(AccountKind.BANK_CARD,)
    )
    changed = replace(region, channels={**region.channels, "baidu": offers}, agreement=terms)
    return replace(world, regions={**world.regions, BEIJING: changed})


@pytest.fixture
async def wechat(outside):
    """Somebody in WeChat, and the levers of the sandbox's."""
    async with httpx.AsyncClient(base_url=outside.url, trust_env=False) as http:
        yield http
        await http.delete("/sandbox/faults")


@pytest.fixture
def signer(signer):
    return replace(signer, method=Method.ENTRUST)


@pytest.fixture
def agrees(wechat):
    """Open the link of a mandate in WeChat, and agree."""

    async def agrees(mandate):
        there = urlsplit(mandate.sign_url)
        page = await wechat.get(f"{there.path}?{there.query}")
        assert page.status_code == 200, page.text
        told = dict(parse_qsl(there.query)) | {"action": "sign"}
        return await wechat.post(there.path, data=told)

    return agrees


@pytest.fixture
async def active(world, signer, agrees):
    mandate = await sign_mandate(world, signer)
    await agrees(mandate)
    return await ask_about(world, region_code=BEIJING, mandate_id=mandate.id)


@pytest.fixture
def paying(wish):
    return replace(wish, method=Method.ENTRUST)


async def decided(world, clock, order_id, wanted):
    """Ask until WeChat has decided."""
    async with asyncio.timeout(10):
        while (await attempt_of(world, order_id)).state not in wanted:
            clock.passes(seconds=6)
            await inquire_due(world, BEIJING)
            await sweep(world)
            await asyncio.sleep(0.02)


async def test_what_is_agreed_to_in_wechat_is_active_once_wechat_says_so(active):
    assert active.state is MandateState.ACTIVE
    assert active.account.kind is AccountKind.WALLET
    assert active.agreement


async def test_a_link_that_somebody_changed_is_not_signed(world, signer, wechat):
    mandate = await sign_mandate(world, signer)
    there = urlsplit(mandate.sign_url)
    changed = there.query.replace(mandate.id, "man00000000000000000000000000")
    assert (await wechat.get(f"{there.path}?{changed}")).status_code == 400


async def test_what_nobody_agreed_to_waits_until_its_time_is_over(world, signer, clock, standing):
    mandate = await sign_mandate(world, signer)
    clock.passes(seconds=11)
    await advance_mandates(world, BEIJING)
    assert await standing(mandate) is MandateState.PENDING_BANK
    clock.passes(minutes=31)
    await advance_mandates(world, BEIJING)
    await ask_about(world, region_code=BEIJING, mandate_id=mandate.id)
    assert await standing(mandate) is MandateState.LAPSED


async def test_the_money_is_accepted_first_and_told_afterwards(
    world, paying, order_id, household, active, clock
):
    before = await _held(world)
    cashier = await pay(world, paying)
    assert cashier.url.endswith(f"/result/{order_id}")
    begun = await attempt_of(world, order_id)
    assert (begun.state, begun.method) == (AttemptState.PENDING, Method.WECHAT)
    await decided(world, clock, order_id, {AttemptState.SUCCEEDED})
    assert await household.state(order_id) is OrderState.PAID
    assert (await _held(world)).fen - before.fen == 120_000
    async with world.db.reading() as tx:
        assert not any((await promises.broken(tx)).values())


async def _held(world):
    async with world.db.reading() as tx:
        return await journal.balance(tx, region_code=BEIJING, account=clearing(Method.WECHAT))


async def test_a_no_afterwards_leaves_the_order_to_be_paid_another_way(
    world, wish, paying, order_id, household, active, wechat, clock
):
    await wechat.post("/sandbox/entrust/next", json={"faults": ["insufficient_funds"]})
    await pay(world, paying)
    await decided(world, clock, order_id, {AttemptState.CLOSED, AttemptState.FAILED})
    assert [held.bill.state for held in await household.bills()] == [BillState.RESERVED]
    assert (await pay(world, wish)).url


async def test_while_nobody_can_say_what_wechat_did_nobody_pays_another_way(
    world, wish, paying, order_id, active, wechat
):
    await pay(world, paying)
    fault = {"kind": "unavailable", "on": "query", "count": 1}
    await wechat.post("/sandbox/faults", json=fault)
    with pytest.raises(PaymentBeingConfirmed):
        await pay(world, wish)


async def test_ending_it_ends_it_in_wechat(world, active, wechat):
    state = await cancel_mandate(
        world, region_code=BEIJING, person_id=active.person_id, mandate_id=active.id
    )
    assert state is MandateState.CANCELLED
    contract = (await wechat.get(f"/sandbox/entrust/contracts/{active.id}")).json()
    assert contract["ended_by"] == "3"


async def test_what_its_owner_ends_in_wechat_ends_here(world, active, wechat, standing):
    await wechat.post(f"/sandbox/entrust/contracts/{active.id}/end", json={})
    await ask_about(world, region_code=BEIJING, mandate_id=active.id)
    assert await standing(active) is MandateState.CANCELLED


async def test_without_a_contract_no_money_is_taken(world, paying, order_id, active, wechat):
    await wechat.post(f"/sandbox/entrust/contracts/{active.id}/end", json={})
    await pay(world, paying)
    failed = await attempt_of(world, order_id)
    assert (failed.state, failed.says) == (AttemptState.FAILED, "签约协议不存在")


@pytest.mark.parametrize(
    "body",
    [
        b"<xml><appid>wx1</appid></xml>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml><a>&a;</a></xml>",
        b"<xml><a>1</a><a>2</a><sign>x</sign></xml>",
        b"<xml>",
        b"\xff<xml></xml>",
    ],
    ids=["unsigned", "entities", "said twice", "broken", "no text"],
)
def test_what_wechat_did_not_sign_is_forged(world, body):
    with pytest.raises(Forged):
        world.channel(Method.ENTRUST).open_notice({}, body, now=world.now())
