"""What UnionPay's codes mean to us, and what we never believe, whatever they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.gateways.unionpay_side import ATTEMPT, QUERY_ID, REFUND, UnionPaySide, asked

from shebao.core.channel import (
    ChannelRefused,
    Forged,
    Outcome,
    RefundOutcome,
    Return,
    Told,
)
from shebao.core.ids import minted_at
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.gateways.unionpay.account import read_account
from shebao.gateways.unionpay.pay import UnionPay

NOON = datetime.now(UTC) + timedelta(hours=1)  # openssl certifies from now on.
PAID_AT = datetime(2026, 12, 1, 3, 59, 30, tzinfo=UTC)
BACK = Return(
    refund_id=REFUND,
    attempt_id=ATTEMPT,
    amount=Money.yuan("100"),
    paid=Money.yuan("380.50"),
    reason="重复缴费",
    notify_url="https://shebao.example/notices",
    reference=QUERY_ID,
)


@pytest.fixture
def unionpay(unionpay_folder, peer, transport):
    account = replace(read_account(unionpay_folder), gateway_url=f"{peer.url}/api/")
    return UnionPay(account, transport, lambda: NOON)


async def test_a_paid_attempt_says_how_much_and_when(unionpay, unionpay_side, peer):
    peer.replies = [unionpay_side.says(unionpay_side.payment())]
    assert await unionpay.inquire(ATTEMPT) == Told(
        attempt_id=ATTEMPT,
        outcome=Outcome.PAID,
        amount=Money.yuan("380.50"),
        reference=QUERY_ID,
        happened_at=PAID_AT,
        says="成功[0000000]",
    )
    said = asked(peer.asked[0])
    assert peer.asked[0].line == "POST /api/queryTrans.do"
    assert (said["orderId"], said["txnTime"]) == (ATTEMPT, "20261201115900")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("00", Outcome.PAID),
        ("A6", Outcome.PAID),
        *((code, Outcome.WAITING) for code in ("03", "04", "05", "06", "42")),
        *((code, Outcome.FAILED) for code in ("01", "60", "64", "99")),
    ],
)
async def test_every_code_of_a_payment_means_something(
    unionpay, unionpay_side, peer, code, outcome
):
    peer.replies = [unionpay_side.says(unionpay_side.payment(origRespCode=code))]
    assert (await unionpay.inquire(ATTEMPT)).outcome is outcome


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("00", RefundOutcome.SUCCEEDED),
        ("05", RefundOutcome.PROCESSING),
        ("60", RefundOutcome.ABNORMAL),
    ],
)
async def test_every_code_of_a_refund_means_something(unionpay, unionpay_side, peer, code, outcome):
    peer.replies = [unionpay_side.says(unionpay_side.refund(origRespCode=code))]
    told = await unionpay.inquire_return(REFUND, attempt_id=ATTEMPT)
    assert told.outcome is outcome


@pytest.mark.parametrize(("code", "error"), [("06", Unanswered), ("11", ChannelRefused)])
async def test_a_question_that_was_not_answered_says_nothing_of_the_money(
    unionpay, unionpay_side, peer, code, error
):
    peer.replies = [unionpay_side.says(unionpay_side.payment(respCode=code))]
    with pytest.raises(error):
        await unionpay.inquire(ATTEMPT)


async def test_an_attempt_unionpay_never_saw_is_unheard_of(unionpay, unionpay_side, peer):
    unheard_of = unionpay_side.payment(respCode="34", origRespCode=None)
    peer.replies = [unionpay_side.says(unheard_of), unionpay_side.says(unheard_of)]
    assert (await unionpay.inquire(ATTEMPT)).outcome is Outcome.UNHEARD_OF
    assert await unionpay.close(ATTEMPT) is Outcome.UNHEARD_OF


@pytest.mark.parametrize(
    "changed",
    [
        {"orderId": "att01M8QW2ZX0000000000000000A"},
        {"txnTime": "20261201115901"},
        {"merId": "777290058119999"},
        {"orderId": None},
        {"currencyCode": "840"},
        {"txnAmt": "-1"},
        {"txnAmt": None},
        {"queryId": None},
        {"traceTime": "1332115930"},
    ],
)
async def test_an_answer_about_something_else_is_not_believed(
    unionpay, unionpay_side, peer, changed
):
    peer.replies = [unionpay_side.says(unionpay_side.payment(**changed))]
    with pytest.raises(Forged):
        await unionpay.inquire(ATTEMPT)


async def test_an_answer_nobody_signed_is_not_believed(unionpay, peer, reply):
    peer.replies = [reply(200, b"respCode=00&origRespCode=00"), reply(200, b"\xff=1")]
    with pytest.raises(Forged, match="why=unsigned"):
        await unionpay.inquire(ATTEMPT)
    with pytest.raises(Forged, match="why=unreadable"):
        await unionpay.inquire(ATTEMPT)


async def test_who_stands_between_has_not_answered(unionpay, peer, reply, silence):
    peer.replies = [reply(404, b"no"), silence]
    with pytest.raises(Unanswered):
        await unionpay.inquire(ATTEMPT)
    with pytest.raises(Unanswered):
        await unionpay.inquire(ATTEMPT)


async def test_a_refund_names_its_payment_and_keeps_its_own_time(unionpay, unionpay_side, peer):
    accepted = unionpay_side.refund(origRespCode=None, queryId="2" * 21)
    peer.replies = [unionpay_side.says(accepted), unionpay_side.says(accepted)]
    first, again = await unionpay.give_back(BACK), await unionpay.give_back(BACK)
    assert first == again
    assert first.outcome is RefundOutcome.PROCESSING
    one, other = (asked(heard) for heard in peer.asked)
    assert one == other
    assert one["origQryId"] == QUERY_ID
    assert (one["orderId"], one["txnTime"], one["txnAmt"]) == (REFUND, "20261201115900", "10000")


async def test_a_refund_asked_for_before_is_asked_about(unionpay, unionpay_side, peer):
    peer.replies = [
        unionpay_side.says(unionpay_side.refund(respCode="12", origRespCode=None)),
        unionpay_side.says(unionpay_side.refund()),
    ]
    assert (await unionpay.give_back(BACK)).outcome is RefundOutcome.SUCCEEDED


@pytest.mark.parametrize(("code", "error"), [("03", Unanswered), ("36", ChannelRefused)])
async def test_a_refund_that_is_not_accepted(unionpay, unionpay_side, peer, code, error):
    peer.replies = [unionpay_side.says(unionpay_side.refund(respCode=code))]
    with pytest.raises(error):
        await unionpay.give_back(BACK)


def test_a_notice_of_money(unionpay, unionpay_side: UnionPaySide):
    told = unionpay.open_notice({}, unionpay_side.notice(), now=NOON)
    assert (told.attempt_id, told.outcome) == (ATTEMPT, Outcome.PAID)
    assert (told.amount, told.reference) == (Money.yuan("380.50"), QUERY_ID)
    assert told.happened_at == PAID_AT
    assert told == unionpay.open_notice({}, unionpay_side.notice(), now=NOON)


def test_a_notice_of_a_refund(unionpay, unionpay_side):
    body = unionpay_side.notice(txnType="04", orderId=REFUND, txnAmt="10000")
    told = unionpay.open_notice({}, body, now=NOON)
    assert (told.refund_id, told.outcome) == (REFUND, RefundOutcome.SUCCEEDED)


@pytest.mark.parametrize(
    "changed", [{"merId": "777290058119999"}, {"txnType": "73"}, {"queryId": None}]
)
def test_a_notice_that_is_not_ours_is_refused(unionpay, unionpay_side, changed):
    with pytest.raises(Forged):
        unionpay.open_notice({}, unionpay_side.notice(**changed), now=NOON)


def test_a_notice_of_new_years_morning_is_not_a_year_old(unionpay, unionpay_side):
    began, paid = "20261231235950", "0101000010"
    body = unionpay_side.notice(txnTime=began, traceTime=paid)
    told = unionpay.open_notice({}, body, now=NOON)
    assert told.happened_at == datetime(2026, 12, 31, 16, 0, 10, tzinfo=UTC)


def test_a_number_says_when_it_was_made():
    assert minted_at(ATTEMPT) == datetime(2026, 12, 1, 3, 59, tzinfo=UTC)


@pytest.mark.parametrize("number", ["", "att", "att01M8QW2ZX0000000000000000", "attUUUUUUUUUUUU"])
def test_what_is_no_number_of_ours_says_nothing(number):
    with pytest.raises(ValueError, match=r"not an id|substring"):
        minted_at(number)
