"""Told: UnionPay's transactions in our own words.

Whatever is missing, of a wrong kind or about somebody else raises ``ValueError`` or
``LookupError`` here; callers have one word for that, which is Forged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from shebao.core.channel import Forged, Outcome, RefundOutcome, ReturnTold, Told
from shebao.core.money import Money
from shebao.gateways.unionpay.account import UnionPayAccount

Words = Mapping[str, str]

# What may go wrong while reading words that are not what they should be.
UNREADABLE: Final = (ValueError, LookupError, OverflowError)
# 00 成功; A6 有缺陷的成功: the money moved, and something else did not.
SUCCEEDED: Final = frozenset({"00", "A6"})
# 超时, 状态未明, 已受理, 系统繁忙; 42: the bank paid after the time was over. None settles it.
UNDECIDED: Final = frozenset({"03", "04", "05", "06", "42"})
UNHEARD_OF: Final = "34"
_AMOUNT_DIGITS_MAX: Final = 12
_PAYMENT: Final = "01"
_GIVEN_BACK: Final = frozenset({"04", "31"})


def payment(words: Words, *, began_at: str, notice_id: str | None = None) -> Told:
    """Say what a query or a notice tells of an attempt of ours."""
    code = words.get("origRespCode") or words["respCode"]
    says = words.get("origRespMsg") or words.get("respMsg") or code
    if code not in SUCCEEDED:
        outcome = Outcome.WAITING if code in UNDECIDED else Outcome.FAILED
        return Told(words["orderId"], outcome, notice_id=notice_id, says=says)
    _check_currency(words)
    return Told(
        attempt_id=words["orderId"],
        outcome=Outcome.PAID,
        amount=_fen(words),
        reference=_number(words),
        happened_at=_moment(words["traceTime"], began_at),
        notice_id=notice_id,
        says=says,
    )


def returned(words: Words, *, began_at: str, notice_id: str | None = None) -> ReturnTold:
    """Say what a query or a notice tells of a refund of ours."""
    code = words.get("origRespCode") or words["respCode"]
    if code not in SUCCEEDED:
        outcome = RefundOutcome.PROCESSING if code in UNDECIDED else RefundOutcome.ABNORMAL
        return ReturnTold(words["orderId"], outcome, notice_id=notice_id)
    _check_currency(words)
    return ReturnTold(
        refund_id=words["orderId"],
        outcome=RefundOutcome.SUCCEEDED,
        amount=_fen(words),
        reference=_number(words),
        happened_at=_moment(words["traceTime"], began_at),
        notice_id=notice_id,
    )


def notice(account: UnionPayAccount, words: Words) -> Told | ReturnTold:
    """Say what a verified notice tells. It has no number but that of what it tells of."""
    if words["merId"] != account.mer_id:
        raise Forged("not_ours")
    notice_id = f"{words['queryId']}.{words['respCode']}"
    if words["txnType"] == _PAYMENT:
        return payment(words, began_at=words["txnTime"], notice_id=notice_id)
    if words["txnType"] in _GIVEN_BACK:
        return returned(words, began_at=words["txnTime"], notice_id=notice_id)
    raise Forged("not_ours")


def _check_currency(words: Words) -> None:
    if words.get("currencyCode", "156") != "156":
        raise Forged("currency")


def _fen(words: Words) -> Money:
    written = words["txnAmt"]
    if not (written.isascii() and written.isdecimal()) or len(written) > _AMOUNT_DIGITS_MAX:
        raise ValueError("txnAmt")
    return Money(int(written))


def _number(words: Words) -> str:
    number = words["queryId"]
    if not number:
        raise ValueError("queryId")
    return number


def _moment(month_to_second: str, began_at: str) -> datetime:
    """A time without its year: that of the beginning, or the next when a new year came between."""
    began = datetime.strptime(f"{began_at}+0800", "%Y%m%d%H%M%S%z")
    found = datetime.strptime(f"{began.year}{month_to_second}+0800", "%Y%m%d%H%M%S%z")
    if found < began - timedelta(days=180):
        found = found.replace(year=found.year + 1)
    return found.astimezone(UTC)
