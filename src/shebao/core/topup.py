"""TopUp (个人账户充值): money somebody puts into a medical personal account because they like.

Nobody owes it, so it is a bill only from the moment it is asked for until its order is over.
It goes into the account of the card that was named and into no fund that others draw from.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shebao.core.account import masked_account
from shebao.core.bill import ShareOfBill
from shebao.core.money import Money
from shebao.core.policy.fund import Fund, Payer
from shebao.core.policy.scheme import TopUpTerms
from shebao.core.refusals import Refusal

_CARD: Final = re.compile(r"[A-Z0-9]{8,20}")
_NOISE: Final = re.compile(r"[\s-]")


@dataclass(frozen=True, slots=True)
class CardAccount:
    """The medical personal account (医保个人账户) behind a social-security card."""

    region_code: str
    person_id: str
    enrolment_id: str
    card_masked: str
    told_at: datetime

    @property
    def tail(self) -> str:
        """The last four characters of the card, which is all that is shown of it."""
        return self.card_masked[-4:]


@dataclass(eq=False)
class CardUnreadable(Refusal):
    """What was typed cannot be the number of a social-security card (社会保障卡)."""


@dataclass(eq=False)
class CardUnknown(Refusal):
    """No account is behind this card, or none one may top up: the two are never told apart."""


@dataclass(eq=False)
class TopUpNotOffered(Refusal):
    """The region, or the way in, does not let people top up."""

    channel: str


@dataclass(eq=False)
class TopUpYearFull(Refusal):
    """More would come into the account this year than the region allows."""

    per_year: Money
    left: Money


def read_card(text: str) -> str:
    """The number of a card as it is kept. Raises CardUnreadable."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()
    if _CARD.fullmatch(plain) is None:
        raise CardUnreadable
    return plain


def masked_card(number: str) -> str:
    """The number of a card, of which only the end is shown."""
    return masked_account(number)


def must_have_room(terms: TopUpTerms, *, so_far: Money, more: Money) -> None:
    """See that an account may take more this year. Raises TopUpYearFull."""
    left = terms.per_year - so_far
    if more > left:
        raise TopUpYearFull(terms.per_year, max(left, Money(0)))


def share_of(amount: Money) -> tuple[ShareOfBill, ...]:
    """Where the money of a top-up goes: into the personal account, all of it."""
    return (ShareOfBill(Fund.MEDICAL_ACCOUNT, Payer.PERSONAL, amount),)
