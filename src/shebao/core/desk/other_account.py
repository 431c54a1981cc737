"""Other account (另一个账户): where a refund goes that its own channel cannot bring home.

A closed card is answered by another card of the payer's, to which the channel brings the money;
money that came over a counter goes by a transfer from our bank. Two people do it: one writes the
account down, the other writes its number down once more from the paper.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shebao.core.account import masked_account
from shebao.core.person import masked_name, parse_name
from shebao.core.refusals import Refusal

DIGITS_LEAST: Final = 8
DIGITS_MOST: Final = 32
_CARD_DIGITS: Final = (12, 19)
_BANK_MOST: Final = 60


class Carrier(StrEnum):
    """Who brings the money to the other account."""

    CHANNEL = "channel"  # 由渠道退到另一张卡
    TRANSFER = "transfer"  # 从对公账户转账


@dataclass(frozen=True, slots=True)
class OtherAccount:
    """An account as a clerk wrote it down."""

    carrier: Carrier
    bank: str  # A channel's word for the bank, or the bank's own name.
    number: str = field(repr=False)
    holder: str = field(repr=False)

    @property
    def number_masked(self) -> str:
        """The number, as people may read it."""
        return masked_account(self.number)

    @property
    def holder_masked(self) -> str:
        """The holder, as people may read it."""
        return masked_name(self.holder)


@dataclass(eq=False)
class AccountNumberUnclear(Refusal):
    """This cannot be the number of such an account."""

    least: int
    most: int


@dataclass(eq=False)
class BankNeeded(Refusal):
    """Nobody said at which bank the account is."""


@dataclass(eq=False)
class CardNotOffered(Refusal):
    """This refund cannot be brought to another card by its channel."""


@dataclass(eq=False)
class AccountTypedOtherwise(Refusal):
    """The second person wrote another number down than the first."""


@dataclass(eq=False)
class BankSerialNeeded(Refusal):
    """A transfer is known by the bank's number of it, and that is missing."""


def other_account(carrier: Carrier, *, bank: str, number: str, holder: str) -> OtherAccount:
    """An account as it was written down.

    Raises AccountNumberUnclear, BankNeeded, or what is wrong with the name.
    """
    bank = " ".join(bank.split())
    if not 0 < len(bank) <= _BANK_MOST:
        raise BankNeeded
    digits = account_digits(number)
    least, most = _CARD_DIGITS if carrier is Carrier.CHANNEL else (DIGITS_LEAST, DIGITS_MOST)
    if not (digits.isascii() and digits.isdigit() and least <= len(digits) <= most):
        raise AccountNumberUnclear(least, most)
    return OtherAccount(carrier, bank, digits, parse_name(holder))


def account_digits(number: str) -> str:
    """A number without the spaces and dashes people write in it."""
    return "".join(number.replace("-", " ").split())
