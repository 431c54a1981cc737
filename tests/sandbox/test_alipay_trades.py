"""A trade is opened once, by whole and proper words, paid once, and given back at most once."""

from __future__ import annotations

import pytest
from tests.sandbox.alipay_merchant import AlipayMerchant, china, words


@pytest.fixture
def alipay(sandbox, http):
    http.delete(f"{sandbox.url}/sandbox/faults")
    return AlipayMerchant(sandbox.url, sandbox.credentials, http)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"out_trade_no": None}, "out_trade_no"),
        ({"out_trade_no": "with-dash"}, "out_trade_no"),
        ({"out_trade_no": "x" * 65}, "out_trade_no"),
        ({"subject": None}, "subject"),
        ({"subject": "养老/医疗"}, "subject"),
        ({"total_amount": None}, "total_amount"),
        ({"total_amount": 5000}, "total_amount"),
        ({"total_amount": "0.00"}, "total_amount"),
        ({"total_amount": "1.005"}, "total_amount"),
        ({"total_amount": "-1"}, "total_amount"),
        ({"total_amount": "100000000.01"}, "total_amount"),
        ({"time_expire": "2026-12-01T00:00:00+08:00"}, "time_expire"),
        ({"time_expire": "2020-01-01 00:00:00"}, "time_expire"),
        ({"product_code": "QUICK_WAP_WAY"}, "product_code"),
    ],
)
def test_a_wrong_field_is_named(alipay, changed, name):
    said = alipay.said("precreate", alipay.order(**changed))

    assert (said["code"], said["sub_code"]) == ("40004", "ACQ.INVALID_PARAMETER")
    assert name in said["sub_msg"]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({}, "product_code"),
        ({"product_code": "JSAPI_PAY"}, "op_app_id"),
        ({"product_code": "JSAPI_PAY", "op_app_id": "2021"}, "op_app_id"),
    ],
)
def test_a_mini_program_must_say_who_it_is(alipay, changed, name):
    assert name in alipay.said("create", alipay.order(**changed))["sub_msg"]


@pytest.mark.parametrize(
    "url", ["http://example.com/n", "https://example.com/n?a=1", "ftp://example.com", "nowhere"]
)
def test_a_notify_url_alipay_would_not_call_is_refused(alipay, url):
    answer = alipay.ask("precreate", alipay.order(), notify_url=url)

    assert words(answer)["sub_code"] == "isv.invalid-notify-url"


def test_the_same_words_twice_are_one_trade(alipay):
    order = alipay.order()

    assert alipay.said("precreate", order) == alipay.said("precreate", order)


@pytest.mark.parametrize("changed", [{"total_amount": "1.00"}, {"subject": "别的"}])
def test_a_number_used_for_something_else_is_refused(alipay, changed):
    order = alipay.order()
    alipay.said("precreate", order)

    said = alipay.said("precreate", order | changed)

    assert said["sub_code"] == "ACQ.CONTEXT_INCONSISTENT"


def test_a_code_is_a_trade_only_when_it_is_scanned(alipay):
    order = alipay.order()
    code = alipay.said("precreate", order)["qr_code"]
    before = [alipay.said(one, {"out_trade_no": order["out_trade_no"]}) for one in ASKING]

    alipay.http.get(f"{alipay.url}/alipay/cashier/scan", params={"code": code})

    assert [said["sub_code"] for said in before] == ["ACQ.TRADE_NOT_EXIST"] * 2
    assert alipay.asked(order["out_trade_no"])["trade_status"] == "WAIT_BUYER_PAY"


ASKING = ("query", "close")


def test_cancelling_what_nobody_came_to_is_a_yes_that_does_nothing(alipay):
    order = alipay.order()
    code = alipay.said("precreate", order)["qr_code"]

    said = alipay.said("cancel", {"out_trade_no": order["out_trade_no"]})
    alipay.http.get(f"{alipay.url}/alipay/cashier/scan", params={"code": code})

    assert (said["code"], said["retry_flag"], "action" in said) == ("10000", "N", False)
    assert alipay.asked(order["out_trade_no"])["trade_status"] == "WAIT_BUYER_PAY"


def test_an_unpaid_trade_says_so_and_a_paid_one_when(alipay):
    number = alipay.opened()
    before = alipay.asked(number)
    alipay.pull(f"attempts/{number}/pay")
    after = alipay.asked(number)

    assert (before["trade_status"], before["buyer_pay_amount"]) == ("WAIT_BUYER_PAY", "0.00")
    assert "send_pay_date" not in before
    assert (after["trade_status"], after["total_amount"]) == ("TRADE_SUCCESS", "5000.00")
    assert after["send_pay_date"] <= china()
    assert after == alipay.said("query", {"trade_no": after["trade_no"], "out_trade_no": "x"})


