"""The cashier is a page any browser shows; the payer decides there, and is sent back."""

from __future__ import annotations

import re
import secrets
from urllib.parse import quote

import pytest

BACK = "http://127.0.0.1:8000/result/ord-1"


def h5_url(merchant, **changed):
    order = merchant.order(**changed)
    answer = merchant.call("POST", "/v3/pay/transactions/h5", order)
    return order["out_trade_no"], answer.json()["h5_url"]


def form_of(page):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


def press(merchant, page, action, **more):
    form = form_of(page) | {"action": action} | more
    return merchant.http.post(f"{merchant.url}/cashier", data=form, follow_redirects=False)


def test_the_page_says_who_is_paid_what_and_that_it_is_a_rehearsal(merchant):
    number, url = h5_url(merchant)

    page = merchant.http.get(url)

    assert page.status_code == 200
    assert "不收真钱" in page.text
    assert "5,000.00 元" in page.text
    assert number in page.text
    assert merchant.told["mchid"] in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize(
    ("action", "state"), [("pay", "SUCCESS"), ("decline", "NOTPAY"), ("late", "USERPAYING")]
)
def test_the_payer_decides_and_goes_back(merchant, action, state):
    number, url = h5_url(merchant)
    page = merchant.http.get(f"{url}&redirect_url={quote(BACK, safe='')}")

    answer = press(merchant, page, action)

    assert (answer.status_code, answer.headers["location"]) == (303, BACK)
    assert merchant.asked(number).json()["trade_state"] == state


def test_who_leaves_is_not_sent_back_and_has_not_paid(merchant):
    number, url = h5_url(merchant)

    answer = press(merchant, merchant.http.get(url), "leave")

    assert answer.status_code == 200
    assert "没有扣款" in answer.text
    assert merchant.asked(number).json()["trade_state"] == "NOTPAY"


def test_without_a_way_back_the_page_says_what_happened(merchant):
    _, url = h5_url(merchant)

    answer = press(merchant, merchant.http.get(url), "pay")

    assert answer.status_code == 200
    assert "支付成功" in answer.text


def test_a_way_back_that_is_no_address_is_not_followed(merchant):
    _, url = h5_url(merchant)
    page = merchant.http.get(f"{url}&redirect_url=javascript:alert(1)")

    assert press(merchant, page, "pay").status_code == 200


def test_pressing_twice_pays_once(merchant):
    number, url = h5_url(merchant)
    page = merchant.http.get(url)
    press(merchant, page, "pay")
    first = merchant.asked(number).json()["transaction_id"]

    second = press(merchant, page, "pay")

    assert "现在不能再支付" in second.text
    assert merchant.asked(number).json()["transaction_id"] == first


def test_the_fault_menu_is_obeyed(merchant, mailbox):
    number, url = h5_url(merchant, notify_url=mailbox.url)
    page = merchant.http.get(url)

    press(merchant, page, "pay", fault=["notice_never", "answer_lost"])

    assert mailbox.stays_at(0, seconds=0.2)
    assert merchant.asked(number).json()["trade_state"] == "SUCCESS"
    assert merchant.look("faults")["faults"][0]["kind"] == "answer_lost"


@pytest.mark.parametrize(
    "path", ["/cashier/h5?token=guess", "/cashier/h5", "/cashier/native?pr=guess"]
)
def test_a_link_nobody_gave_opens_nothing(merchant, path):
    assert merchant.http.get(merchant.url + path).status_code == 404


def test_a_phone_scans_what_the_native_scene_shows(merchant):
    order = merchant.order(out_trade_no=f"scan-{secrets.token_hex(6)}")
    code = merchant.call("POST", "/v3/pay/transactions/native", order).json()["code_url"]

    asks = merchant.http.get(f"{merchant.url}/cashier/native")
    page = merchant.http.get(f"{merchant.url}/cashier/native", params={"pr": code})
    press(merchant, page, "pay")

    assert code.startswith("weixin://wxpay/bizpayurl?pr=")
    assert "二维码内容" in asks.text
    assert merchant.asked(order["out_trade_no"]).json()["trade_type"] == "NATIVE"


def test_what_a_merchant_writes_cannot_harm_the_page(merchant):
    _, url = h5_url(merchant, description="<img src=x onerror=alert(1)>")

    assert "<img" not in merchant.http.get(url).text
