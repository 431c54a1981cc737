"""WeChat Pay and the sandbox, which share no code, understand each other over real HTTP."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.gateways.rehearsal import PATIENCE_SECONDS, clock, rehearsal

from shebao.core.channel import ChannelRefused, Forged, Outcome, RefundOutcome, Return, Scene
from shebao.core.ids import mint
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.wechat.account import read_account
from shebao.gateways.wechat.pay import WeChatPay


@pytest.fixture
async def old_town(tmp_path, transport):
    """A town where WeChat still signs with its certificate, unless asked otherwise."""
    async with rehearsal(tmp_path, transport, "--signer", "certificate") as town:
        yield town


@pytest.fixture
def account(town):
    return read_account(town.credentials, base_url=town.url)


@pytest.fixture
def wechat(account, transport):
    return WeChatPay(account, transport, clock, os.urandom)


@pytest.fixture
def charge(charge, peer):
    return replace(
        charge,
        attempt_id=mint("att", clock(), os.urandom),
        expires_at=clock() + timedelta(minutes=10),
        notify_url=f"{peer.url}/notices/wechat",
    )


@pytest.fixture
def asked_back(charge):
    return Return(
        refund_id=mint("ref", clock(), os.urandom),
        attempt_id=charge.attempt_id,
        amount=Money.yuan("100"),
        paid=charge.amount,
        reason="重复缴费",
        notify_url=charge.notify_url,
    )


async def next_notice(peer):
    heard = await asyncio.wait_for(peer.heard.get(), PATIENCE_SECONDS)
    return heard.headers, heard.body


async def test_a_payment_by_link_from_beginning_to_notice(wechat, town, charge, peer):
    cashier = await wechat.begin(replace(charge, return_url="http://127.0.0.1:1/back?a=1"))
    assert cashier.url.startswith(town.url)
    assert cashier.url.endswith("&redirect_url=http%3A%2F%2F127.0.0.1%3A1%2Fback%3Fa%3D1")
    assert (await wechat.inquire(charge.attempt_id)).outcome is Outcome.WAITING
    await town.pull(f"attempts/{charge.attempt_id}/pay")
    headers, body = await next_notice(peer)
    told = wechat.open_notice(headers, body, now=clock())
    assert (told.attempt_id, told.outcome) == (charge.attempt_id, Outcome.PAID)
    assert told.amount == charge.amount
    assert told.notice_id
    assert told == replace(await wechat.inquire(charge.attempt_id), notice_id=told.notice_id)
    with pytest.raises(Forged, match="why=stale"):
        wechat.open_notice(headers, body, now=clock() + timedelta(hours=24))
    assert await wechat.close(charge.attempt_id) is Outcome.PAID


async def test_beginning_again_with_the_same_charge_is_safe(wechat, charge):
    first = await wechat.begin(charge)
    assert (await wechat.begin(charge)).url.split("?")[0] == first.url.split("?")[0]


async def test_a_number_used_for_another_charge_is_refused(wechat, charge):
    await wechat.begin(charge)
    with pytest.raises(ChannelRefused) as refused:
        await wechat.begin(replace(charge, amount=Money.yuan("1")))
    assert refused.value.channel_code in {"OUT_TRADE_NO_USED", "INVALID_REQUEST"}
    assert refused.value.says


async def test_beginning_what_was_paid_is_unknown_until_we_inquire(wechat, town, charge):
    await wechat.begin(charge)
    await town.pull(f"attempts/{charge.attempt_id}/pay")
    with pytest.raises(Unanswered):
        await wechat.begin(charge)
    assert (await wechat.inquire(charge.attempt_id)).outcome is Outcome.PAID


async def test_a_payment_by_code(wechat, charge):
    cashier = await wechat.begin(replace(charge, scene=Scene.NATIVE))
    assert cashier.code.startswith("weixin://wxpay/bizpayurl?pr=")


async def test_a_payment_by_script_is_accepted_by_the_cashier(wechat, town, charge):
    cashier = await wechat.begin(
        replace(charge, scene=Scene.JSAPI, openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
    )
    assert cashier.parameters["signType"] == "RSA"
    query = "&".join(f"{k}={quoted(v)}" for k, v in cashier.parameters.items())
    page = await town.transport.ask(
        whom="x", method="GET", url=f"{town.url}/cashier/jsapi?{query}", headers={}
    )
    assert page.status == 200
    assert "380.50" in page.body.decode()


def quoted(value: str) -> str:
    return value.replace("%", "%25").replace("+", "%2B").replace("=", "%3D").replace("/", "%2F")


async def test_closing_lets_nobody_pay_any_more(wechat, charge):
    await wechat.begin(charge)
    assert await wechat.close(charge.attempt_id) is Outcome.CLOSED
    assert await wechat.close(charge.attempt_id) is Outcome.CLOSED
    assert (await wechat.inquire(charge.attempt_id)).outcome is Outcome.CLOSED


async def test_an_attempt_the_channel_never_saw(wechat, charge):
    assert (await wechat.inquire(charge.attempt_id)).outcome is Outcome.UNHEARD_OF
    assert await wechat.close(charge.attempt_id) is Outcome.UNHEARD_OF


async def test_an_empty_card_fails_the_attempt(wechat, town, charge):
    await wechat.begin(charge)
    await town.pull(f"attempts/{charge.attempt_id}/pay", {"faults": ["insufficient_funds"]})
    assert (await wechat.inquire(charge.attempt_id)).outcome is Outcome.FAILED


@pytest.mark.parametrize("twist", ["probe_first", "notice_forged_first", "notice_stale_first"])
async def test_a_notice_that_is_none_is_refused_and_the_true_one_follows(
    wechat, town, charge, peer, reply, twist
):
    peer.replies = [reply(401, b'{"code":"FAIL","message":"no"}')]
    await wechat.begin(charge)
    await town.pull(f"attempts/{charge.attempt_id}/pay", {"faults": [twist]})
    with pytest.raises(Forged):
        wechat.open_notice(*await next_notice(peer), now=clock())
    told = wechat.open_notice(*await next_notice(peer), now=clock())
    assert told.outcome is Outcome.PAID


async def test_an_answer_lost_on_the_way_is_found_by_an_inquiry(wechat, town, charge):
    await town.pull("faults", {"kind": "prepay_answer_lost"})
    with pytest.raises(Unanswered):
        await wechat.begin(charge)
    assert (await wechat.inquire(charge.attempt_id)).outcome is Outcome.WAITING


@pytest.mark.parametrize("kind", ["system_error", "unavailable", "answer_hangs"])
async def test_a_channel_in_trouble_has_not_answered(wechat, town, charge, kind):
    await town.pull("faults", {"kind": kind, "on": "prepay"})
    with pytest.raises(Unanswered):
        await wechat.begin(charge)


@pytest.mark.parametrize("place", ["prepay", "query", "close"])
async def test_a_forged_answer_is_never_believed(wechat, town, charge, place):
    await wechat.begin(charge)
    await town.pull("faults", {"kind": "answer_forged", "on": place})
    calls = {
        "prepay": lambda: wechat.begin(charge),
        "query": lambda: wechat.inquire(charge.attempt_id),
        "close": lambda: wechat.close(charge.attempt_id),
    }
    with pytest.raises(Forged):
        await calls[place]()


async def paid(wechat, town, charge, peer):
    await wechat.begin(charge)
    await town.pull(f"attempts/{charge.attempt_id}/pay")
    await next_notice(peer)


async def test_money_goes_back_and_the_channel_tells_of_it(wechat, town, charge, asked_back, peer):
    await paid(wechat, town, charge, peer)
    told = await wechat.give_back(asked_back)
    assert told.outcome in {RefundOutcome.PROCESSING, RefundOutcome.SUCCEEDED}
    assert told.amount == asked_back.amount
    again = await wechat.give_back(asked_back)
    assert again.reference == told.reference
    notice = wechat.open_notice(*await next_notice(peer), now=clock())
    assert (notice.refund_id, notice.outcome) == (asked_back.refund_id, RefundOutcome.SUCCEEDED)
    assert notice.amount == asked_back.amount
    after = await wechat.inquire_return(asked_back.refund_id)
    assert after.outcome is RefundOutcome.SUCCEEDED
    assert (after.reference, after.happened_at) == (told.reference, notice.happened_at)
    attempt = await wechat.inquire(charge.attempt_id)
    assert (attempt.outcome, attempt.amount) == (Outcome.PAID, charge.amount)


async def test_a_refund_to_a_closed_card_is_abnormal(wechat, town, charge, asked_back, peer):
    await paid(wechat, town, charge, peer)
    await town.pull("faults", {"kind": "refund_abnormal"})
    await wechat.give_back(asked_back)
    notice = wechat.open_notice(*await next_notice(peer), now=clock())
    assert notice.outcome is RefundOutcome.ABNORMAL


async def test_a_refund_beyond_our_balance_is_refused(wechat, town, charge, asked_back, peer):
    await paid(wechat, town, charge, peer)
    await town.pull("faults", {"kind": "refund_not_enough"})
    with pytest.raises(ChannelRefused, match="NOT_ENOUGH"):
        await wechat.give_back(asked_back)


async def test_a_refund_the_channel_never_saw(wechat, asked_back):
    told = await wechat.inquire_return(asked_back.refund_id)
    assert told.outcome is RefundOutcome.UNHEARD_OF


async def test_an_echo_proves_that_keys_fit(wechat):
    assert await wechat.echo("您好,hello") is None  # Raises when another message comes back.


async def test_a_key_that_does_not_fit_is_refused(account, golden, transport):
    other = replace(account, merchant_key=read_account(golden).merchant_key)
    with pytest.raises(ChannelRefused, match="SIGN_ERROR"):
        await WeChatPay(other, transport, clock, os.urandom).echo("hello")


async def test_a_clock_that_is_wrong_is_refused(account, transport):
    def yesterday():
        return clock() - timedelta(days=1)

    with pytest.raises((ChannelRefused, Forged)):
        await WeChatPay(account, transport, yesterday, os.urandom).echo("hello")


async def test_certificate_mode_needs_no_public_key(old_town, transport, charge, peer):
    account = read_account(old_town.credentials, base_url=old_town.url)
    bare = replace(account, public_key_id=None, trusted={})
    wechat = WeChatPay(bare, transport, clock, os.urandom)
    await wechat.begin(charge)
    ends = await wechat.certificates()
    assert min(ends.values()) > clock()
    await old_town.pull(f"attempts/{charge.attempt_id}/pay")
    headers, body = await next_notice(peer)
    assert not headers["wechatpay-serial"].startswith("PUB_KEY_ID_")
    assert wechat.open_notice(headers, body, now=clock()).outcome is Outcome.PAID
    moving = WeChatPay(account, transport, clock, os.urandom)  # It believes both.
    assert moving.open_notice(headers, body, now=clock()).outcome is Outcome.PAID
    assert (await moving.inquire(charge.attempt_id)).outcome is Outcome.PAID
