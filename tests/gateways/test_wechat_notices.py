"""A notice is believed only when WeChat signed these very bytes just now, about us."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers

from shebao.core.channel import Forged, Outcome, RefundOutcome
from shebao.core.money import Money
from shebao.gateways.wechat.pay import WeChatPay

NOW = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
FUZZED = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def open_paid(wechat, platform):
    """Open a notice of a payment, signed with some headers changed (None drops one)."""

    def opened(*, transaction=None, kind="transaction", at=NOW, **changed):
        words = platform.transaction() if transaction is None else transaction
        body = platform.notice(json.dumps(words, ensure_ascii=False).encode(), kind)
        return wechat.open_notice(platform.headers(body, at=at, **changed), body, now=NOW)

    return opened


def test_a_true_notice_opens(open_paid):
    assert open_paid().outcome is Outcome.PAID


def test_a_server_that_does_not_mind_the_case_of_headers_may_hand_them_over(wechat, platform):
    body = platform.notice(json.dumps(platform.transaction()).encode())
    headers = Headers({name.title(): value for name, value in platform.headers(body).items()})
    assert wechat.open_notice(headers, body, now=NOW).outcome is Outcome.PAID


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"signature": None}, "unsigned"),
        ({"timestamp": None}, "unsigned"),
        ({"nonce": None}, "unsigned"),
        ({"serial": None}, "unsigned"),
        ({"signature_type": None}, "signature_type"),
        ({"signature_type": "WECHATPAY2-SM2-WITH-SM3"}, "signature_type"),
        ({"signature": "WECHATPAY/SIGNTEST/abcdefgh"}, "probe"),
        ({"serial": "PUB_KEY_ID_zz"}, "unknown_serial"),
        ({"serial": "PUB_KEY_ID_"}, "unknown_serial"),
        ({"signature": "AAAA"}, "signature"),
        ({"signature": "签名"}, "signature"),
        ({"nonce": "another"}, "signature"),
        ({"nonce": "别的"}, "signature"),
        ({"timestamp": "1796097601"}, "signature"),
        ({"timestamp": "²"}, "stale"),
        ({"timestamp": "9" * 5000}, "stale"),
        ({"timestamp": "-5"}, "stale"),
        ({"timestamp": "1796097600.5"}, "stale"),
    ],
)
def test_a_notice_with_a_header_amiss_is_forged(open_paid, changed, why):
    with pytest.raises(Forged, match=f"why={why}"):
        open_paid(**changed)


@pytest.mark.parametrize("age", [timedelta(hours=24), timedelta(seconds=301)])
def test_a_notice_of_another_time_is_a_replay(open_paid, age):
    with pytest.raises(Forged, match="why=stale"):
        open_paid(at=NOW - age)
    with pytest.raises(Forged, match="why=stale"):
        open_paid(at=NOW + age)


def test_a_notice_of_five_minutes_ago_is_still_news(open_paid):
    assert open_paid(at=NOW - timedelta(seconds=300)).outcome is Outcome.PAID


def test_one_changed_byte_makes_a_notice_forged(wechat, platform):
    body = platform.notice(json.dumps(platform.transaction()).encode())
    headers = platform.headers(body)
    with pytest.raises(Forged, match="why=signature"):
        wechat.open_notice(headers, body + b" ", now=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"mchid": "1900000002"},
        {"appid": "wx9999999999999999"},
    ],
)
def test_a_notice_about_another_merchant_is_not_ours(open_paid, platform, changed):
    with pytest.raises(Forged, match="why=not_ours"):
        open_paid(transaction=platform.transaction(**changed))


def test_a_refund_of_another_merchant_is_not_ours(open_paid, platform):
    words = {**platform.refund(refund_status="SUCCESS"), "mchid": "1900000002"}
    with pytest.raises(Forged, match="why=not_ours"):
        open_paid(transaction=words, kind="refund")


def test_a_notice_about_something_else_than_money_is_not_ours(open_paid):
    with pytest.raises(Forged, match="why=not_ours"):
        open_paid(transaction={"echo_message": "hello"}, kind="security")


@pytest.mark.parametrize(
    "changed",
    [
        {"out_trade_no": None},
        {"out_trade_no": 5},
        {"trade_state": None},
        {"transaction_id": None},
        {"success_time": None},
        {"success_time": "yesterday"},
        {"success_time": "2026-12-01T11:59:30"},
        {"success_time": "0001-01-01T00:00:00+08:00"},
        {"amount": None},
        {"amount": [38050]},
        {"amount": {"total": "38050"}},
        {"amount": {"total": 380.5}},
        {"amount": {"total": True}},
        {"amount": {"total": -1}},
        {"amount": {"total": 10**30}},
        {"mchid": None},
    ],
)
def test_a_signed_notice_that_makes_no_sense_is_forged(open_paid, platform, changed):
    with pytest.raises(Forged, match="why=unreadable"):
        open_paid(transaction=platform.transaction(**changed))


def test_foreign_money_is_never_taken_for_ours(open_paid, platform):
    dollars = platform.transaction(amount={"total": 38050, "currency": "USD"})
    with pytest.raises(Forged, match="why=currency"):
        open_paid(transaction=dollars)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id":"EV-1"}',
        b'{"id":"EV-1","resource":[]}',
        b'{"id":"EV-1","resource":{"algorithm":"AEAD_AES_256_GCM"}}',
        b'{"id":1,"resource":{}}',
    ],
)
def test_a_signed_body_that_is_no_notice_is_forged(wechat, platform, body):
    with pytest.raises(Forged, match="why=unreadable"):
        wechat.open_notice(platform.headers(body), body, now=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "short"},
        {"nonce": "ba9876543210"},
        {"nonce": "\ud800abcdefghij"},
        {"associated_data": "refund"},
        {"associated_data": 7},
        {"ciphertext": "AAAA"},
        {"ciphertext": "不是"},
        {"ciphertext": None},
    ],
)
def test_a_resource_whose_seal_is_broken_is_forged(wechat, platform, changed):
    words = json.loads(platform.notice(json.dumps(platform.transaction()).encode()))
    words["resource"].update(changed)
    body = json.dumps(words).encode()
    with pytest.raises(Forged, match="why=unreadable"):
        wechat.open_notice(platform.headers(body), body, now=NOW)


def test_a_resource_sealed_in_another_way_is_forged(wechat, platform):
    words = json.loads(platform.notice(json.dumps(platform.transaction()).encode()))
    words["resource"]["algorithm"] = "AEAD_SM4_GCM"
    body = json.dumps(words).encode()
    with pytest.raises(Forged, match="why=algorithm"):
        wechat.open_notice(platform.headers(body), body, now=NOW)


def test_a_resource_without_associated_data_opens(wechat, platform):
    resource = platform.sealed(json.dumps(platform.transaction()).encode(), "")
    body = json.dumps(
        {"id": "EV-1", "resource": {**resource, "original_type": "transaction"}}
    ).encode()
    assert wechat.open_notice(platform.headers(body), body, now=NOW).outcome is Outcome.PAID


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("SUCCESS", RefundOutcome.SUCCEEDED),
        ("ABNORMAL", RefundOutcome.ABNORMAL),
        ("CLOSED", RefundOutcome.CLOSED),
        ("PROCESSING", RefundOutcome.PROCESSING),
        ("SOMETHING_NEW", RefundOutcome.PROCESSING),
    ],
)
def test_a_notice_of_a_refund_says_what_became_of_it(open_paid, platform, state, outcome):
    words = platform.refund(mchid="1900000001", refund_status=state, success_time=None)
    told = open_paid(transaction=words, kind="refund")
    assert told.outcome is outcome
    assert told.amount == Money.yuan("100")
    assert told.happened_at is None
    assert told.notice_id == "EV-1"


def test_an_old_platform_key_is_still_believed_beside_the_public_key(
    account, transport, platform, clock, dice
):
    both = WeChatPay(account, transport, clock, dice)
    body = platform.notice(json.dumps(platform.transaction()).encode())
    headers = platform.headers(body, serial="5F1C9D0E2B7A4C3388AA")
    assert both.open_notice(headers, body, now=NOW).outcome is Outcome.PAID
    one = WeChatPay(replace(account, trusted={}), transport, clock, dice)
    with pytest.raises(Forged, match="why=unknown_serial"):
        one.open_notice(headers, body, now=NOW)


NAMES = ["signature", "timestamp", "nonce", "serial", "signature-type"]
ANY_TEXT = st.text(st.characters(), max_size=40)


@FUZZED
@given(
    headers=st.dictionaries(st.sampled_from([f"wechatpay-{n}" for n in NAMES]), ANY_TEXT),
    body=st.binary(max_size=200),
)
def test_no_garbage_does_more_than_be_refused(wechat, headers, body):
    with pytest.raises(Forged):
        wechat.open_notice(headers, body, now=NOW)


@FUZZED
@given(name=st.sampled_from(NAMES), value=ANY_TEXT)
def test_no_single_header_of_garbage_does_more_than_be_refused(wechat, platform, name, value):
    body = platform.notice(json.dumps(platform.transaction()).encode())
    headers = platform.headers(body) | {f"wechatpay-{name}": value}
    with pytest.raises(Forged):
        wechat.open_notice(headers, body, now=NOW)


@FUZZED
@given(words=JSON)
def test_no_signed_garbage_does_more_than_be_refused(wechat, platform, words):
    body = json.dumps(words).encode()
    with pytest.raises(Forged):
        wechat.open_notice(platform.headers(body), body, now=NOW)


@FUZZED
@given(
    name=st.sampled_from(["mchid", "appid", "out_trade_no", "trade_state", "amount"]),
    value=st.none() | st.booleans() | st.integers() | st.lists(st.text()) | st.just({}),
)
def test_no_sealed_garbage_does_more_than_be_refused(open_paid, platform, name, value):
    with pytest.raises(Forged):
        open_paid(transaction={**platform.transaction(), name: value})
