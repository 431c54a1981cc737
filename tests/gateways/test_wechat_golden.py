"""What we send to WeChat Pay, byte for byte, and golden notices, made by another program.

``golden/make.js`` made every signature and every sealed resource with node's crypto from
the words of the specification.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shebao.core.channel import Outcome, RefundOutcome, ReturnTold, Told
from shebao.core.money import Money

NOW = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
ATTEMPT = "att01KB7ZGQ00AAAAAAAAAAAAAAAA"
REFUND = "ref01KB7ZGQ00BBBBBBBBBBBBBBBB"


@pytest.fixture
def asks(golden):
    return json.loads((golden / "asks.json").read_text())


def assert_asked(peer, expected):
    (asked,) = peer.asked
    assert asked.line == expected["line"]
    assert asked.body.decode() == expected["body"]
    assert asked.headers["authorization"] == expected["authorization"]
    assert asked.headers["wechatpay-serial"] == "PUB_KEY_ID_0119000000012026120100000000000001"
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["accept-encoding"] == "identity"
    assert asked.headers["user-agent"]


async def test_beginning_is_signed_over_the_very_bytes_sent(wechat, platform, peer, asks, charge):
    peer.replies = [platform.says(200, {"h5_url": "https://wx.example/pay?prepay_id=1"})]
    await wechat.begin(charge)
    assert_asked(peer, asks["begin"])


async def test_an_inquiry_is_signed_with_its_query_and_an_empty_body(wechat, platform, peer, asks):
    peer.replies = [platform.says(200, platform.transaction())]
    await wechat.inquire(ATTEMPT)
    assert_asked(peer, asks["inquire"])


async def test_closing_sends_our_merchant_number(wechat, platform, peer, asks):
    peer.replies = [platform.says(204)]
    await wechat.close(ATTEMPT)
    assert_asked(peer, asks["close"])


async def test_giving_back_says_how_much_of_how_much(wechat, platform, peer, asks, asked_back):
    peer.replies = [platform.says(200, platform.refund())]
    await wechat.give_back(asked_back)
    assert_asked(peer, asks["give_back"])


async def test_a_refund_is_asked_for_by_our_number(wechat, platform, peer, asks):
    peer.replies = [platform.says(200, platform.refund())]
    await wechat.inquire_return(REFUND)
    assert_asked(peer, asks["inquire_return"])


async def test_the_script_of_the_cashier_is_signed_with_the_merchant_key(
    wechat, platform, peer, golden, jsapi_charge
):
    peer.replies = [platform.says(200, {"prepay_id": "wx01120000000000a1b2c3"})]
    cashier = await wechat.begin(jsapi_charge)
    assert cashier.parameters == json.loads((golden / "script.json").read_text())
    assert json.loads(peer.asked[0].body)["payer"] == {"openid": jsapi_charge.openid}


def notice(golden, name):
    headers = json.loads((golden / f"{name}.headers.json").read_text())
    return headers, (golden / f"{name}.body").read_bytes()


def test_a_golden_notice_of_a_payment_opens(wechat, golden):
    assert wechat.open_notice(*notice(golden, "paid"), now=NOW) == Told(
        attempt_id=ATTEMPT,
        outcome=Outcome.PAID,
        amount=Money.yuan("380.50"),
        reference="4200002345202612011234567890",
        happened_at=datetime(2026, 12, 1, 3, 59, 30, tzinfo=UTC),
        notice_id="EV-202612011200000012",
        says="支付成功,谢谢𪻐",
    )


def test_a_golden_notice_of_a_refund_opens(wechat, golden):
    assert wechat.open_notice(*notice(golden, "refunded"), now=NOW) == ReturnTold(
        refund_id=REFUND,
        outcome=RefundOutcome.SUCCEEDED,
        amount=Money.yuan("100"),
        reference="50300002342026120112345678901",
        happened_at=datetime(2026, 12, 1, 3, 59, 50, tzinfo=UTC),
        notice_id="EV-202612011200000012",
    )


async def test_the_path_signed_is_the_path_sent_even_for_odd_numbers(wechat, platform, peer):
    peer.replies = [platform.says(200, platform.transaction(out_trade_no="a|b*c-d_e"))]
    await wechat.inquire("a|b*c-d_e")
    assert peer.asked[0].line == (
        "GET /v3/pay/transactions/out-trade-no/a%7Cb%2Ac-d_e?mchid=1900000001"
    )


async def test_a_cashier_with_a_link_leads_back_to_us(wechat, platform, peer, charge):
    peer.replies = [platform.says(200, {"h5_url": "https://wx.example/pay?prepay_id=1"})]
    back = replace(charge, return_url="https://shebao.example/orders/1?from=wx&a=费")
    cashier = await wechat.begin(back)
    assert cashier.url == (
        "https://wx.example/pay?prepay_id=1&redirect_url="
        "https%3A%2F%2Fshebao.example%2Forders%2F1%3Ffrom%3Dwx%26a%3D%E8%B4%B9"
    )


async def test_a_cashier_by_code_is_the_text_of_the_code(wechat, platform, peer, native_charge):
    peer.replies = [platform.says(200, {"code_url": "weixin://wxpay/bizpayurl?pr=x"})]
    cashier = await wechat.begin(native_charge)
    assert cashier.code == "weixin://wxpay/bizpayurl?pr=x"
    assert peer.asked[0].line == "POST /v3/pay/transactions/native"
