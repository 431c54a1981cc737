"""Choice (选择) and situation (情形): what somebody chose, and what we are told of them.

A choice is an amount in all three kinds: the amount of a tier, an amount inside a range, or a
base. What people write is read here once, so that no page and no command reads it differently.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shebao.core.identity import Sex
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.refusals import Refusal

_NOISE: Final = re.compile(r"[\s,，元¥]")
_AMOUNT: Final = re.compile(r"0*(?P<yuan>[0-9]{1,9})(?:\.(?P<rest>[0-9]*))?")
_FEN_DIGITS: Final = 2


class ChoiceKind(StrEnum):
    """What there is to choose."""

    TIER = "tier"  # 档次
    AMOUNT = "amount"  # 缴费金额
    BASE = "base"  # 缴费基数

    @property
    def label(self) -> str:
        """What people call it."""
        return {"tier": "档次", "amount": "金额", "base": "基数"}[self]


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose, such as the tier of 5,000 yuan."""

    kind: ChoiceKind
    value: Money

    @classmethod
    def read(cls, kind: ChoiceKind, text: str) -> Choice:
        """Read what a person typed; full-width digits, commas and 元 do no harm."""
        return cls(kind, read_amount(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What we are told of the person and the period; nobody is asked twice for it."""

    period: Period
    category: str | None = None
    district: str | None = None
    identity: str | None = None  # 特殊身份, such as low_income.
    born: date | None = None
    sex: Sex | None = None
    subsidised_years: int = 0  # 已享受缴费补贴的年数.


@dataclass(eq=False)
class AmountUnreadable(Refusal):
    """What was typed is not an amount of money."""

    text: str


@dataclass(eq=False)
class AmountNotWhole(Refusal):
    """An amount is finer than the smallest step: 1999.995, or 1000.50 where yuan are asked."""

    amount: str
    step: str


@dataclass(eq=False)
class ChoiceNeeded(Refusal):
    """Nothing was chosen, or the wrong kind of thing: a tier, an amount or a base is needed."""

    scheme: str
    wanted: str


@dataclass(eq=False)
class NothingToChoose(Refusal):
    """The amount is fixed for everybody of a kind; nobody chooses it."""

    scheme: str


@dataclass(eq=False)
class AmountOutOfRange(Refusal):
    """An amount is below the least or above the most that may be paid."""

    amount: str
    minimum: str
    maximum: str


@dataclass(eq=False)
class TierNotOffered(Refusal):
    """The tier is not on the list of this period (any more)."""

    tier: str
    period: str
    offered: str


@dataclass(eq=False)
class TierReserved(Refusal):
    """The tier is kept for people of some special identities."""

    tier: str
    only: str


@dataclass(eq=False)
class BaseNotOffered(Refusal):
    """The base is not on the list, or outside the bounds, of this period."""

    base: str
    period: str
    offered: str


def read_amount(text: str) -> Money:
    """Read an amount as people type it; anything finer than a fen is refused."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise AmountUnreadable(text)
    rest = (match["rest"] or "").rstrip("0")
    if len(rest) > _FEN_DIGITS:
        raise AmountNotWhole(amount=plain, step="0.01")
    return Money(int(match["yuan"]) * 100 + int(rest.ljust(_FEN_DIGITS, "0")))


def age_on(born: date, day: date) -> int:
    """The age in whole years; a year is full on the birthday itself."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
