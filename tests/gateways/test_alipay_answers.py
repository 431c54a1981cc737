"""Every answer of Alipay has one meaning: yes if it is signed, no, or nobody knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gateways.alipay_side import GOLDEN, TRADE, AlipaySide
from tests.gateways.far_side import ATTEMPT, REFUND

from shebao.core.channel import ChannelRefused, Forged, Outcome, RefundOutcome
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.alipay.account import read_account
from shebao.gateways.alipay.pay import Alipay
from shebao.gateways.alipay.seal import members

RETURNED = "alipay_trade_fastpay_refund_query_response"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.fixture
def alipay(peer, transport, clock):
    return Alipay(read_account(GOLDEN, base_url=peer.url), transport, clock)


@pytest.fixture
def far():
    return AlipaySide()


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, Outcome.PAID),
        ({"trade_status": "TRADE_FINISHED"}, Outcome.PAID),
        ({"trade_status": "TRADE_CLOSED"}, Outcome.PAID),  # Given back whole: it was paid.
        ({"trade_status": "TRADE_CLOSED", "send_pay_date": None}, Outcome.CLOSED),
        ({"trade_status": "WAIT_BUYER_PAY", "send_pay_date": None}, Outcome.WAITING),
        ({"trade_status": "SOMETHING_NEW"}, Outcome.WAITING),
    ],
)
async def test_an_inquiry_says_what_became_of_an_attempt(alipay, far, peer, changed, outcome):
    peer.replies = [far.says("query", far.trade(**changed))]
    told = await alipay.inquire(ATTEMPT)
    assert (told.outcome, told.amount) == (outcome, Money.yuan("380.50"))
    assert (told.reference == TRADE) is (outcome is Outcome.PAID)


async def test_an_attempt_nobody_came_to_is_unheard_of(alipay, far, peer):
    no = far.refuses("query", "ACQ.TRADE_NOT_EXIST")
    peer.replies = [no, far.refuses("close", "ACQ.TRADE_NOT_EXIST")]
    told = await alipay.inquire(ATTEMPT)
    assert (told.outcome, told.says) == (Outcome.UNHEARD_OF, "不行")
    assert await alipay.close(ATTEMPT) is Outcome.UNHEARD_OF


@pytest.mark.parametrize(
    "code",
    ["TRADE_STATUS_ERROR", "REASON_TRADE_STATUS_INVALID", "TRADE_HAS_CLOSE", "TRADE_HAS_SUCCESS"],
)
@pytest.mark.parametrize(
    ("paid_at", "outcome"), [("2026-12-01 11:59:30", Outcome.PAID), (None, Outcome.CLOSED)]
)
async def test_what_cannot_be_closed_is_asked_about(alipay, far, peer, code, paid_at, outcome):
    trade = far.trade(trade_status="TRADE_CLOSED", send_pay_date=paid_at)
    peer.replies = [far.refuses("close", f"ACQ.{code}"), far.says("query", trade)]
    assert await alipay.close(ATTEMPT) is outcome


@pytest.mark.parametrize(
    ("sub_code", "code"),
    [
        ("ACQ.SYSTEM_ERROR", "40004"),
        ("AQC.SYSTEM_ERROR", "40004"),
        ("isp.unknow-error", "20000"),
        ("isp.something-new", "40004"),
        ("aop.unknow-error", "20000"),
        ("ACQ.WHATEVER", "10003"),
        ("isv.call-limited", "40005"),
    ],
)
@pytest.mark.parametrize("sign", [None, ""], ids=["signed", "unsigned"])
async def test_where_alipay_does_not_know_nobody_has_answered(
    alipay, far, peer, sub_code, code, sign
):
    peer.replies = [far.refuses("query", sub_code, code, sign=sign)]
    with pytest.raises(Unanswered):
        await alipay.inquire(ATTEMPT)


@pytest.mark.parametrize("status", [301, 404, 429, 502])
async def test_a_page_of_somebody_in_between_is_no_answer(alipay, peer, reply, status):
    peer.replies = [reply(status, b"<html>")]
    with pytest.raises(Unanswered):
        await alipay.inquire(ATTEMPT)


async def test_silence_is_no_answer(alipay, peer, silence, asked_back):
    peer.replies = [silence]
    with pytest.raises(Unanswered):
        await alipay.give_back(asked_back)


@pytest.mark.parametrize("node", [None, "error_response"])
@pytest.mark.parametrize("sign", [None, ""], ids=["signed", "unsigned"])
async def test_a_no_is_a_refusal_with_alipays_own_words(alipay, far, peer, node, sign):
    no = far.refuses("query", "isv.invalid-app-id", "40002", node=node, sign=sign)
    peer.replies = [no]
    with pytest.raises(ChannelRefused) as refused:
        await alipay.inquire(ATTEMPT)
    assert refused.value.channel_code == "isv.invalid-app-id"
    assert (refused.value.method, refused.value.says) == ("alipay", "不行")


async def test_a_no_without_a_finer_code_keeps_its_own(alipay, far, peer):
    peer.replies = [far.says("query", {"code": "40006", "msg": "Insufficient Permissions"})]
    with pytest.raises(ChannelRefused, match="channel_code=40006"):
        await alipay.inquire(ATTEMPT)


async def test_a_yes_that_nobody_signed_is_forged(alipay, far, peer):
    peer.replies = [far.says("query", far.trade(), sign="")]
    with pytest.raises(Forged, match="unsigned"):
        await alipay.inquire(ATTEMPT)


async def test_a_yes_under_the_name_of_an_error_is_forged(alipay, far, peer):
    peer.replies = [far.says("query", far.trade(), node="error_response")]
    with pytest.raises(Forged, match="unsigned"):
        await alipay.inquire(ATTEMPT)


@pytest.mark.parametrize("words", [{"code": "10000"}, {"code": "40004", "sub_code": "ACQ.X"}])
async def test_a_signature_that_is_there_must_hold(alipay, far, peer, words):
    peer.replies = [far.says("query", words, sign="AAAA")]
    with pytest.raises(Forged, match="why=signature"):
        await alipay.inquire(ATTEMPT)


async def test_an_answer_about_another_attempt_is_not_ours(alipay, far, peer, native_charge):
    other = {"out_trade_no": "att2", "trade_no": TRADE, "qr_code": "https://qr.alipay.com/x"}
    peer.replies = [
        far.says("query", far.trade(out_trade_no="att2")),
        far.agrees("close", **other),
        far.agrees("precreate", **other),
    ]
    with pytest.raises(Forged, match="not_asked_for"):
        await alipay.inquire(ATTEMPT)
    with pytest.raises(Forged, match="not_asked_for"):
        await alipay.close(ATTEMPT)
    with pytest.raises(Forged, match="not_asked_for"):
        await alipay.begin(native_charge)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"<html>hello</html>",
        b"\xff",
        b'{"alipay_trade_query_response":{}}',
        b'{"alipay_trade_query_response":[1]}',
        b'{"alipay_trade_query_response":"10000"}',
        b'{"alipay_trade_query_response":{"code":10000}}',
        b'{"alipay_trade_query_response":{"code":"10000"},"sign":7}',
        b'{"alipay_trade_query_response":{"code":"10000"},"sign":"x"} and more',
        b'{"sign":"x","sign":"y","alipay_trade_query_response":{"code":"10000"}}',
        b'{"alipay_trade_query_response":' + b"[" * 100_000,
    ],
)
async def test_an_answer_that_makes_no_sense_is_forged(alipay, peer, reply, body):
    peer.replies = [reply(200, body)]
    with pytest.raises(Forged):
        await alipay.inquire(ATTEMPT)


@pytest.mark.parametrize(
    "changed",
    [
        {"trade_status": None},
        {"trade_no": None},
        {"trade_no": 7},
        {"total_amount": None},
        {"total_amount": 380.5},
        {"total_amount": "380.505"},
        {"total_amount": "1e3"},
        {"send_pay_date": "noon"},
        {"send_pay_date": ["2026-12-01 11:59:30"]},
    ],
)
async def test_a_signed_answer_that_makes_no_sense_is_forged(alipay, far, peer, changed):
    peer.replies = [far.says("query", far.trade(**changed))]
    with pytest.raises(Forged, match="unreadable"):
        await alipay.inquire(ATTEMPT)


async def test_what_was_paid_already_is_asked_about_before_it_is_begun(
    alipay, far, peer, native_charge
):
    peer.replies = [far.refuses("precreate", "ACQ.TRADE_HAS_SUCCESS")]
    with pytest.raises(Unanswered):
        await alipay.begin(native_charge)


async def test_a_code_without_its_text_is_forged(alipay, far, peer, native_charge):
    peer.replies = [far.agrees("precreate", out_trade_no=ATTEMPT)]
    with pytest.raises(Forged, match="unreadable"):
        await alipay.begin(native_charge)


async def test_money_that_moved_is_a_refund_that_succeeded(alipay, far, peer, asked_back):
    moved = far.agrees(
        "refund", out_trade_no=ATTEMPT, trade_no=TRADE, fund_change="Y", refund_fee="300.00"
    )
    peer.replies = [moved]
    told = await alipay.give_back(asked_back)
    assert (told.refund_id, told.outcome) == (REFUND, RefundOutcome.SUCCEEDED)
    assert (told.amount, told.reference) == (Money.yuan("100"), TRADE)  # Not the sum of all.


@pytest.mark.parametrize("fund_change", [{"fund_change": "N"}, {}])
@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ({}, RefundOutcome.SUCCEEDED),
        ({"refund_status": None}, RefundOutcome.PROCESSING),
        ({"refund_status": "REFUND_FAIL"}, RefundOutcome.PROCESSING),
    ],
)
async def test_money_that_did_not_move_now_is_asked_about(
    alipay, far, peer, asked_back, fund_change, found, outcome
):
    peer.replies = [
        far.agrees("refund", out_trade_no=ATTEMPT, refund_fee="100.00", **fund_change),
        far.says("", far.returned(**found), node=RETURNED),
    ]
    assert (await alipay.give_back(asked_back)).outcome is outcome


async def test_a_refund_for_want_of_money_is_refused(alipay, far, peer, asked_back):
    peer.replies = [far.refuses("refund", "ACQ.SELLER_BALANCE_NOT_ENOUGH")]
    with pytest.raises(ChannelRefused, match="SELLER_BALANCE_NOT_ENOUGH"):
        await alipay.give_back(asked_back)


async def test_a_refund_inquiry_tells_how_much_went_back_and_when(alipay, far, peer):
    peer.replies = [far.says("", far.returned(gmt_refund_pay="2026-12-01 11:59:50"), node=RETURNED)]
    told = await alipay.inquire_return(REFUND, attempt_id=ATTEMPT)
    assert (told.outcome, told.amount) == (RefundOutcome.SUCCEEDED, Money.yuan("100"))
    assert told.happened_at == datetime(2026, 12, 1, 3, 59, 50, tzinfo=UTC)


async def test_a_refund_alipay_says_nothing_of_is_unheard_of(alipay, far, peer):
    peer.replies = [
        far.says("", {"code": "10000", "msg": "Success"}, node=RETURNED),
        far.refuses("", "ACQ.TRADE_NOT_EXIST", node=RETURNED),
    ]
    first = await alipay.inquire_return(REFUND, attempt_id=ATTEMPT)
    second = await alipay.inquire_return(REFUND, attempt_id=ATTEMPT)
    assert first.outcome is second.outcome is RefundOutcome.UNHEARD_OF


async def test_without_its_attempt_a_refund_cannot_be_asked_about(alipay, peer):
    told = await alipay.inquire_return(REFUND)
    assert (told.outcome, peer.asked) == (RefundOutcome.UNHEARD_OF, [])


@pytest.mark.parametrize("changed", [{"out_request_no": "ref2"}, {"out_trade_no": "att2"}])
async def test_an_answer_about_another_refund_is_not_ours(alipay, far, peer, changed):
    peer.replies = [far.says("", far.returned(**changed), node=RETURNED)]
    with pytest.raises(Forged, match="not_asked_for"):
        await alipay.inquire_return(REFUND, attempt_id=ATTEMPT)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(facts=st.dictionaries(st.text(), JSON, min_size=1), indent=st.none() | st.integers(0, 3))
def test_an_object_is_cut_into_what_was_written(facts, indent):
    written = json.dumps(facts, indent=indent, ensure_ascii=False)
    cut = members(written)
    assert {name: json.loads(value) for name, value in cut.items()} == facts
    assert all(value in written for value in cut.values())
