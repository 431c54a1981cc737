"""Alipay and the sandbox, which share no code, understand each other over real HTTP."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.gateways.alipay_side import GOLDEN, next_notice, paid, visit
from tests.gateways.rehearsal import clock, rehearsal

from shebao.core.channel import ChannelRefused, Forged, Outcome, Scene
from shebao.core.ids import mint
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.alipay.account import read_account
from shebao.gateways.alipay.pay import Alipay


@pytest.fixture
def account(town):
    return read_account(town.credentials, base_url=town.url)


@pytest.fixture
def alipay(account, transport):
    return Alipay(account, transport, clock)


@pytest.fixture
def charge(charge, peer, reply):
    peer.replies = [reply(200, b"success") for _ in range(9)]
    return replace(
        charge,
        attempt_id=mint("att", clock(), os.urandom),
        expires_at=clock() + timedelta(minutes=10),
        notify_url=f"{peer.url}/notices/alipay",
    )


@pytest.fixture
def code(charge):
    return replace(charge, scene=Scene.NATIVE)


@pytest.fixture
def script(charge):
    return replace(charge, scene=Scene.JSAPI, openid="074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsN")


async def test_a_payment_by_link_from_beginning_to_notice(alipay, town, charge, peer):
    cashier = await alipay.begin(replace(charge, return_url="http://127.0.0.1:1/back?a=1"))
    assert cashier.url.startswith(f"{town.url}/alipay/gateway.do?")
    assert (await alipay.inquire(charge.attempt_id)).outcome is Outcome.UNHEARD_OF
    page = await visit(town, cashier.url)
    assert page.status == 200
    assert "380.50 元" in page.body.decode()
    assert (await alipay.inquire(charge.attempt_id)).outcome is Outcome.WAITING
    await town.pull(f"attempts/{charge.attempt_id}/pay")
    told = alipay.open_notice(*await next_notice(peer), now=clock())
    assert (told.attempt_id, told.outcome) == (charge.attempt_id, Outcome.PAID)
    assert told.amount == charge.amount
    assert told.notice_id
    assert told == replace(await alipay.inquire(charge.attempt_id), notice_id=told.notice_id)
    assert await alipay.close(charge.attempt_id) is Outcome.PAID


async def test_a_link_changed_by_anybody_opens_nothing(alipay, town, charge):
    cashier = await alipay.begin(charge)
    page = await visit(town, cashier.url.replace("380.50", "0.01"))
    assert page.status == 400
    assert "invalid-signature" in page.body.decode()


async def test_a_notice_comes_again_until_we_say_what_alipay_wants_to_hear(
    tmp_path, transport, code, peer, reply
):
    async with rehearsal(tmp_path, transport, "--time-factor", "1/6000") as town:
        account = read_account(town.credentials, base_url=town.url)
        alipay = Alipay(account, transport, clock)
        peer.replies = [reply(204), reply(200, b"SUCCESS"), reply(*alipay.accepted)]
        heard = [await paid(alipay, town, code, peer)]
        heard += [await next_notice(peer), await next_notice(peer)]
        told = [alipay.open_notice(*one, now=clock()) for one in heard]
        assert told[0] == told[1] == told[2]
        await asyncio.sleep(0.3)
        assert peer.heard.empty()


async def test_beginning_again_with_the_same_charge_is_safe(alipay, code, script):
    assert await alipay.begin(code) == await alipay.begin(code)
    other = replace(script, attempt_id=mint("att", clock(), os.urandom))
    assert await alipay.begin(other) == await alipay.begin(other)


async def test_a_number_used_for_another_charge_is_refused(alipay, code):
    await alipay.begin(code)
    with pytest.raises(ChannelRefused, match="CONTEXT_INCONSISTENT"):
        await alipay.begin(replace(code, amount=Money.yuan("1")))


async def test_beginning_what_was_paid_is_unknown_until_we_inquire(alipay, town, code, peer):
    await paid(alipay, town, code, peer)
    with pytest.raises(Unanswered):
        await alipay.begin(code)
    assert (await alipay.inquire(code.attempt_id)).outcome is Outcome.PAID


async def test_a_code_is_unheard_of_until_it_is_scanned(alipay, town, code):
    cashier = await alipay.begin(code)
    assert cashier.code.startswith("https://qr.alipay.com/")
    assert (await alipay.inquire(code.attempt_id)).outcome is Outcome.UNHEARD_OF
    assert await alipay.close(code.attempt_id) is Outcome.UNHEARD_OF
    page = await visit(town, f"{town.url}/alipay/cashier/scan?code={cashier.code}")
    assert "380.50 元" in page.body.decode()
    assert (await alipay.inquire(code.attempt_id)).outcome is Outcome.WAITING


async def test_a_payment_by_script_is_accepted_by_the_app(alipay, town, script):
    cashier = await alipay.begin(script)
    number = cashier.parameters["tradeNO"]
    page = await visit(town, f"{town.url}/alipay/cashier/tradepay?tradeNO={number}")
    assert "380.50 元" in page.body.decode()


async def test_closing_lets_nobody_pay_any_more(alipay, script, peer):
    await alipay.begin(script)
    assert await alipay.close(script.attempt_id) is Outcome.CLOSED
    assert await alipay.close(script.attempt_id) is Outcome.CLOSED
    assert (await alipay.inquire(script.attempt_id)).outcome is Outcome.CLOSED
    told = alipay.open_notice(*await next_notice(peer), now=clock())
    assert (told.attempt_id, told.outcome) == (script.attempt_id, Outcome.CLOSED)


async def test_an_attempt_the_channel_never_saw(alipay, charge):
    assert (await alipay.inquire(charge.attempt_id)).outcome is Outcome.UNHEARD_OF
    assert await alipay.close(charge.attempt_id) is Outcome.UNHEARD_OF


async def test_an_attempt_whose_time_is_over_is_closed(alipay, town, script):
    await alipay.begin(script)
    await town.pull(f"attempts/{script.attempt_id}/expire")
    assert (await alipay.inquire(script.attempt_id)).outcome is Outcome.CLOSED


async def test_an_empty_purse_leaves_the_attempt_open(alipay, town, script):
    await alipay.begin(script)
    await town.pull(f"attempts/{script.attempt_id}/pay", {"faults": ["insufficient_funds"]})
    assert (await alipay.inquire(script.attempt_id)).outcome is Outcome.WAITING


async def test_a_forged_notice_is_refused_and_the_true_one_follows(alipay, town, code, peer, reply):
    peer.replies = [reply(401, b"FAIL"), reply(200, b"success")]
    forged = await paid(alipay, town, code, peer, faults=["notice_forged_first"])
    with pytest.raises(Forged, match="why=signature"):
        alipay.open_notice(*forged, now=clock())
    assert alipay.open_notice(*await next_notice(peer), now=clock()).outcome is Outcome.PAID


async def test_a_notice_with_another_amount_is_truly_signed_and_an_inquiry_knows_better(
    alipay, town, code, peer
):
    wrong = await paid(alipay, town, code, peer, faults=["notice_wrong_amount"])
    told = alipay.open_notice(*wrong, now=clock())
    assert told.amount == Money.yuan("381.50")
    assert (await alipay.inquire(code.attempt_id)).amount == code.amount


async def test_an_answer_lost_on_the_way_is_found_by_an_inquiry(alipay, town, script):
    await town.pull("faults", {"kind": "prepay_answer_lost"})
    with pytest.raises(Unanswered):
        await alipay.begin(script)
    assert (await alipay.inquire(script.attempt_id)).outcome is Outcome.WAITING


@pytest.mark.parametrize("kind", ["system_error", "unavailable", "answer_hangs"])
async def test_a_channel_in_trouble_has_not_answered(alipay, town, code, kind):
    await town.pull("faults", {"kind": kind, "on": "prepay"})
    with pytest.raises(Unanswered):
        await alipay.begin(code)


@pytest.mark.parametrize("place", ["prepay", "query", "close"])
async def test_a_forged_answer_is_never_believed(alipay, town, script, place):
    await alipay.begin(script)
    await town.pull("faults", {"kind": "answer_forged", "on": place})
    calls = {
        "prepay": lambda: alipay.begin(script),
        "query": lambda: alipay.inquire(script.attempt_id),
        "close": lambda: alipay.close(script.attempt_id),
    }
    with pytest.raises(Forged, match="why=signature"):
        await calls[place]()


async def test_a_key_that_does_not_fit_is_refused(account, transport, charge):
    other = replace(account, app_key=read_account(GOLDEN).app_key)
    with pytest.raises(ChannelRefused, match="invalid-signature"):
        await Alipay(other, transport, clock).inquire(charge.attempt_id)


async def test_a_clock_that_is_wrong_is_refused(account, transport, charge):
    def yesterday():
        return clock() - timedelta(days=1)

    with pytest.raises(ChannelRefused, match="invalid-timestamp"):
        await Alipay(account, transport, yesterday).inquire(charge.attempt_id)
