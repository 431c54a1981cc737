"""What we send to Alipay, parameter for parameter, and golden answers, made by another program.

``golden/alipay/make.js`` made every signature with node's crypto from the words of the
specification.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.gateways.alipay_side import GOLDEN, TRADE, AlipaySide, params_of
from tests.gateways.far_side import ATTEMPT, NOW, REFUND

from shebao.core.channel import Outcome, RefundOutcome, ReturnTold, Told
from shebao.core.money import Money
from shebao.gateways.alipay.account import read_account
from shebao.gateways.alipay.pay import Alipay

NOTIFY = "https://shebao.example/notices/alipay"
BUYER = "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"


@pytest.fixture
def alipay(peer, transport, clock):
    return Alipay(read_account(GOLDEN, base_url=peer.url), transport, clock)


@pytest.fixture
def far():
    return AlipaySide()


@pytest.fixture
def asks():
    return json.loads((GOLDEN / "asks.json").read_text())


@pytest.fixture
def charge(charge):
    return replace(charge, notify_url=NOTIFY)


def assert_asked(peer, expected):
    """The business travels in the body, and everything else in the address."""
    (asked,) = peer.asked
    verb, target = asked.line.split(" ")
    assert verb == "POST"
    assert target.startswith("/gateway.do?")
    assert params_of(target, asked.body) == expected
    assert "biz_content" not in target
    assert asked.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert asked.headers["accept-encoding"] == "identity"


async def test_a_link_is_signed_without_a_word_to_alipay(alipay, peer, asks, charge):
    back = replace(charge, return_url="https://shebao.example/orders/1?a=费")
    cashier = await alipay.begin(back)
    assert cashier.url.startswith(f"{peer.url}/gateway.do?")
    assert params_of(cashier.url) == asks["link"]
    assert peer.asked == []


async def test_a_code_is_asked_for(alipay, far, peer, asks, native_charge):
    code = "https://qr.alipay.com/bax03431"
    peer.replies = [far.agrees("precreate", out_trade_no=ATTEMPT, qr_code=code)]
    cashier = await alipay.begin(replace(native_charge, notify_url=NOTIFY))
    assert cashier.code == code
    assert_asked(peer, asks["code"])


async def test_a_script_needs_a_trade(alipay, far, peer, asks, jsapi_charge):
    peer.replies = [far.agrees("create", out_trade_no=ATTEMPT, trade_no=TRADE)]
    cashier = await alipay.begin(replace(jsapi_charge, notify_url=NOTIFY, openid=BUYER))
    assert cashier.parameters == {"tradeNO": TRADE}
    assert_asked(peer, asks["script"])


async def test_a_buyer_known_by_the_old_kind_of_number_is_named_so(alipay, far, peer, jsapi_charge):
    peer.replies = [far.agrees("create", out_trade_no=ATTEMPT, trade_no=TRADE)]
    await alipay.begin(replace(jsapi_charge, openid="2088102169481075"))
    wish = json.loads(params_of("", peer.asked[0].body)["biz_content"])
    assert wish["buyer_id"] == "2088102169481075"
    assert "buyer_open_id" not in wish


async def test_an_inquiry_names_our_number(alipay, far, peer, asks):
    peer.replies = [far.says("query", far.trade())]
    await alipay.inquire(ATTEMPT)
    assert_asked(peer, asks["inquire"])


async def test_closing_names_our_number(alipay, far, peer, asks):
    peer.replies = [far.agrees("close", out_trade_no=ATTEMPT, trade_no=TRADE)]
    assert await alipay.close(ATTEMPT) is Outcome.CLOSED
    assert_asked(peer, asks["close"])


async def test_giving_back_names_both_numbers_and_yuan(alipay, far, peer, asks, asked_back):
    peer.replies = [far.agrees("refund", out_trade_no=ATTEMPT, fund_change="Y")]
    await alipay.give_back(asked_back)
    assert_asked(peer, asks["give_back"])


async def test_a_refund_is_asked_for_by_both_numbers(alipay, far, peer, asks):
    node = "alipay_trade_fastpay_refund_query_response"
    peer.replies = [far.says("", far.returned(), node=node)]
    await alipay.inquire_return(REFUND, attempt_id=ATTEMPT)
    assert_asked(peer, asks["inquire_return"])


async def test_a_subject_carries_nothing_that_alipay_refuses(alipay, charge):
    cashier = await alipay.begin(replace(charge, description="养老/医疗=两险&代缴"))
    wish = json.loads(params_of(cashier.url)["biz_content"])
    assert wish["subject"] == "养老／医疗＝两险＆代缴"


async def test_a_golden_answer_is_verified_over_its_very_characters(alipay, peer, reply):
    peer.replies = [reply(200, (GOLDEN / "queried.body").read_bytes())]
    told = await alipay.inquire(ATTEMPT)
    assert told == Told(
        attempt_id=ATTEMPT,
        outcome=Outcome.PAID,
        amount=Money.yuan("380.50"),
        reference=TRADE,
        happened_at=datetime(2026, 12, 1, 3, 59, 30, tzinfo=UTC),
        says="TRADE_SUCCESS",
    )


def test_a_golden_notice_of_a_payment_opens(alipay):
    assert alipay.open_notice({}, (GOLDEN / "paid.body").read_bytes(), now=NOW) == Told(
        attempt_id=ATTEMPT,
        outcome=Outcome.PAID,
        amount=Money.yuan("380.50"),
        reference=TRADE,
        happened_at=datetime(2026, 12, 1, 3, 59, 30, tzinfo=UTC),
        notice_id="2026120100222115930000001234567890",
        says="TRADE_SUCCESS",
    )


def test_a_golden_notice_of_a_refund_is_never_a_payment(alipay):
    assert alipay.open_notice({}, (GOLDEN / "refunded.body").read_bytes(), now=NOW) == ReturnTold(
        refund_id=REFUND,
        outcome=RefundOutcome.PROCESSING,
        amount=None,
        reference=TRADE,
        happened_at=datetime(2026, 12, 1, 3, 59, 50, 320_000, tzinfo=UTC),
        notice_id="2026120100222115950000001234567890",
    )
