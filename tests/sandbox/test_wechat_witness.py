"""Somebody else's SDK talks to the sandbox: the witness that its wire is WeChat's."""

from __future__ import annotations

import json

import pytest
from tests.sandbox.merchant import Merchant
from wechatpayv3 import WeChatPay, WeChatPayType

from shebao.sandbox.process import SandboxProcess

SCENE = {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}
AMOUNT = {"total": 500000, "currency": "CNY"}
OPENID = {"openid": "oHkLxtx0vUqe-18p_AXTZ1innxkC"}


def sdk_for(merchant, mailbox_url, **keys):
    sdk = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=merchant.told["mchid"],
        private_key=(merchant.folder / "merchant_key.pem").read_text(),
        cert_serial_no=merchant.told["merchant_serial"],
        appid=merchant.told["appid"],
        apiv3_key=merchant.told["apiv3_key"],
        notify_url=mailbox_url,
        **keys,
    )
    sdk._core._gate_way = merchant.url  # noqa: SLF001  The SDK has no other way to say it.
    return sdk


@pytest.fixture
def sdk(merchant, mailbox):
    public = (merchant.folder / "platform_public_key.pem").read_text()
    return sdk_for(
        merchant, mailbox.url, public_key=public, public_key_id=merchant.told["public_key_id"]
    )


def pay(sdk, number, pay_type=WeChatPayType.NATIVE, **more):
    code, text = sdk.pay("社保缴费", number, AMOUNT, pay_type=pay_type, **more)
    assert code == 200, text
    return json.loads(text)


@pytest.mark.parametrize(
    ("pay_type", "more", "given"),
    [
        (WeChatPayType.JSAPI, {"payer": OPENID}, "prepay_id"),
        (WeChatPayType.MINIPROG, {"payer": OPENID}, "prepay_id"),
        (WeChatPayType.NATIVE, {}, "code_url"),
        (WeChatPayType.H5, {"scene_info": SCENE}, "h5_url"),
    ],
)
def test_the_sdk_opens_an_order_in_every_scene(sdk, pay_type, more, given):
    assert list(pay(sdk, f"sdk-{pay_type.name}-1", pay_type, **more)) == [given]


def test_the_sdk_hears_that_nothing_is_paid_and_closes(sdk):
    pay(sdk, "sdk-close-1")

    before = json.loads(sdk.query(out_trade_no="sdk-close-1")[1])
    closed = sdk.close("sdk-close-1")
    after = json.loads(sdk.query(out_trade_no="sdk-close-1")[1])

    assert before["trade_state"] == "NOTPAY"
    assert closed[0] == 204
    assert after["trade_state"] == "CLOSED"


def test_the_sdk_reads_the_notice_of_a_payment(sdk, merchant, mailbox):
    pay(sdk, "sdk-notice-1")
    merchant.pull("attempts/sdk-notice-1/pay")

    letter = mailbox.wait_for(1)[0]
    notice = sdk.callback(letter.headers, letter.body)

    assert notice["event_type"] == "TRANSACTION.SUCCESS"
    assert notice["resource"]["out_trade_no"] == "sdk-notice-1"
    assert notice["resource"]["amount"]["total"] == 500000
    told = json.loads(sdk.query(transaction_id=notice["resource"]["transaction_id"])[1])
    assert told == notice["resource"]


def test_the_sdk_refunds_and_reads_the_notice_of_it(sdk, merchant, mailbox):
    pay(sdk, "sdk-refund-1")
    merchant.pull("attempts/sdk-refund-1/pay")
    mailbox.wait_for(1)
    part = {"refund": 1, "total": 500000, "currency": "CNY"}

    code, text = sdk.refund("sdk-r-1", part, out_trade_no="sdk-refund-1", notify_url=mailbox.url)
    letter = mailbox.wait_for(2)[1]
    notice = sdk.callback(letter.headers, letter.body)

    assert (code, json.loads(text)["status"]) == (200, "PROCESSING")
    assert notice["event_type"] == "REFUND.SUCCESS"
    assert notice["resource"]["amount"] == {
        "refund": 1,
        "total": 500000,
        "payer_refund": 1,
        "payer_total": 500000,
    }
    assert json.loads(sdk.query_refund("sdk-r-1")[1])["status"] == "SUCCESS"


def test_the_sdk_signs_what_the_wechat_app_believes(sdk, merchant):
    prepay_id = pay(sdk, "sdk-app-1", WeChatPayType.JSAPI, payer=OPENID)["prepay_id"]
    package = f"prepay_id={prepay_id}"
    appid = merchant.told["appid"]
    signature = sdk.sign([appid, "1700000000", "nonce", package])
    asked = {
        "appId": appid,
        "timeStamp": "1700000000",
        "nonceStr": "nonce",
        "package": package,
        "signType": "RSA",
    }

    page = merchant.http.get(f"{merchant.url}/cashier/jsapi", params=asked | {"paySign": signature})
    forged = merchant.http.get(
        f"{merchant.url}/cashier/jsapi", params=asked | {"paySign": signature, "nonceStr": "x"}
    )

    assert (page.status_code, forged.status_code) == (200, 400)
    assert "5,000.00 元" in page.text
    assert "支付验证签名失败" in forged.text


def test_the_sdk_works_by_certificate_too(tmp_path, http, mailbox):
    with SandboxProcess(tmp_path / "c", signer="certificate") as running:
        merchant = Merchant(running.url, running.credentials, http)
        certificates = tmp_path / "certificates"
        certificates.mkdir()
        pem = (merchant.folder / "platform_cert.pem").read_bytes()
        (certificates / "platform.pem").write_bytes(pem)
        sdk = sdk_for(merchant, mailbox.url, cert_dir=str(certificates))

        pay(sdk, "sdk-cert-1")
        merchant.pull("attempts/sdk-cert-1/pay")
        letter = mailbox.wait_for(1)[0]
        sdk._core._update_certificates()  # noqa: SLF001  Only its constructor calls it otherwise.

        assert sdk.callback(letter.headers, letter.body)["resource"]["trade_state"] == "SUCCESS"
        assert len(sdk._core._certificates) == 1  # noqa: SLF001
