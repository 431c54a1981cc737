"""A notice is believed only if Alipay signed it, about us; and a refund is never a payment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gateways.alipay_side import GOLDEN, TRADE, AlipaySide
from tests.gateways.far_side import ATTEMPT, NOW, REFUND

from shebao.core.channel import Forged, Outcome, RefundOutcome, ReturnTold
from shebao.core.money import Money
from shebao.gateways.alipay.account import read_account
from shebao.gateways.alipay.pay import Alipay

FUZZED = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def alipay(transport, clock):
    return Alipay(read_account(GOLDEN), transport, clock)


@pytest.fixture
def far():
    return AlipaySide()


@pytest.fixture
def opened(alipay, far):
    """Open a notice with some words changed (None drops one)."""

    def open_it(**changed):
        return alipay.open_notice({}, far.notice(**changed), now=NOW)

    return open_it


def test_a_true_notice_opens(opened):
    told = opened()
    assert (told.attempt_id, told.outcome) == (ATTEMPT, Outcome.PAID)
    assert (told.amount, told.reference) == (Money.yuan("380.50"), TRADE)
    assert told.notice_id == "N-1"


def test_what_was_paid_long_ago_is_paid(opened):
    assert opened(trade_status="TRADE_FINISHED").outcome is Outcome.PAID


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("WAIT_BUYER_PAY", Outcome.WAITING),
        ("TRADE_CLOSED", Outcome.CLOSED),
        ("SOMETHING_NEW", Outcome.WAITING),
    ],
)
def test_what_nobody_paid_carries_no_reference(opened, status, outcome):
    told = opened(trade_status=status, gmt_payment=None)
    assert (told.outcome, told.reference, told.happened_at) == (outcome, None, None)


@pytest.mark.parametrize("status", ["TRADE_SUCCESS", "TRADE_CLOSED", "TRADE_FINISHED"])
@pytest.mark.parametrize(
    "marks",
    [
        {"refund_fee": "100.00", "gmt_refund": "2026-12-01 11:59:50.320"},
        {"refund_fee": "0.01"},
        {"gmt_refund": "2026-12-01 11:59:50"},
    ],
    ids=["both", "fee", "time"],
)
def test_the_telling_of_a_refund_settles_nothing_by_itself(opened, status, marks):
    told = opened(trade_status=status, out_biz_no=REFUND, **marks)
    assert isinstance(told, ReturnTold)
    assert (told.refund_id, told.outcome) == (REFUND, RefundOutcome.PROCESSING)
    assert (told.amount, told.reference, told.notice_id) == (None, TRADE, "N-1")


def test_a_refund_somebody_made_by_hand_is_named_by_its_trade(opened):
    assert opened(refund_fee="100.00").refund_id == TRADE


def test_a_payment_of_which_nothing_went_back_is_a_payment(opened):
    assert opened(refund_fee="0.00", out_biz_no="x").outcome is Outcome.PAID


def test_a_payment_whose_time_is_not_told_is_money_all_the_same(opened):
    told = opened(gmt_payment=None)
    assert (told.outcome, told.happened_at) == (Outcome.PAID, None)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"sign": None}, "unsigned"),
        ({"sign": ""}, "unsigned"),
        ({"sign": "AAAA"}, "signature"),
        ({"sign": "签名"}, "signature"),
        ({"sign_type": None}, "signature_type"),
        ({"sign_type": "RSA"}, "signature_type"),
        ({"total_amount": "380.51"}, "signature"),
        ({"trade_status": "TRADE_FINISHED"}, "signature"),
        ({"another": "word"}, "signature"),
    ],
)
def test_a_notice_that_is_not_signed_as_it_stands_is_forged(opened, changed, why):
    with pytest.raises(Forged, match=f"why={why}$"):
        opened(unsigned=changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"app_id": "2021000000000002"},
        {"seller_id": "2088000000000002"},
        {"notify_type": "dut_user_sign"},
        {"notify_type": None},
    ],
)
def test_a_notice_about_somebody_else_is_not_ours(opened, changed):
    with pytest.raises(Forged, match="why=not_ours"):
        opened(**changed)


@pytest.mark.parametrize("time", ["2026-11-29 11:59:59", "2026-12-01 12:05:01"])
def test_a_notice_of_another_time_is_a_replay(opened, time):
    with pytest.raises(Forged, match="why=stale"):
        opened(notify_time=time)


@pytest.mark.parametrize("time", ["2026-11-29 12:00:00", "2026-12-01 12:05:00"])
def test_a_notice_is_news_as_long_as_it_may_be_sent_again(opened, time):
    assert opened(notify_time=time).outcome is Outcome.PAID


@pytest.mark.parametrize(
    "changed",
    [
        {"app_id": None},
        {"seller_id": None},
        {"notify_id": None},
        {"notify_time": None},
        {"notify_time": "yesterday"},
        {"notify_time": "2026-12-01T11:59:31+08:00"},
        {"notify_time": "0001-01-01 00:00:00"},
        {"out_trade_no": None},
        {"out_trade_no": ""},
        {"trade_no": None},
        {"trade_status": None},
        {"total_amount": None},
        {"total_amount": "380,50"},
        {"total_amount": "380.505"},
        {"total_amount": "-1.00"},
        {"total_amount": "３８０"},
        {"total_amount": "9" * 40},
        {"refund_fee": "all"},
        {"gmt_payment": "noon"},
    ],
)
def test_a_signed_notice_that_makes_no_sense_is_forged(opened, changed):
    with pytest.raises(Forged, match="why=unreadable"):
        opened(**changed)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not a form",
        b"a=1&&b=2",
        b"a=%ff&sign=x",
        b"a=\xe4\xb8\xad",
        b"sign=a&sign=b",
        b"&".join(b"n%d=1" % n for n in range(200)),
    ],
)
def test_a_body_that_is_no_form_is_forged(alipay, body):
    with pytest.raises(Forged, match="why=unreadable"):
        alipay.open_notice({}, body, now=NOW)


def test_a_body_that_says_nothing_is_not_signed(alipay):
    with pytest.raises(Forged, match="why=unsigned"):
        alipay.open_notice({}, b"a=", now=NOW)


def test_a_word_said_twice_is_forged(alipay, far):
    with pytest.raises(Forged, match="why=unreadable"):
        alipay.open_notice({}, far.notice() + b"&total_amount=0.01", now=NOW)


def test_a_notice_is_ours_wherever_its_words_stand(alipay, far):
    turned = b"&".join(reversed(far.notice().split(b"&")))
    assert alipay.open_notice({}, turned, now=NOW).outcome is Outcome.PAID


def test_an_empty_word_is_signed_like_any_other(opened):
    assert opened(body="").outcome is Outcome.PAID


def test_two_days_are_longer_than_alipay_goes_on_sending(opened):
    day = timedelta(hours=25)
    told = opened(notify_time=(NOW + timedelta(hours=8) - day).strftime("%Y-%m-%d %H:%M:%S"))
    assert told.outcome is Outcome.PAID


@FUZZED
@given(body=st.binary(max_size=200))
def test_no_garbage_does_more_than_be_refused(alipay, body):
    with pytest.raises(Forged):
        alipay.open_notice({}, body, now=NOW)


@FUZZED
@given(at=st.integers(0, 1_000), byte=st.integers(0, 255))
def test_no_changed_byte_changes_what_is_told(alipay, far, at, byte):
    body = bytearray(far.notice())
    body[at % len(body)] = byte
    assert _heard(alipay, bytes(body)) in (None, _heard(alipay, far.notice()))


@FUZZED
@given(
    name=st.sampled_from(
        ["app_id", "seller_id", "notify_type", "notify_time", "total_amount", "refund_fee"]
    ),
    value=st.text(st.characters(exclude_categories=["Cs", "N"]), min_size=1, max_size=30),
)
def test_no_signed_garbage_does_more_than_be_refused(opened, name, value):
    with pytest.raises(Forged):
        opened(**{name: value})


def _heard(alipay, body):
    try:
        return alipay.open_notice({}, body, now=NOW)
    except Forged:
        return None
