"""Apps and computers come to their cashiers, too, and a cancelled trade is undone."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from tests.gateways.alipay_side import GOLDEN, AlipaySide, paid, visit
from tests.gateways.rehearsal import clock

from shebao.core.channel import Outcome, Scene
from shebao.core.ids import mint
from shebao.core.refusals import Unanswered
from shebao.gateways.alipay.account import read_account as read_alipay
from shebao.gateways.alipay.pay import Alipay, Undone
from shebao.gateways.wechat.account import read_account as read_wechat
from shebao.gateways.wechat.pay import WeChatPay


@pytest.fixture
def wechat(town, transport):
    account = read_wechat(town.credentials, base_url=town.url)
    return WeChatPay(account, transport, clock, os.urandom)


@pytest.fixture
def alipay(town, transport):
    return Alipay(read_alipay(town.credentials, base_url=town.url), transport, clock)


@pytest.fixture
def charge(charge, peer, reply):
    peer.replies = [reply(200, b"success") for _ in range(9)]
    return replace(
        charge,
        attempt_id=mint("att", clock(), os.urandom),
        expires_at=clock() + timedelta(minutes=10),
        notify_url=f"{peer.url}/notices",
    )


async def test_an_app_opens_wechats_cashier_with_what_we_signed(wechat, town, charge):
    cashier = await wechat.begin(replace(charge, scene=Scene.APP))
    page = await visit(town, f"{town.url}/cashier/app?{urlencode(cashier.parameters)}")
    assert "380.50 元" in page.body.decode()
    changed = {**cashier.parameters, "timestamp": "1"}
    page = await visit(town, f"{town.url}/cashier/app?{urlencode(changed)}")
    assert page.status == 400


async def test_an_app_hands_alipay_a_signed_order(alipay, town, charge):
    cashier = await alipay.begin(replace(charge, scene=Scene.APP))
    order = cashier.parameters["orderStr"]
    page = await visit(town, f"{town.url}/alipay/gateway.do?{order}")
    assert "380.50 元" in page.body.decode()
    assert (await alipay.inquire(charge.attempt_id)).outcome is Outcome.WAITING


async def test_a_computer_opens_alipays_page(alipay, town, charge):
    back = "http://127.0.0.1:1/back"
    cashier = await alipay.begin(replace(charge, scene=Scene.PAGE, return_url=back))
    assert "alipay.trade.page.pay" in cashier.url
    page = await visit(town, cashier.url)
    assert "380.50 元" in page.body.decode()


async def test_cancelling_closes_what_is_open_and_gives_back_what_was_paid(
    alipay, town, charge, peer
):
    code = replace(charge, scene=Scene.NATIVE)
    await paid(alipay, town, code, peer)
    assert await alipay.cancel(code.attempt_id) is Undone.GIVEN_BACK
    assert (await alipay.inquire(code.attempt_id)).outcome is Outcome.PAID
    script = replace(charge, attempt_id="att1x", scene=Scene.JSAPI, openid="2088000000000042")
    await alipay.begin(script)
    assert await alipay.cancel(script.attempt_id) is Undone.CLOSED
    assert (await alipay.inquire(script.attempt_id)).outcome is Outcome.CLOSED


async def test_cancelling_a_link_nobody_opened_stops_nobody(alipay, town, charge):
    cashier = await alipay.begin(charge)
    assert await alipay.cancel(charge.attempt_id) is Undone.NOTHING
    page = await visit(town, cashier.url)
    assert "380.50 元" in page.body.decode()


async def test_a_cancel_that_alipay_wants_again_is_unanswered(peer, transport):
    account = read_alipay(GOLDEN, base_url=peer.url)
    peer.replies = [AlipaySide().agrees("cancel", out_trade_no="att1", retry_flag="Y")]
    with pytest.raises(Unanswered):
        await Alipay(account, transport, clock).cancel("att1")