def test_only_an_unpaid_trade_can_be_closed(alipay):
    open_one, paid_one = alipay.opened(), alipay.paid()

    closed = alipay.said("close", {"out_trade_no": open_one})
    again = alipay.said("close", {"out_trade_no": open_one})
    paid = alipay.said("close", {"out_trade_no": paid_one})

    assert (closed["code"], closed["out_trade_no"]) == ("10000", open_one)
    assert again["sub_code"] == paid["sub_code"] == "ACQ.TRADE_STATUS_ERROR"
    assert alipay.asked(open_one)["trade_status"] == "TRADE_CLOSED"


def test_a_closed_trade_can_be_neither_opened_again_nor_paid(alipay):
    number = alipay.opened()
    alipay.said("close", {"out_trade_no": number})

    paid = alipay.http.post(f"{alipay.url}/sandbox/attempts/{number}/pay")

    assert paid.status_code == 409
    assert paid.json()["code"] == "order_trade_closed"


def test_a_trade_is_closed_when_its_time_is_over(alipay):
    number = alipay.opened(time_expire=china(minutes=5))
    alipay.pull(f"attempts/{number}/expire")

    assert alipay.asked(number)["trade_status"] == "TRADE_CLOSED"


@pytest.mark.parametrize(("begun", "action"), [("opened", "close"), ("paid", "refund")])
def test_cancelling_closes_or_gives_everything_back(alipay, begun, action):
    number = getattr(alipay, begun)()

    said = alipay.said("cancel", {"out_trade_no": number})

    assert (said["action"], said["retry_flag"]) == (action, "N")
    assert alipay.asked(number)["trade_status"] == "TRADE_CLOSED"


def test_the_same_refund_twice_moves_money_once(alipay):
    number = alipay.paid()

    first, second = (alipay.refund(number, "100.00") for _ in range(2))

    assert (first["fund_change"], second["fund_change"]) == ("Y", "N")
    assert first["refund_fee"] == second["refund_fee"] == "100.00"


def test_refunds_add_up_and_never_beyond_what_was_paid(alipay):
    number = alipay.paid()

    said = [alipay.refund(number, amount, name) for amount, name in PARTS]

    assert [one.get("refund_fee") for one in said] == ["2000.00", "5000.00", None]
    assert said[2]["sub_code"] == "ACQ.TRADE_STATUS_ERROR"  # All is back: the trade is closed.
    assert alipay.asked(number)["trade_status"] == "TRADE_CLOSED"
    assert "send_pay_date" in alipay.asked(number)


PARTS = (("2000.00", "a"), ("3000", "b"), ("0.01", "c"))


@pytest.mark.parametrize(
    ("amount", "request_no", "sub_code"),
    [
        ("5000.01", "r1", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"),
        ("1.00", None, "ACQ.INVALID_PARAMETER"),
        ("0", "r1", "ACQ.INVALID_PARAMETER"),
    ],
)
def test_a_refund_that_breaks_a_rule_is_refused(alipay, amount, request_no, sub_code):
    number = alipay.paid()

    assert alipay.refund(number, amount, request_no)["sub_code"] == sub_code
    assert alipay.asked(number)["trade_status"] == "TRADE_SUCCESS"


def test_a_refund_number_used_for_another_amount_is_refused(alipay):
    number = alipay.paid()
    alipay.refund(number, "1.00")

    assert alipay.refund(number, "2.00")["sub_code"] == "ACQ.DISCORDANT_REPEAT_REQUEST"


def test_an_unpaid_trade_has_nothing_to_give_back(alipay):
    assert alipay.refund(alipay.opened(), "1.00")["sub_code"] == "ACQ.TRADE_STATUS_ERROR"


def test_a_refund_is_told_only_when_it_succeeded(alipay):
    number = alipay.paid()
    nothing = alipay.refund_asked(number)
    alipay.refund(number, "1.00")

    told = alipay.refund_asked(number)

    assert nothing == {"code": "10000", "msg": "Success"}
    assert (told["refund_status"], told["refund_amount"]) == ("REFUND_SUCCESS", "1.00")
    assert alipay.refund_asked(number, "r2") == nothing


@pytest.mark.parametrize(("fault", "then"), [("refund_abnormal", "Y"), ("refund_closed", "N")])
def test_a_refund_may_not_move_at_once_or_ever(alipay, fault, then):
    number = alipay.paid()
    alipay.pull("faults", {"kind": fault})

    first = alipay.refund(number, "1.00")
    between = alipay.refund_asked(number)
    again = alipay.refund(number, "1.00")

    assert (first["fund_change"], first["refund_fee"]) == ("N", "0.00")
    assert "refund_status" not in between
    assert again["fund_change"] == then
