"""At UnionPay's cashier a person plays the payer, and the merchant hears of it as ordered."""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.sandbox.unionpay_merchant import UnionPayMerchant, china


@pytest.fixture
def unionpay(sandbox, http, merchant):
    return UnionPayMerchant(sandbox.url, sandbox.credentials, http)


@pytest.fixture
def mailbox(mailbox):
    mailbox.answers = [200] * 9
    return mailbox


def arrive(unionpay, **changed):
    """Post a form as a browser does; the words, the page and its token."""
    words = unionpay.order(**changed)
    there = unionpay.front(words).headers["location"]
    page = unionpay.http.get(unionpay.url + there)
    return words, page.text, there.partition("token=")[2]


def act(unionpay, token, action, **more):
    told = {"token": token, "action": action} | more
    return unionpay.http.post(f"{unionpay.url}/unionpay/cashier", data=told)


def test_the_page_says_who_is_paid_what_and_that_it_is_a_rehearsal(unionpay):
    words, page, _ = arrive(unionpay)
    assert "演练环境，不收真钱" in page
    assert "5,000.00 元" in page
    assert words["orderId"] in page
    assert "2024 年度居民养老保险" in page


def test_who_has_paid_goes_back_by_a_signed_form(unionpay, mailbox):
    back = "http://127.0.0.1:1/result/1"
    words, _, token = arrive(unionpay, frontUrl=back, backUrl=mailbox.url)
    page = act(unionpay, token, "pay").text
    assert f'action="{back}"' in page
    said = {
        name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page)
    }
    assert unionpay.holds(said)
    assert (said["orderId"], said["respCode"]) == (words["orderId"], "00")
    told, true = unionpay.heard(mailbox.wait_for(1)[0])
    assert true
    assert told["queryId"] == said["queryId"]


@pytest.mark.parametrize("action", ["decline", "leave"])
def test_who_does_not_pay_leaves_the_trade_open(unionpay, action):
    words, _, token = arrive(unionpay)
    assert "没有扣款" in act(unionpay, token, action).text
    assert unionpay.asked(words)["origRespCode"] == "05"


def test_who_pays_late_pays_by_themselves(unionpay, mailbox):
    words, _, token = arrive(unionpay, backUrl=mailbox.url)
    assert "稍后自动付款" in act(unionpay, token, "late", seconds="1").text
    assert unionpay.asked(words)["origRespCode"] == "05"
    told, true = unionpay.heard(mailbox.wait_for(1)[0])
    assert true
    assert told["orderId"] == words["orderId"]


def test_an_empty_card_pays_nothing_and_another_may(unionpay):
    words, _, token = arrive(unionpay)
    assert "卡上的余额不足" in act(unionpay, token, "pay", fault="insufficient_funds").text
    assert unionpay.asked(words)["origRespCode"] == "64"
    assert "支付成功" in act(unionpay, token, "pay").text
    assert unionpay.asked(words)["origRespCode"] == "00"


def test_nobody_pays_twice_or_after_the_time(unionpay):
    _, _, token = arrive(unionpay)
    act(unionpay, token, "pay")
    assert "支付成功" in act(unionpay, token, "pay").text
    words, _, token = arrive(unionpay, payTimeout=china(seconds=30))
    unionpay.pull(f"attempts/{words['orderId']}/expire")
    assert "已过支付时间" in act(unionpay, token, "pay").text
    assert unionpay.asked(words)["origRespCode"] == "01"


@pytest.mark.parametrize("told", [{"action": "steal"}, {"action": "pay", "fault": "probe_first"}])
def test_what_is_not_on_the_page_cannot_be_chosen(unionpay, told):
    _, _, token = arrive(unionpay)
    answer = unionpay.http.post(f"{unionpay.url}/unionpay/cashier", data={"token": token} | told)
    assert answer.status_code == 400


def test_a_token_nobody_has_leads_nowhere(unionpay):
    assert unionpay.http.get(f"{unionpay.url}/unionpay/cashier?token=x").status_code == 404
    assert act(unionpay, "x", "pay").status_code == 404


def test_a_notice_comes_again_until_it_is_accepted(unionpay, mailbox):
    mailbox.answers = [500, 204, 404, 200]
    words = unionpay.paid(backUrl=mailbox.url)
    letters = mailbox.wait_for(4)
    assert len({letter.body for letter in letters}) == 1
    assert unionpay.heard(letters[0])[1]
    assert unionpay.settled(words["orderId"])["state"] == "accepted"


def test_a_notice_nobody_accepts_is_given_up_after_six_tries(unionpay, mailbox):
    mailbox.answers = [500] * 6
    words = unionpay.paid(backUrl=mailbox.url)
    mailbox.wait_for(6)
    assert unionpay.settled(words["orderId"])["state"] == "given_up"
    assert mailbox.stays_at(6, seconds=0.3)


@pytest.mark.parametrize(("fault", "count"), [("notice_twice", 2), ("notice_concurrently", 3)])
def test_a_notice_may_come_more_often(unionpay, mailbox, fault, count):
    unionpay.paid(backUrl=mailbox.url, faults=[fault])
    letters = mailbox.wait_for(count)
    assert len({letter.body for letter in letters}) == 1


def test_a_forged_notice_may_come_first(unionpay, mailbox):
    mailbox.answers = [401, 200]
    unionpay.paid(backUrl=mailbox.url, faults=["notice_forged_first"])
    assert [unionpay.heard(one)[1] for one in mailbox.wait_for(2)] == [False, True]


def test_a_wrong_amount_is_told_and_truly_signed(unionpay, mailbox):
    words = unionpay.paid(backUrl=mailbox.url, faults=["notice_wrong_amount"])
    told, true = unionpay.heard(mailbox.wait_for(1)[0])
    assert true
    assert told["txnAmt"] == "500100"
    assert unionpay.asked(words)["txnAmt"] == "500000"


def test_a_notice_can_be_sent_again_by_hand(unionpay, mailbox):
    words = unionpay.paid(backUrl=mailbox.url)
    mailbox.wait_for(1)
    unionpay.pull(f"notices/{words['orderId']}/resend", {"times": 2})
    assert len(mailbox.wait_for(3)) == 3


def test_money_may_come_for_a_trade_nobody_opened(unionpay, mailbox):
    told = {"channel": "unionpay", "notify_url": mailbox.url, "total_fen": 700}
    stray = unionpay.pull("attempts/stray", told)
    heard, true = unionpay.heard(mailbox.wait_for(1)[0])
    assert true
    assert (heard["orderId"], heard["txnAmt"]) == (stray["out_trade_no"], "700")
