"""Told: Alipay's trades and refunds, in our own words.

Whatever is missing, of a wrong kind or about somebody else raises ``ValueError``,
``TypeError`` or ``LookupError`` here; callers have one word for that, which is Forged.

Alipay tells of a refund with the words of a payment: the trade's status again, TRADE_SUCCESS
after a part and TRADE_CLOSED after the whole, with ``refund_fee`` and ``gmt_refund`` beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from shebao.core.channel import Forged, Outcome, RefundOutcome, ReturnTold, Told
from shebao.core.money import ZERO, Money
from shebao.gateways.alipay.account import AlipayAccount

Words = Mapping[str, object]

BEIJING: Final = timezone(timedelta(hours=8))
# What may go wrong while reading words that are not what they should be.
UNREADABLE: Final = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
)

_AMOUNT_CHARACTERS_MAX: Final = len("9999999999.99")
# A notice is sent again for 25 hours; what is older than two days is a replay.
_NOTICE_LIVES: Final = timedelta(hours=48)
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_OUTCOMES: Final = {
    "WAIT_BUYER_PAY": Outcome.WAITING,
    "TRADE_SUCCESS": Outcome.PAID,
    "TRADE_FINISHED": Outcome.PAID,  # Paid so long ago that it can no longer be given back.
    "TRADE_CLOSED": Outcome.CLOSED,
}


def trade(words: Words) -> Told:
    """Say what the answer to an inquiry tells of an attempt of ours.

    A trade that was given back whole is TRADE_CLOSED, too; it was paid all the same, and only
    the time at which its money came tells it from one that nobody ever paid.
    """
    closed_after_payment = text(words, "trade_status") == "TRADE_CLOSED" and bool(
        words.get("send_pay_date")
    )
    return _told(words, paid_at="send_pay_date", paid=closed_after_payment)


def notice(account: AlipayAccount, words: Words, *, now: datetime) -> Told | ReturnTold:
    """Say what a verified notice tells."""
    if words.get("notify_type") != "trade_status_sync":
        raise Forged("not_ours")
    if words["app_id"] != account.app_id or words["seller_id"] != account.seller_id:
        raise Forged("not_ours")
    sent_at = _moment(text(words, "notify_time"))
    if not now - _NOTICE_LIVES <= sent_at <= now + _CLOCKS_DIFFER:
        raise Forged("stale")
    notice_id = text(words, "notify_id")
    if words.get("gmt_refund") or _refunded(words) > ZERO:
        return _returned(words, notice_id)
    return _told(words, paid_at="gmt_payment", paid=False, notice_id=notice_id)


def refund(words: Words, *, refund_id: str, attempt_id: str) -> ReturnTold | None:
    """Say what the answer to a refund inquiry tells; None when it does not say: it succeeded."""
    if words.get("refund_status") != "REFUND_SUCCESS":
        return None
    if text(words, "out_request_no") != refund_id or text(words, "out_trade_no") != attempt_id:
        raise Forged("not_asked_for")
    happened_at = words.get("gmt_refund_pay")
    return ReturnTold(
        refund_id=refund_id,
        outcome=RefundOutcome.SUCCEEDED,
        amount=_yuan(words, "refund_amount"),
        reference=text(words, "trade_no"),
        happened_at=_moment(str(happened_at)) if happened_at else None,
    )


def text(words: Words, name: str) -> str:
    """Take a text that must be there."""
    value = words[name]
    if not isinstance(value, str) or not value:
        raise TypeError(name)
    return value


def _told(words: Words, *, paid_at: str, paid: bool, notice_id: str | None = None) -> Told:
    status = text(words, "trade_status")
    # A state we have never heard of settles nothing: we go on waiting and asking.
    outcome = Outcome.PAID if paid else _OUTCOMES.get(status, Outcome.WAITING)
    is_paid = outcome is Outcome.PAID
    happened_at = words.get(paid_at)
    return Told(
        attempt_id=text(words, "out_trade_no"),
        outcome=outcome,
        amount=_yuan(words, "total_amount") if is_paid or words.get("total_amount") else None,
        reference=text(words, "trade_no") if is_paid else None,
        happened_at=_moment(str(happened_at)) if is_paid and happened_at else None,
        notice_id=notice_id,
        says=status,
    )


def _returned(words: Words, notice_id: str) -> ReturnTold:
    """A refund's notice: heard, and left to an inquiry.

    It says how much went back in all, not how much this time, and Alipay asks to be asked
    before a refund is believed. So it settles nothing by itself, and is never a payment.
    """
    happened_at = words.get("gmt_refund")
    return ReturnTold(
        # Without a number of ours somebody gave money back by hand; the trade's stands for it.
        refund_id=str(words.get("out_biz_no") or text(words, "trade_no")),
        outcome=RefundOutcome.PROCESSING,
        reference=text(words, "trade_no"),
        happened_at=_moment(str(happened_at)) if happened_at else None,
        notice_id=notice_id,
    )


def _refunded(words: Words) -> Money:
    return _yuan(words, "refund_fee") if words.get("refund_fee") else ZERO


def _yuan(words: Words, name: str) -> Money:
    written = text(words, name)
    if len(written) > _AMOUNT_CHARACTERS_MAX:
        raise ValueError(name)
    return Money.yuan(written)


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is not None:
        raise ValueError(written)  # Alipay writes the time of Beijing, and never says so.
    return moment.replace(tzinfo=BEIJING).astimezone(UTC)
