"""Told: WeChat's transactions and refunds, in our own words.

Whatever is missing, of a wrong kind or about somebody else raises ``ValueError``,
``TypeError`` or ``LookupError`` here; callers have one word for that, which is Forged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import from_json

from shebao.core.channel import Forged, Outcome, RefundOutcome, ReturnTold, Told
from shebao.core.money import Money
from shebao.gateways import signing
from shebao.gateways.wechat.account import WeChatAccount

Words = Mapping[str, object]

# What may go wrong while reading words that are not what they should be.
UNREADABLE: Final = (ValueError, TypeError, LookupError, OverflowError, RecursionError)

# WeChat spells some of its codes in two ways.
PAID: Final = frozenset({"ORDERPAID", "ORDER_PAID"})
UNHEARD_OF: Final = frozenset(
    {"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS", "REFUND_NOT_EXISTS"}
)
CLOSING: Final = {
    **dict.fromkeys(PAID, Outcome.PAID),
    **dict.fromkeys(UNHEARD_OF, Outcome.UNHEARD_OF),
    "ORDER_CLOSED": Outcome.CLOSED,
    "ORDERCLOSED": Outcome.CLOSED,
    "USERPAYING": Outcome.WAITING,  # The payer is typing the password: it cannot be closed yet.
    "USER_PAYING": Outcome.WAITING,
    "ORDER_PAYING": Outcome.WAITING,
}
_FEN_MAX: Final = 10**12
_OUTCOMES: Final = {
    "SUCCESS": Outcome.PAID,
    "REFUND": Outcome.PAID,  # It was paid, and some of it went back since.
    "NOTPAY": Outcome.WAITING,
    "USERPAYING": Outcome.WAITING,
    "ACCEPT": Outcome.WAITING,
    "CLOSED": Outcome.CLOSED,
    "REVOKED": Outcome.CLOSED,
    "PAYERROR": Outcome.FAILED,
}
_REFUND_OUTCOMES: Final = {
    "SUCCESS": RefundOutcome.SUCCEEDED,
    "PROCESSING": RefundOutcome.PROCESSING,
    "ABNORMAL": RefundOutcome.ABNORMAL,
    "CLOSED": RefundOutcome.CLOSED,
}


def read_words(body: bytes) -> Words:
    """Read a JSON object. This parser takes a third of the time of the standard one."""
    words = from_json(body)
    if not isinstance(words, dict):
        raise TypeError("not an object")
    return words


def open_resource(cipher: AESGCM, envelope: Words) -> tuple[str, Words]:
    """Decrypt what a notice is about: the kind of thing, and its words."""
    resource = inner(envelope, "resource")
    if resource["algorithm"] != "AEAD_AES_256_GCM":
        raise Forged("algorithm")
    opened = signing.open_sealed(
        cipher,
        nonce=text(resource, "nonce"),
        ciphertext=text(resource, "ciphertext"),
        associated=text(resource, "associated_data") if resource.get("associated_data") else "",
    )
    return text(resource, "original_type"), read_words(opened)


def transaction(account: WeChatAccount, words: Words, *, notice_id: str | None = None) -> Told:
    """Say what a transaction object tells of an attempt of ours."""
    if words["mchid"] != account.mchid or words["appid"] != account.appid:
        raise Forged("not_ours")
    state = text(words, "trade_state")
    # A state we have never heard of settles nothing: we go on waiting and asking.
    outcome = _OUTCOMES.get(state, Outcome.WAITING)
    paid = outcome is Outcome.PAID
    amount = inner(words, "amount") if paid or "amount" in words else None
    return Told(
        attempt_id=text(words, "out_trade_no"),
        outcome=outcome,
        amount=None if amount is None else _fen(amount, "total"),
        reference=text(words, "transaction_id") if paid else None,
        happened_at=_moment(text(words, "success_time")) if paid else None,
        notice_id=notice_id,
        says=str(words.get("trade_state_desc") or state),
    )


def parts(
    account: WeChatAccount,
    words: Words,
    *,
    whole_id: str | None = None,
    notice_id: str | None = None,
) -> list[Told]:
    """Say what a combined order tells of its parts; the number of each telling is its own."""
    ours = (words["combine_mchid"], words["combine_appid"]) == (account.mchid, account.appid)
    if not ours or (whole_id is not None and words["combine_out_trade_no"] != whole_id):
        raise Forged("not_ours")
    found = [_part(one, notice_id) for one in objects(words, "sub_orders")]
    if not found:
        raise ValueError("sub_orders")
    return found


def _part(words: Words, notice_id: str | None) -> Told:
    state = text(words, "trade_state")
    outcome = _OUTCOMES.get(state, Outcome.WAITING)
    paid = outcome is Outcome.PAID
    attempt_id = text(words, "out_trade_no")
    return Told(
        attempt_id=attempt_id,
        outcome=outcome,
        amount=_fen(inner(words, "amount"), "total_amount"),
        reference=text(words, "transaction_id") if paid else None,
        happened_at=_moment(text(words, "success_time")) if paid else None,
        notice_id=None if notice_id is None else f"{notice_id}/{attempt_id}",
        says=state,
    )


def refund(words: Words, *, state: str, notice_id: str | None = None) -> ReturnTold:
    """Say what a refund object tells; notices and answers name its state differently."""
    happened_at = words.get("success_time")
    return ReturnTold(
        refund_id=text(words, "out_refund_no"),
        outcome=_REFUND_OUTCOMES.get(text(words, state), RefundOutcome.PROCESSING),
        amount=_fen(inner(words, "amount"), "refund"),
        reference=text(words, "refund_id"),
        happened_at=_moment(str(happened_at)) if happened_at else None,
        notice_id=notice_id,
    )


def text(words: Words, name: str) -> str:
    """Take a text that must be there."""
    value = words[name]
    if not isinstance(value, str) or not value:
        raise TypeError(name)
    return value


def inner(words: Words, name: str) -> Words:
    """Take an object that must be there."""
    value = words[name]
    if not isinstance(value, dict):
        raise TypeError(name)
    return value


def objects(words: Words, name: str) -> list[Words]:
    """Take a list of objects that must be there."""
    value = words[name]
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise TypeError(name)
    return value


def _fen(amount: Words, name: str) -> Money:
    if amount.get("currency", "CNY") != "CNY":
        raise Forged("currency")
    fen = amount[name]
    if type(fen) is not int or not 0 <= fen < _FEN_MAX:
        raise ValueError(name)
    return Money(fen)


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError(written)
    return moment.astimezone(UTC)
