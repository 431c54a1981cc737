"""Somebody else's SDK talks to the sandbox: the witness that its wire is Alipay's."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qsl

import pytest
from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from tests.sandbox.alipay_merchant import AlipayMerchant, china
from tests.sandbox.saying_mailbox import SayingMailbox


class InChina(AliPay):
    """The SDK writes the time of its machine; Alipay wants that of China."""

    def build_body(self, *args, **kwargs):
        return super().build_body(*args, **kwargs) | {"timestamp": china()}


@pytest.fixture
def alipay(sandbox, http):
    http.delete(f"{sandbox.url}/sandbox/faults")
    return AlipayMerchant(sandbox.url, sandbox.credentials, http)


@pytest.fixture
def mailbox():
    box = SayingMailbox()
    yield box
    box.close()


@pytest.fixture
def sdk(alipay, mailbox):
    sdk = InChina(
        appid=alipay.told["app_id"],
        app_notify_url=mailbox.url,
        app_private_key_string=(alipay.folder / "alipay_app_key.pem").read_text(),
        alipay_public_key_string=(alipay.folder / "alipay_public_key.pem").read_text(),
    )
    sdk._gateway = alipay.gateway  # noqa: SLF001  The SDK has no other way to say it.
    return sdk


@pytest.fixture
def number():
    return f"sdk{secrets.token_hex(8)}"


@pytest.fixture
def scanned(sdk, alipay, number):
    code = sdk.api_alipay_trade_precreate("社保缴费", number, "380.50")["qr_code"]
    alipay.http.get(f"{alipay.url}/alipay/cashier/scan", params={"code": code})
    return number


def test_the_sdk_believes_a_code(sdk, number):
    said = sdk.api_alipay_trade_precreate("社保缴费", number, "380.50")

    assert (said["code"], said["out_trade_no"]) == ("10000", number)
    assert said["qr_code"].startswith("https://qr.alipay.com/")


def test_the_sdk_hears_that_nothing_is_paid_and_closes(sdk, scanned):
    before = sdk.api_alipay_trade_query(out_trade_no=scanned)
    closed = sdk.api_alipay_trade_close(out_trade_no=scanned)
    after = sdk.api_alipay_trade_query(trade_no=closed["trade_no"])

    assert (before["trade_status"], closed["code"]) == ("WAIT_BUYER_PAY", "10000")
    assert after["trade_status"] == "TRADE_CLOSED"


def test_the_sdk_believes_a_no(sdk, number):
    said = sdk.api_alipay_trade_query(out_trade_no=number)

    assert (said["code"], said["sub_code"]) == ("40004", "ACQ.TRADE_NOT_EXIST")


def test_the_sdk_opens_the_cashier_by_its_link(sdk, alipay, number):
    query = sdk.api_alipay_trade_wap_pay(
        "社保缴费", number, "380.50", product_code="QUICK_WAP_WAY", return_url="http://127.0.0.1:1/"
    )

    page = alipay.http.get(f"{alipay.gateway}?{query}", follow_redirects=True)

    assert "380.50 元" in page.text
    assert sdk.api_alipay_trade_query(out_trade_no=number)["trade_status"] == "WAIT_BUYER_PAY"


def test_the_sdk_opens_a_trade_for_a_mini_program(sdk, number):
    said = sdk.server_api(
        "alipay.trade.create",
        {
            "out_trade_no": number,
            "total_amount": "380.50",
            "subject": "社保缴费",
            "product_code": "JSAPI_PAY",
            "op_app_id": sdk.appid,
            "buyer_open_id": "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsN",
        },
    )

    assert sdk.api_alipay_trade_query(trade_no=said["trade_no"])["out_trade_no"] == number


def test_the_sdk_verifies_the_notice_of_a_payment(sdk, alipay, scanned, mailbox):
    alipay.pull(f"attempts/{scanned}/pay")

    words = dict(parse_qsl(mailbox.wait_for(1)[0].body.decode()))
    sign = words.pop("sign")

    assert sdk.verify(dict(words), sign)
    assert not sdk.verify(words | {"total_amount": "0.01"}, sign)
    assert sdk.api_alipay_trade_query(out_trade_no=scanned)["trade_no"] == words["trade_no"]


def test_the_sdk_verifies_that_a_notice_was_forged(sdk, alipay, scanned, mailbox):
    alipay.pull(f"attempts/{scanned}/pay", {"faults": ["notice_forged_first"]})

    words = dict(parse_qsl(mailbox.wait_for(1)[0].body.decode()))

    assert not sdk.verify(words, words.pop("sign"))


def test_the_sdk_refunds_and_verifies_the_notice_of_it(sdk, alipay, scanned, mailbox):
    alipay.pull(f"attempts/{scanned}/pay")
    mailbox.wait_for(1)

    said = sdk.api_alipay_trade_refund("0.50", out_trade_no=scanned, out_request_no="sdk1")
    words = dict(parse_qsl(mailbox.wait_for(2)[1].body.decode()))
    found = sdk.api_alipay_trade_fastpay_refund_query("sdk1", out_trade_no=scanned)

    assert (said["fund_change"], said["refund_fee"]) == ("Y", "0.50")
    assert sdk.verify(words, words.pop("sign"))
    assert (words["refund_fee"], words["out_biz_no"]) == ("0.50", "sdk1")
    assert found["refund_status"] == "REFUND_SUCCESS"


def test_the_sdk_cancels_what_was_paid(sdk, alipay, scanned):
    alipay.pull(f"attempts/{scanned}/pay")

    assert sdk.api_alipay_trade_cancel(out_trade_no=scanned)["action"] == "refund"


def test_the_sdk_finds_a_forged_answer_out(sdk, alipay, scanned):
    alipay.pull("faults", {"kind": "answer_forged", "on": "query"})

    with pytest.raises(AliPayValidationError):
        sdk.api_alipay_trade_query(out_trade_no=scanned)


def test_the_sdk_hears_an_unsigned_no(sdk, number):
    sdk._appid = "2021999999999999"  # noqa: SLF001

    with pytest.raises(AliPayException, match="invalid-app-id"):
        sdk.api_alipay_trade_query(out_trade_no=number)
