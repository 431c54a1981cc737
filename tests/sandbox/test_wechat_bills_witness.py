"""Somebody else's SDK fetches bills, combines orders and redirects refunds: the wire is WeChat's."""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
from datetime import datetime, timedelta, timezone

import pytest
from tests.sandbox.test_wechat_witness import AMOUNT, OPENID, SCENE, pay, sdk_for
from wechatpayv3 import WeChatPayType

BEIJING = timezone(timedelta(hours=8))


@pytest.fixture
def sdk(merchant, mailbox):
    public = (merchant.folder / "platform_public_key.pem").read_text()
    return sdk_for(
        merchant, mailbox.url, public_key=public, public_key_id=merchant.told["public_key_id"]
    )


@pytest.fixture
def day():
    return datetime.now(BEIJING).date().isoformat()


@pytest.fixture
def number():
    return f"sdk{secrets.token_hex(8)}"


def bill(sdk, asked):
    code, text = asked
    assert code == 200, text
    told = json.loads(text)
    status, content = sdk.download_bill(told["download_url"])
    assert status == 200
    return told, content


@pytest.mark.parametrize(("tar", "unpacked"), [("GZIP", gzip.decompress), ("", bytes)])
def test_the_sdk_fetches_the_list_of_trades(sdk, merchant, day, number, tar, unpacked):
    pay(sdk, number)
    merchant.pull(f"attempts/{number}/pay")
    merchant.pull("statements", {"channel": "wechat", "day": day})

    told, content = bill(sdk, sdk.trade_bill(day, tar_type=tar))

    plain = unpacked(content)
    assert told["hash_type"] == "SHA1"
    assert hashlib.sha1(plain, usedforsecurity=False).hexdigest() == told["hash_value"]
    heading, *lines = plain.decode("utf-8-sig").splitlines()
    assert len(heading.split(",")) == 27
    (line,) = [line.split(",`") for line in lines if number in line]
    assert (line[9], line[12], line[22], line[24]) == ("SUCCESS", "5000.00", "10.00000", "5000.00")
    assert lines[-2].startswith("总交易单数")


def test_the_sdk_fetches_the_changes_of_the_balance(sdk, merchant, day, number):
    pay(sdk, number)
    merchant.pull(f"attempts/{number}/pay")
    merchant.pull("statements", {"channel": "wechat", "day": day, "kind": "fund"})

    _, content = bill(sdk, sdk.fundflow_bill(day))

    lines = gzip.decompress(content).decode().splitlines()
    changes = [line.split(",`")[4:7] for line in lines if number in line]
    assert changes == [["交易", "收入", "5000.00"], ["扣除交易手续费", "支出", "10.00"]]
    assert lines[-2].startswith("资金流水总笔数")


def test_the_sdk_hears_that_there_is_no_bill(sdk, merchant, day):
    merchant.pull(
        "statements", {"channel": "wechat", "day": day, "mishaps": [{"kind": "file_late"}]}
    )
    late = sdk.trade_bill(day)
    merchant.pull(
        "statements", {"channel": "wechat", "day": day, "mishaps": [{"kind": "file_none"}]}
    )
    none = sdk.trade_bill(day)

    assert [json.loads(text)["code"] for _, text in (late, none)] == [
        "STATEMENT_CREATING",
        "NO_STATEMENT_EXIST",
    ]


def test_a_bill_is_handed_to_nobody_else(sdk, merchant, day, number):
    pay(sdk, number)
    merchant.pull(f"attempts/{number}/pay")
    merchant.pull("statements", {"channel": "wechat", "day": day})
    url = json.loads(sdk.trade_bill(day)[1])["download_url"]

    assert merchant.http.get(url).status_code == 401
    path = url.removeprefix(merchant.url)
    assert merchant.call("GET", path).status_code == 200
    assert merchant.call("GET", path.replace("token=", "token=x")).status_code == 400


PARTS = [
    {
        "mchid": mchid,
        "attach": f"part {place}",
        "amount": {"total_amount": fen, "currency": "CNY"},
        "description": "社保缴费",
    }
    for place, (mchid, fen) in enumerate([("1900000001", 300), ("1900000777", 200)])
]


@pytest.mark.parametrize(
    ("pay_type", "more", "given"),
    [
        (WeChatPayType.JSAPI, {"combine_payer_info": OPENID}, "prepay_id"),
        (WeChatPayType.APP, {}, "prepay_id"),
        (WeChatPayType.NATIVE, {}, "code_url"),
        (WeChatPayType.H5, {"scene_info": SCENE}, "h5_url"),
    ],
)
def test_the_sdk_combines_orders_in_every_scene(sdk, number, pay_type, more, given):
    parts = [part | {"out_trade_no": f"{number}p{i}"} for i, part in enumerate(PARTS)]

    code, text = sdk.combine_pay(number, parts, pay_type=pay_type, **more)

    assert (code, list(json.loads(text))) == (200, [given])


def test_the_sdk_reads_the_notice_of_a_combined_order(sdk, merchant, mailbox, number):
    parts = [part | {"out_trade_no": f"{number}p{i}"} for i, part in enumerate(PARTS)]
    sdk.combine_pay(number, parts, pay_type=WeChatPayType.NATIVE)
    merchant.pull(f"attempts/{number}/pay")

    letter = mailbox.wait_for(1)[0]
    told = sdk.callback(letter.headers, letter.body)["resource"]

    assert told == json.loads(sdk.combine_query(number)[1])
    assert [one["trade_state"] for one in told["sub_orders"]] == ["SUCCESS"] * 2
    assert [one["amount"]["payer_amount"] for one in told["sub_orders"]] == [300, 200]
    assert json.loads(sdk.combine_close(number, parts)[1])["code"] == "ORDERPAID"


def test_the_sdk_closes_a_combined_order(sdk, number):
    parts = [part | {"out_trade_no": f"{number}p{i}"} for i, part in enumerate(PARTS)]
    sdk.combine_pay(number, parts, pay_type=WeChatPayType.NATIVE)
    named = [{name: part[name] for name in ("mchid", "out_trade_no")} for part in parts]

    assert sdk.combine_close(number, named)[0] == 204
    told = json.loads(sdk.combine_query(number)[1])
    assert [one["trade_state"] for one in told["sub_orders"]] == ["CLOSED"] * 2


def test_the_sdk_redirects_a_refund_that_could_not_be_brought_home(sdk, merchant, mailbox, number):
    pay(sdk, number)
    merchant.pull(f"attempts/{number}/pay")
    mailbox.wait_for(1)
    merchant.pull("faults", {"kind": "refund_abnormal"})
    part = {"refund": 5, **AMOUNT}
    sdk.refund(f"r{number}", part, out_trade_no=number, notify_url=mailbox.url)
    letter = mailbox.wait_for(2)[1]
    stuck = sdk.callback(letter.headers, letter.body)
    card = {"bank_type": "ICBC_DEBIT", "bank_account": "6222021234567890123", "real_name": "王小芳"}

    code, text = sdk.abnormal_refund(
        stuck["resource"]["refund_id"], f"r{number}", "USER_BANK_CARD", **card
    )
    letter = mailbox.wait_for(3)[2]
    notice = sdk.callback(letter.headers, letter.body)

    assert stuck["event_type"] == "REFUND.ABNORMAL"
    assert (code, json.loads(text)["user_received_account"]) == (200, "ICBC_DEBIT 0123")
    assert notice["event_type"] == "REFUND.SUCCESS"
