"""A refund gives back what was paid, never more, and takes its time."""

from __future__ import annotations

import json
import time

import pytest


def code(answer):
    return answer.status_code, answer.json()["code"]


def query(merchant, number):
    return merchant.call("GET", f"/v3/refund/domestic/refunds/{number}")


def ended(merchant, number):
    """The refund when it is no longer on its way."""
    until = time.monotonic() + 5
    answer = query(merchant, number).json()
    while answer["status"] == "PROCESSING" and time.monotonic() < until:
        time.sleep(0.02)
        answer = query(merchant, number).json()
    return answer


def test_a_refund_is_first_on_its_way_and_then_there(merchant):
    number = merchant.paid()

    first = merchant.refund(number, fen=200000, out_refund_no="r-way").json()
    last = ended(merchant, "r-way")

    assert (first["status"], last["status"]) == ("PROCESSING", "SUCCESS")
    assert "success_time" not in first
    assert last["success_time"].endswith("+08:00")
    assert merchant.asked(number).json()["trade_state"] == "REFUND"


def test_a_refund_asked_for_twice_is_given_once(merchant):
    number = merchant.paid()

    first = merchant.refund(number, fen=500000, out_refund_no="r-twice").json()
    ended(merchant, "r-twice")
    second = merchant.refund(number, fen=500000, out_refund_no="r-twice").json()

    assert first["refund_id"] == second["refund_id"]
    assert second["status"] == "SUCCESS"


def test_a_refund_number_used_for_another_sum_is_refused(merchant):
    number = merchant.paid()
    merchant.refund(number, fen=1, out_refund_no="r-other")

    answer = merchant.refund(number, fen=2, out_refund_no="r-other")

    assert code(answer) == (400, "INVALID_REQUEST")


def test_parts_never_add_up_to_more_than_was_paid(merchant):
    number = merchant.paid()

    parts = [merchant.refund(number, fen=fen).status_code for fen in (300000, 200000, 1)]

    assert parts == [200, 200, 400]


@pytest.mark.parametrize(
    ("fen", "total", "expected"),
    [
        (500001, 500000, (400, "INVALID_REQUEST")),
        (1, 499999, (400, "INVALID_REQUEST")),
        (0, 500000, (400, "PARAM_ERROR")),
        (-1, 500000, (400, "PARAM_ERROR")),
    ],
)
def test_a_wrong_sum_is_refused(merchant, fen, total, expected):
    assert code(merchant.refund(merchant.paid(), fen=fen, total=total)) == expected


def test_what_was_not_paid_cannot_be_given_back(merchant):
    unpaid = merchant.refund(merchant.opened(), fen=1)
    unknown = merchant.refund("never-opened-2", fen=1)

    assert code(unpaid) == (400, "INVALID_REQUEST")
    assert code(unknown) == (404, "RESOURCE_NOT_EXISTS")


def test_an_unknown_refund_is_not_there(merchant):
    assert code(query(merchant, "r-never")) == (404, "RESOURCE_NOT_EXISTS")


def test_an_empty_account_gives_nothing_back(merchant):
    number = merchant.paid()
    merchant.pull("faults", {"kind": "refund_not_enough"})

    refused, accepted = (merchant.refund(number, fen=500000) for _ in range(2))

    assert code(refused) == (403, "NOT_ENOUGH")
    assert accepted.status_code == 200


@pytest.mark.parametrize(
    ("fault", "status"), [("refund_abnormal", "ABNORMAL"), ("refund_closed", "CLOSED")]
)
def test_a_refund_may_end_badly_and_says_so(merchant, mailbox, fault, status):
    number = merchant.paid()
    merchant.pull("faults", {"kind": fault})

    merchant.refund(number, fen=500000, out_refund_no=f"r-{status}", notify_url=mailbox.url)

    notice = json.loads(mailbox.wait_for(1)[0].body)
    told = json.loads(merchant.opens(notice["resource"]))
    assert notice["event_type"] == f"REFUND.{status}"
    assert told["refund_status"] == status
    assert query(merchant, f"r-{status}").json()["status"] == status
    held = {one["out_trade_no"]: one["refunded_fen"] for one in merchant.look("ledger")["payments"]}
    assert held[number] == 0
