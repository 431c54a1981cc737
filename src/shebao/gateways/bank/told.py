"""Told: the bank's words in ours.

Whatever is missing, of a wrong kind or about somebody else raises ``ValueError``,
``TypeError`` or ``LookupError`` here; callers have one word for that, which is Forged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from shebao.core.account import AccountKind
from shebao.core.agreement import AgreementTold, Standing
from shebao.core.channel import Outcome, RefundOutcome, ReturnTold, TakenBack, Told
from shebao.core.money import Money
from shebao.gateways.bank import seal
from shebao.gateways.bank.account import BankAccount

Words = Mapping[str, object]

# What may go wrong while reading words that are not what they should be.
UNREADABLE: Final = (ValueError, TypeError, LookupError, OverflowError, RecursionError)
_AMOUNT_CHARACTERS_MAX: Final = len("9999999999.99")
_OUTCOMES: Final = {
    "0": Outcome.PAID,
    "1": Outcome.FAILED,
    "2": Outcome.WAITING,
    "3": Outcome.CLOSED,
}
_REFUNDS: Final = {
    "0": RefundOutcome.SUCCEEDED,
    "1": RefundOutcome.CLOSED,
    "2": RefundOutcome.PROCESSING,
    "8": RefundOutcome.ABNORMAL,
}
_STANDINGS: Final = {
    "0": Standing.VALID,
    "1": Standing.ENDED,
    "8": Standing.REFUSED,
    "9": Standing.WAITING,
}
# The bank calls an account by what it is; that it is the pension's is a rule of ours.
KINDS: Final = {
    "bank_card": AccountKind.BANK_CARD,
    "social_card": AccountKind.SOCIAL_CARD,
}


def parts(body: bytes) -> tuple[Words, Words]:
    """The head and the body of a message."""
    whole = json.loads(body)
    if not isinstance(whole, dict):
        raise TypeError("not an object")
    return _inner(whole, "head"), _inner(whole, "body")


def payment(words: Words, *, notice_id: str | None = None) -> Told:
    """Say what became of an attempt of ours. A status we do not know settles nothing."""
    outcome = _OUTCOMES.get(text(words, "pay_status"), Outcome.WAITING)
    paid = outcome is Outcome.PAID
    return Told(
        attempt_id=text(words, "pay_no"),
        outcome=outcome,
        amount=_yuan(words, "amount") if paid else None,
        reference=text(words, "bank_serial") if paid else None,
        happened_at=seal.moment(text(words, "trans_time")) if paid else None,
        notice_id=notice_id,
        says=str(words.get("reject_msg") or ""),
    )


def refund(words: Words, *, notice_id: str | None = None) -> ReturnTold:
    """Say what became of a refund of ours."""
    outcome = _REFUNDS.get(text(words, "refund_status"), RefundOutcome.PROCESSING)
    done = outcome is RefundOutcome.SUCCEEDED
    return ReturnTold(
        refund_id=text(words, "refund_no"),
        outcome=outcome,
        amount=_yuan(words, "amount"),
        reference=text(words, "refund_serial"),
        happened_at=seal.moment(text(words, "trans_time")) if done else None,
        notice_id=notice_id,
    )


def agreement(account: BankAccount, words: Words, *, notice_id: str = "") -> AgreementTold:
    """Say how the agreement of a mandate of ours stands."""
    standing = _STANDINGS.get(text(words, "sign_status"), Standing.WAITING)
    mandate_id, says = text(words, "sign_no"), str(words.get("reject_msg") or "")
    if standing is not Standing.VALID:
        return AgreementTold(
            mandate_id=mandate_id, standing=standing, notice_id=notice_id, says=says
        )
    return AgreementTold(
        mandate_id=mandate_id,
        standing=standing,
        number=text(words, "protocol_no"),
        account=seal.uncover(account, text(words, "account_cipher")),
        kind=KINDS[text(words, "account_kind")],
        bank=text(words, "bank_name"),
        happened_at=seal.moment(text(words, "sign_time")),
        notice_id=notice_id,
    )


def taken_back(words: Words) -> TakenBack:
    """Say which money the bank took back."""
    return TakenBack(
        attempt_id=text(words, "pay_no"),
        reference=text(words, "bank_serial"),
        amount=_yuan(words, "amount"),
        number=text(words, "reversal_serial"),
        happened_at=seal.moment(text(words, "reversal_time")),
        says=str(words.get("reason") or ""),
    )


def text(words: Words, name: str) -> str:
    """Take a text that must be there."""
    value = words[name]
    if not isinstance(value, str) or not value:
        raise TypeError(name)
    return value


def _inner(words: Words, name: str) -> Words:
    value = words[name]
    if not isinstance(value, dict):
        raise TypeError(name)
    return value


def _yuan(words: Words, name: str) -> Money:
    written = text(words, name)
    if len(written) > _AMOUNT_CHARACTERS_MAX:
        raise ValueError(name)
    return Money.yuan(written)
