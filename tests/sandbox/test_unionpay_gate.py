"""UnionPay's gate believes nobody, repeats itself to nobody, and signs every answer."""

from __future__ import annotations

import pytest
from tests.openssl import holds
from tests.sandbox.unionpay_merchant import UnionPayMerchant, china

QUERY = ("00", "00", "000000")


@pytest.fixture
def unionpay(sandbox, http, merchant):
    return UnionPayMerchant(sandbox.url, sandbox.credentials, http)


def test_openssl_believes_an_answer(unionpay, tmp_path):
    said = unionpay.asked({"orderId": "nothing1", "txnTime": china()})
    (tmp_path / "shown.pem").write_text(said["signPubKeyCert"])
    assert holds(tmp_path / "shown.pem", said)
    assert said["respCode"] == "34"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"version": "5.0.0"}, "10"),
        ({"encoding": "GBK"}, "10"),
        ({"signMethod": "11"}, "10"),
        ({"accessType": "1"}, "10"),
        ({"bizType": "000401"}, "10"),
        ({"merId": "777290058119999"}, "31"),
        ({"merId": None}, "13"),
        ({"certId": "12345"}, "11"),
        ({"certId": None}, "13"),
        ({"txnType": "77"}, "32"),
        ({"orderId": "with-sign"}, "10"),
        ({"orderId": "short"}, "10"),
        ({"orderId": None}, "13"),
    ],
)
def test_what_is_not_in_order_is_refused_and_named(unionpay, changed, code):
    words = unionpay.words(QUERY, **({"orderId": "nothing1", "txnTime": china()} | changed))
    said = unionpay.ask("queryTrans.do", words)
    assert said["respCode"] == code
    assert "origRespCode" not in said


@pytest.mark.parametrize("changed", [{"txnAmt": "1"}, {"signature": "AAAA"}, {"more": "words"}])
def test_a_word_changed_after_signing_is_refused(unionpay, changed):
    answer = unionpay.front(unionpay.order() | changed)
    assert answer.status_code == 400
    assert "验证签名失败" in answer.text


def test_a_question_changed_after_signing_is_refused(unionpay):
    words = unionpay.words(QUERY, orderId="nothing1", txnTime=china())
    assert unionpay.ask("queryTrans.do", words | {"orderId": "nothing2"})["respCode"] == "11"


def test_what_is_said_twice_is_refused(unionpay):
    said = unionpay.ask("queryTrans.do", {"version": ["5.1.0", "5.1.0"]})
    assert said["respCode"] == "10"


@pytest.mark.parametrize("when", [{"hours": -2}, {"minutes": 20}])
def test_a_stale_trade_opens_nothing(unionpay, when):
    answer = unionpay.front(unionpay.order(txnTime=china(**when)))
    assert "txnTime" in answer.text


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"txnAmt": "0"}, "txnAmt"),
        ({"txnAmt": "1.00"}, "txnAmt"),
        ({"txnTime": "20261399000000"}, "txnTime"),
        ({"currencyCode": "840"}, "currencyCode"),
        ({"channelType": "99"}, "channelType"),
        ({"backUrl": "http://shebao.example/notices"}, "backUrl"),
        ({"backUrl": None}, "backUrl"),
        ({"frontUrl": "javascript:alert(1)"}, "frontUrl"),
        ({"payTimeout": china(minutes=-1)}, "payTimeout"),
        ({"txnSubType": "03"}, "txnSubType"),
    ],
)
def test_a_form_that_is_not_in_order_opens_nothing(unionpay, changed, named):
    answer = unionpay.front(unionpay.order(**changed))
    assert answer.status_code == 400
    assert named in answer.text


def test_a_number_used_for_another_form_is_refused(unionpay):
    words = unionpay.opened()
    assert unionpay.front(words).status_code == 303
    same = {name: words[name] for name in ("orderId", "txnTime")}
    assert "重复交易" in unionpay.front(unionpay.order(**same, txnAmt="1")).text


def test_another_time_is_another_trade(unionpay):
    words = unionpay.paid()
    other = unionpay.opened(orderId=words["orderId"], txnTime=china(seconds=-30))
    assert unionpay.asked(words)["origRespCode"] == "00"
    assert unionpay.asked(other)["origRespCode"] == "05"


@pytest.mark.parametrize(("kind", "status"), [("unavailable", 503), ("answer_lost", 502)])
def test_a_channel_in_trouble(unionpay, kind, status):
    unionpay.pull("faults", {"kind": kind, "on": "query"})
    words = unionpay.words(QUERY, orderId="nothing1", txnTime=china())
    answer = unionpay.http.post(f"{unionpay.gateway}queryTrans.do", data=words)
    assert answer.status_code == status


def test_a_forged_answer_can_be_ordered(unionpay):
    unionpay.pull("faults", {"kind": "answer_forged", "on": "query"})
    words = unionpay.words(QUERY, orderId="nothing1", txnTime=china())
    answer = unionpay.http.post(f"{unionpay.gateway}queryTrans.do", data=words)
    said = dict(part.split("=", 1) for part in answer.text.split("&"))
    assert not unionpay.holds(said)
