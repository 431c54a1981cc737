"""What is ordered to go wrong goes wrong, as often as ordered; and what was done stays done."""

from __future__ import annotations

import httpx
import pytest


def prepay(merchant, order):
    return merchant.call("POST", "/v3/pay/transactions/h5", order)


def test_a_system_error_does_nothing_and_passes(merchant):
    order = merchant.order()
    merchant.pull("faults", {"kind": "prepay_system_error", "count": 2})

    answers = [prepay(merchant, order) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [500, 500, 200]
    assert answers[0].json()["code"] == "SYSTEM_ERROR"


def test_a_lost_answer_leaves_an_order_behind(merchant):
    order = merchant.order()
    merchant.pull("faults", {"kind": "answer_lost"})

    lost = prepay(merchant, order)

    assert lost.status_code == 502
    assert merchant.asked(order["out_trade_no"]).json()["trade_state"] == "NOTPAY"


def test_an_answer_that_never_comes_leaves_an_order_behind(merchant):
    order = merchant.order()
    merchant.pull("faults", {"kind": "answer_hangs"})

    with httpx.Client(trust_env=False, timeout=0.3) as hasty, pytest.raises(httpx.ReadTimeout):
        type(merchant)(merchant.url, merchant.folder, hasty).call(
            "POST", "/v3/pay/transactions/h5", order
        )

    assert merchant.asked(order["out_trade_no"]).json()["trade_state"] == "NOTPAY"


def test_a_forged_answer_is_not_ours(merchant):
    merchant.pull("faults", {"kind": "answer_forged", "on": "prepay"})

    forged, true = (prepay(merchant, merchant.order()) for _ in range(2))

    assert not merchant.is_true(forged.headers, forged.content)
    assert merchant.is_true(true.headers, true.content)


def test_queries_may_be_unavailable(merchant):
    number = merchant.opened()
    merchant.pull("faults", {"kind": "query_unavailable"})

    assert [merchant.asked(number).status_code for _ in range(2)] == [503, 200]


def test_a_slow_answer_takes_its_time(merchant):
    merchant.pull("faults", {"kind": "slow", "on": "prepay", "ms": 300})

    slow = prepay(merchant, merchant.order())

    assert slow.status_code == 200
    assert slow.elapsed.total_seconds() >= 0.3


@pytest.mark.parametrize(
    "facts", [{"kind": "earthquake"}, {"kind": "slow", "on": "moon"}, {"kind": "slow", "ms": -1}]
)
def test_a_fault_nobody_knows_is_refused(merchant, facts):
    answer = merchant.http.post(f"{merchant.url}/sandbox/faults", json=facts)

    assert answer.status_code == 400


def test_a_twist_nobody_knows_is_refused_and_nothing_is_paid(merchant):
    number = merchant.opened()

    answer = merchant.http.post(
        f"{merchant.url}/sandbox/attempts/{number}/pay", json={"faults": ["notice_eaten"]}
    )

    assert answer.status_code == 400
    assert merchant.asked(number).json()["trade_state"] == "NOTPAY"
