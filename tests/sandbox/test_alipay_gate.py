"""Alipay hears only what its merchant signed, lately; and signs what it says."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from tests.sandbox.alipay_merchant import AlipayMerchant, china, words

ASKED = {"out_trade_no": "att1"}


@pytest.fixture
def alipay(sandbox, http):
    http.delete(f"{sandbox.url}/sandbox/faults")
    return AlipayMerchant(sandbox.url, sandbox.credentials, http)


@pytest.mark.parametrize(
    ("changed", "code", "sub_code"),
    [
        ({"app_id": None}, "40001", "isv.missing-app-id"),
        ({"app_id": "2021999999999999"}, "40002", "isv.invalid-app-id"),
        ({"charset": None}, "40001", "isv.missing-charset"),
        ({"charset": "gbk"}, "40002", "isv.invalid-charset"),
        ({"sign_type": None}, "40001", "isv.missing-sign-type"),
        ({"sign_type": "RSA"}, "40002", "isv.invalid-signature-type"),
        ({"timestamp": None}, "40001", "isv.missing-timestamp"),
        ({"timestamp": "now"}, "40002", "isv.invalid-timestamp"),
        ({"timestamp": "2026-11-31 00:00:00"}, "40002", "isv.invalid-timestamp"),
        ({"timestamp": china(minutes=-11)}, "40002", "isv.invalid-timestamp"),
        ({"timestamp": china(minutes=60)}, "40002", "isv.invalid-timestamp"),
        ({"timestamp": china(hours=-8)}, "40002", "isv.invalid-timestamp"),
        ({"version": "2.0"}, "40002", "isv.invalid-parameter"),
        ({"format": "XML"}, "40002", "isv.invalid-parameter"),
        ({"key": generate_private_key(65537, 2048)}, "40002", "isv.invalid-signature"),
    ],
)
def test_a_question_that_cannot_be_trusted_is_refused_unsigned(alipay, changed, code, sub_code):
    answer = alipay.ask("query", ASKED, **changed)

    assert answer.status_code == 200
    assert list(answer.json()) == ["alipay_trade_query_response"]
    assert (words(answer)["code"], words(answer)["sub_code"]) == (code, sub_code)


def test_a_word_changed_on_the_way_is_refused(alipay):
    params = alipay.params("alipay.trade.query", ASKED)

    answer = alipay.send(params | {"biz_content": json.dumps({"out_trade_no": "att2"})})

    assert words(answer)["sub_code"] == "isv.invalid-signature"


def test_a_word_added_on_the_way_is_refused(alipay):
    answer = alipay.send(alipay.params("alipay.trade.query", ASKED) | {"notify_url": "https://a.b"})

    assert words(answer)["sub_code"] == "isv.invalid-signature"


def test_a_question_without_a_signature_is_refused(alipay):
    params = alipay.params("alipay.trade.query", ASKED)
    del params["sign"]

    assert words(alipay.send(params))["sub_code"] == "isv.missing-signature"


def test_an_empty_word_is_nobodys_word(alipay):
    answer = alipay.send(alipay.params("alipay.trade.query", ASKED) | {"notify_url": ""})

    assert words(answer)["sub_code"] == "ACQ.TRADE_NOT_EXIST"


@pytest.mark.parametrize(
    ("method", "sub_code"),
    [
        (None, "isv.missing-method"),
        ("alipay.trade.steal", "isv.invalid-method"),
        ("alipay.data.bill.transfer.query", "isv.invalid-method"),
    ],
)
def test_a_method_nobody_knows_is_an_error(alipay, method, sub_code):
    answer = alipay.send(alipay.params(method, {}))

    assert answer.json()["error_response"]["sub_code"] == sub_code


def test_a_word_said_twice_is_an_error(alipay):
    params = alipay.params("alipay.trade.query", ASKED)

    answer = alipay.http.post(alipay.gateway, params=params, data={"method": "x"})

    assert answer.json()["error_response"]["sub_code"] == "isv.invalid-parameter"


@pytest.mark.parametrize(
    ("biz", "code", "sub_code"),
    [
        (None, "40001", "isv.missing-biz-content"),
        ("{", "40002", "isv.invalid-parameter"),
        ("[]", "40002", "isv.invalid-parameter"),
        ("{}", "40004", "ACQ.INVALID_PARAMETER"),
    ],
)
def test_business_that_is_none_is_refused(alipay, biz, code, sub_code):
    answer = alipay.ask("query", "", biz_content=biz)

    assert (words(answer)["code"], words(answer)["sub_code"]) == (code, sub_code)


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_the_words_may_stand_in_the_address_or_in_the_body(alipay, verb):
    params = alipay.params("alipay.trade.query", ASKED)

    answer = alipay.http.request(verb, alipay.gateway, params=params)

    assert words(answer)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    assert alipay.is_true(answer)


def test_a_no_of_the_business_is_signed(alipay):
    answer = alipay.ask("query", ASKED)

    assert words(answer) == {
        "code": "40004",
        "msg": "Business Failed",
        "sub_code": "ACQ.TRADE_NOT_EXIST",
        "sub_msg": "交易不存在",
    }
    assert alipay.is_true(answer)


def test_who_writes_the_answer_anew_finds_the_signature_broken(alipay):
    answer = alipay.ask("precreate", alipay.order())
    anew = json.dumps(words(answer), ensure_ascii=False, separators=(",", ":"))

    assert r"https:\/\/qr.alipay.com\/" in answer.text
    assert anew not in answer.text


def test_what_only_alipay_may_know_is_readable_by_its_owner_alone(alipay):
    room = alipay.folder / "sandbox" / "alipay"

    assert [path.stat().st_mode & 0o077 for path in room.iterdir()] == [0, 0]
    assert (alipay.folder / "alipay_app_key.pem").stat().st_mode & 0o077 == 0
