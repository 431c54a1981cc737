"""Alipay's cashier opens by a signed link, a code or an app; the payer decides there."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.sandbox.alipay_merchant import AlipayMerchant, china, joined
from tests.sandbox.merchant import Merchant

BACK = "http://127.0.0.1:8000/result/ord-1"


@pytest.fixture
def alipay(sandbox, http):
    http.delete(f"{sandbox.url}/sandbox/faults")
    return AlipayMerchant(sandbox.url, sandbox.credentials, http)


def page_of(alipay, order, **changed):
    link = alipay.link(order, **changed)
    return alipay.http.get(link, follow_redirects=True)


def press(alipay, page, action, **more):
    [token] = re.findall(r'name="token" value="([^"]*)"', page.text)
    form = {"token": token, "action": action} | more
    return alipay.http.post(f"{alipay.url}/alipay/cashier", data=form, follow_redirects=False)


def test_the_page_says_who_is_paid_what_and_that_it_is_a_rehearsal(alipay):
    order = alipay.wap()

    page = page_of(alipay, order)

    assert page.status_code == 200
    assert "不收真钱" in page.text
    assert "微信" not in page.text
    assert "5,000.00 元" in page.text
    assert order["out_trade_no"] in page.text
    assert alipay.told["seller_id"] in page.text


@pytest.mark.parametrize(
    ("method", "product"),
    [("wap.pay", "QUICK_WAP_WAY"), ("page.pay", "FAST_INSTANT_TRADE_PAY")],
)
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_page_may_be_a_link_or_a_form(alipay, method, product, verb):
    params = alipay.params(f"alipay.trade.{method}", alipay.order(product_code=product))
    query = {"charset": params.pop("charset")} | (params if verb == "GET" else {})
    body = params if verb == "POST" else None

    page = alipay.http.request(verb, alipay.gateway, params=query, data=body, follow_redirects=True)

    assert "5,000.00 元" in page.text


def test_a_form_that_does_not_say_its_charset_in_the_address_is_refused(alipay):
    answer = alipay.send(alipay.params("alipay.trade.wap.pay", alipay.wap()))

    assert answer.status_code == 400
    assert "isv.missing-charset" in answer.text


@pytest.mark.parametrize(
    ("order", "changed", "why"),
    [
        ({"product_code": "QUICK_WAP_PAY"}, {}, "ACQ.INVALID_PARAMETER"),
        ({"total_amount": "0"}, {}, "ACQ.INVALID_PARAMETER"),
        ({}, {"app_id": "2021"}, "isv.invalid-app-id"),
        ({}, {"timestamp": china(days=-2)}, "isv.invalid-timestamp"),
        ({}, {"return_url": "javascript:alert(1)"}, "isv.invalid-return-url"),
    ],
)
def test_a_link_that_is_not_in_order_says_why(alipay, order, changed, why):
    page = page_of(alipay, alipay.wap() | order, **changed)

    assert page.status_code == 400
    assert why in page.text


def test_the_payer_pays_and_takes_signed_words_back(alipay):
    order = alipay.wap()
    page = page_of(alipay, order, return_url=f"{BACK}?a=1")

    answer = press(alipay, page, "pay")

    there = answer.headers["location"]
    assert answer.status_code == 303
    assert there.startswith(f"{BACK}?a=1&")
    words = dict(parse_qsl(urlsplit(there).query)[1:])
    sign, _ = words.pop("sign"), words.pop("sign_type")
    assert alipay.holds(joined(words), sign)
    assert (words["method"], words["total_amount"]) == ("alipay.trade.wap.pay.return", "5000.00")
    assert alipay.asked(order["out_trade_no"])["trade_status"] == "TRADE_SUCCESS"


@pytest.mark.parametrize(
    ("action", "location"), [("decline", f"{BACK}/quit"), ("late", BACK), ("leave", None)]
)
def test_who_does_not_pay_takes_no_words_back(alipay, action, location):
    order = alipay.wap(quit_url=f"{BACK}/quit")
    page = page_of(alipay, order, return_url=BACK)

    answer = press(alipay, page, action)

    assert answer.headers.get("location") == location
    assert alipay.asked(order["out_trade_no"])["trade_status"] == "WAIT_BUYER_PAY"


def test_an_empty_purse_is_said_and_nothing_is_taken(alipay):
    order = alipay.wap()

    answer = press(alipay, page_of(alipay, order), "pay", fault="insufficient_funds")

    assert "余额不足" in answer.text
    assert alipay.asked(order["out_trade_no"])["trade_status"] == "WAIT_BUYER_PAY"


@pytest.mark.parametrize(
    "more", [{"action": "steal"}, {"fault": "earthquake"}, {"fault": "probe_first"}]
)
def test_a_choice_nobody_offered_is_refused(alipay, more):
    order = alipay.wap()
    page = page_of(alipay, order)

    answer = press(alipay, page, **({"action": "pay"} | more))

    assert answer.status_code == 400
    assert alipay.asked(order["out_trade_no"])["trade_status"] == "WAIT_BUYER_PAY"


def test_pressing_twice_pays_once(alipay):
    page = page_of(alipay, alipay.wap())
    press(alipay, page, "pay")

    assert "现在不能再支付" in press(alipay, page, "pay").text


def test_the_link_of_a_paid_trade_opens_no_cashier(alipay):
    order = alipay.wap()
    press(alipay, page_of(alipay, order), "pay")

    again = page_of(alipay, order)

    assert again.status_code == 400
    assert "ACQ.TRADE_HAS_SUCCESS" in again.text


@pytest.mark.parametrize("path", ["", "?token=guess", "/scan?code=guess", "/tradepay?tradeNO=1"])
def test_a_link_nobody_gave_opens_nothing(alipay, path):
    assert alipay.http.get(f"{alipay.url}/alipay/cashier{path}").status_code == 404


def test_a_phone_scans_what_a_code_says(alipay):
    code = alipay.said("precreate", alipay.order())["qr_code"]

    asks = alipay.http.get(f"{alipay.url}/alipay/cashier/scan")
    page = alipay.http.get(f"{alipay.url}/alipay/cashier/scan", params={"code": code})

    assert "二维码内容" in asks.text
    assert "支付成功" in press(alipay, page, "pay").text


def test_what_a_merchant_writes_cannot_harm_the_page(alipay):
    page = page_of(alipay, alipay.wap(subject="<img onerror>"))

    assert page.status_code == 200
    assert "<img" not in page.text


def test_what_both_channels_hold_is_in_one_book(alipay):
    wechat = Merchant(alipay.url, alipay.folder, alipay.http)
    ours = {alipay.paid(total_amount="390.00"): "alipay", wechat.paid(): "wechat"}
    [number, other] = ours
    alipay.refund(number, "90.00")

    held, listed = alipay.look("ledger"), alipay.look("attempts?limit=1000")["attempts"]

    book = {one["out_trade_no"]: one for one in held["payments"]}
    assert {name: book[name]["channel"] for name in ours} == ours
    assert (book[number]["total_fen"], book[number]["refunded_fen"]) == (39000, 9000)
    assert book[other]["refunded_fen"] == 0
    assert {one["channel"] for one in held["merchants"]} >= {"alipay", "wechat"}
    assert {one["out_trade_no"]: one["channel"] for one in listed}.items() >= ours.items()


def test_orders_of_both_channels_are_paid_at_once(alipay):
    wechat = Merchant(alipay.url, alipay.folder, alipay.http)
    numbers = [alipay.opened(), wechat.opened()]

    paid = alipay.pull("attempts/pay", {"out_trade_nos": numbers})["paid"]

    assert [one["state"] for one in paid] == ["TRADE_SUCCESS", "SUCCESS"]


def test_the_sum_a_seller_holds_is_that_of_payments_less_refunds(alipay):
    alipay.paid()
    before = seller(alipay)
    alipay.refund(alipay.paid(total_amount="390.00"), "90.00")
    after = seller(alipay)

    assert after["held_fen"] - before["held_fen"] == 30000
    assert after["mchid"] == alipay.told["seller_id"]


def seller(alipay):
    [one] = [one for one in alipay.look("ledger")["merchants"] if one["channel"] == "alipay"]
    return one
