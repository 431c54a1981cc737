"""An order is opened once, by a whole and proper request, and paid at most once."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest

CHINA = timezone(timedelta(hours=8))


def prepay(merchant, order, scene="h5"):
    return merchant.call("POST", f"/v3/pay/transactions/{scene}", order)


def close(merchant, number):
    path = f"/v3/pay/transactions/out-trade-no/{number}/close"
    return merchant.call("POST", path, {"mchid": merchant.told["mchid"]})


def after(**time):
    return (datetime.now(CHINA) + timedelta(**time)).isoformat(timespec="seconds")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"description": None}, "/description"),
        ({"description": "长" * 128}, "/description"),
        ({"out_trade_no": "short"}, "/out_trade_no"),
        ({"out_trade_no": "x" * 33}, "/out_trade_no"),
        ({"out_trade_no": "with space"}, "/out_trade_no"),
        ({"notify_url": "http://example.com/n"}, "/notify_url"),
        ({"notify_url": "https://example.com/n?a=1"}, "/notify_url"),
        ({"amount": 500}, "/amount"),
        ({"amount": {"total": 0}}, "/amount/total"),
        ({"amount": {"total": "5"}}, "/amount/total"),
        ({"amount": {"total": True}}, "/amount/total"),
        ({"amount": {"total": 1.5}}, "/amount/total"),
        ({"amount": {"total": 1, "currency": "USD"}}, "/amount/currency"),
        ({"time_expire": "tomorrow"}, "/time_expire"),
        ({"time_expire": "2030-01-01T00:00:00"}, "/time_expire"),
        ({"time_expire": "2020-01-01T00:00:00+08:00"}, "/time_expire"),
        ({"attach": "x" * 129}, "/attach"),
        ({"scene_info": None}, "/scene_info"),
        ({"scene_info": {"payer_client_ip": "x"}}, "/scene_info/payer_client_ip"),
        ({"scene_info": {"payer_client_ip": "::1", "h5_info": {}}}, "/scene_info/h5_info/type"),
    ],
)
def test_a_wrong_field_is_named(merchant, changed, field):
    answer = prepay(merchant, merchant.order(**changed))

    assert (answer.status_code, answer.json()["code"]) == (400, "PARAM_ERROR")
    assert answer.json()["detail"]["field"] == field


def test_jsapi_needs_to_know_the_payer(merchant):
    answer = prepay(merchant, merchant.order(payer=None), "jsapi")

    assert answer.json()["detail"]["field"] == "/payer"


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"appid": "wx0000"}, "APPID_MCHID_NOT_MATCH"), ({"mchid": "1900000001"}, "MCH_NOT_EXISTS")],
)
def test_somebody_elses_names_are_refused(merchant, changed, code):
    answer = prepay(merchant, merchant.order(**changed))

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_the_same_request_twice_is_one_order(merchant):
    order = merchant.order()

    first, second = prepay(merchant, order), prepay(merchant, order)

    assert first.json() == second.json()


@pytest.mark.parametrize("changed", [{"amount": {"total": 1}}, {"description": "别的"}])
def test_a_number_used_for_something_else_is_refused(merchant, changed):
    order = merchant.order()
    prepay(merchant, order)

    answer = prepay(merchant, order | changed)

    assert (answer.status_code, answer.json()["code"]) == (403, "OUT_TRADE_NO_USED")


def test_a_number_used_in_another_scene_is_refused(merchant):
    order = merchant.order()
    prepay(merchant, order, "h5")

    assert prepay(merchant, order, "native").json()["code"] == "OUT_TRADE_NO_USED"


def test_a_paid_order_can_be_neither_opened_again_nor_closed(merchant):
    order = merchant.order()
    prepay(merchant, order)
    merchant.pull(f"attempts/{order['out_trade_no']}/pay")

    again, closed = prepay(merchant, order), close(merchant, order["out_trade_no"])

    assert (again.status_code, again.json()["code"]) == (400, "ORDERPAID")
    assert (closed.status_code, closed.json()["code"]) == (400, "ORDERPAID")


def test_a_closed_order_can_be_neither_opened_again_nor_paid(merchant):
    order = merchant.order()
    prepay(merchant, order)
    close(merchant, order["out_trade_no"])

    again = prepay(merchant, order)
    paid = merchant.http.post(f"{merchant.url}/sandbox/attempts/{order['out_trade_no']}/pay")

    assert (again.status_code, again.json()["code"]) == (400, "ORDER_CLOSED")
    assert paid.status_code == 409
    assert merchant.asked(order["out_trade_no"]).json()["trade_state"] == "CLOSED"


def test_an_order_is_closed_when_its_time_is_over(merchant):
    number = merchant.opened()
    merchant.pull(f"attempts/{number}/expire")

    paid = merchant.http.post(f"{merchant.url}/sandbox/attempts/{number}/pay")

    assert paid.status_code == 409
    assert merchant.asked(number).json()["trade_state"] == "CLOSED"


def test_nobody_is_given_less_than_a_minute(merchant):
    number = merchant.opened(time_expire=after(seconds=5))

    shown = merchant.look(f"attempts/{number}")

    opened, over = (datetime.fromisoformat(shown[name]) for name in ("opened_at", "expires_at"))
    assert over - opened == timedelta(seconds=60)


def test_a_longer_time_is_kept_to_the_second(merchant):
    over = after(minutes=30)

    number = merchant.opened(time_expire=over)

    assert merchant.look(f"attempts/{number}")["expires_at"] == over


def test_a_payment_is_told_in_full(merchant):
    number = merchant.paid(attach="ord-1", scene="jsapi")

    told = merchant.asked(number).json()

    assert re.fullmatch(r"42000[0-9]{23}", told["transaction_id"])
    assert told["trade_type"] == "JSAPI"
    assert told["trade_state"] == "SUCCESS"
    assert told["attach"] == "ord-1"
    assert told["payer"] == {"openid": "oHkLxtx0vUqe-18p_AXTZ1innxkC"}
    assert told["amount"]["payer_total"] == 500000


def test_a_query_without_the_merchant_is_refused(merchant):
    number = merchant.opened()

    answer = merchant.call("GET", f"/v3/pay/transactions/out-trade-no/{number}")

    assert answer.json()["code"] == "PARAM_ERROR"


def test_an_empty_card_leaves_the_order_open(merchant):
    number = merchant.paid(faults=["insufficient_funds"])
    failed = merchant.asked(number).json()

    merchant.pull(f"attempts/{number}/pay")

    assert failed["trade_state"] == "PAYERROR"
    assert "transaction_id" not in failed
    assert merchant.asked(number).json()["trade_state"] == "SUCCESS"


def test_two_who_pay_one_order_pay_once(merchant):
    number = merchant.paid()

    second = merchant.http.post(f"{merchant.url}/sandbox/attempts/{number}/pay")

    assert (second.status_code, second.json()["code"]) == (409, "order_success")
