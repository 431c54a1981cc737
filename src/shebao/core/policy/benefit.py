"""Benefit (养老待遇): what is known of the pension a scheme will pay, and by which document.

The same for everybody in the country: from how old, after how many years, and by how many months
an account is divided (计发月数). A city adds its basic pension (基础养老金) and what long
contribution earns (缴费年限养老金). What nobody could find is not here, and is not made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shebao.core.money import ZERO, Money


class BenefitKind(StrEnum):
    """By which formula a pension is reckoned."""

    RESIDENT = "resident"  # 城乡居民
    EMPLOYEE = "employee"  # 职工, whose scheme flexible workers are in


@dataclass(frozen=True, slots=True)
class Cited:
    """Something said, the document that says it, and how sure we are."""

    says: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class BasicPension:
    """What everybody gets a month from some day on (基础养老金)."""

    begins: date
    monthly: Money
    cited: Cited


@dataclass(frozen=True, slots=True)
class Seniority:
    """What so many years earn a month, and each further one (缴费年限养老金)."""

    years: int
    monthly: Money
    further: Money
    cited: Cited

    def of(self, years: int) -> Money:
        """What some years earn."""
        if years < self.years:
            return ZERO
        return Money(self.monthly.fen + (years - self.years) * self.further.fen)


@dataclass(frozen=True, slots=True)
class Rise:
    """From a year on, the least years grow by so many months a year, up to a limit."""

    begins: int
    months: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """All that is known of what a scheme pays."""

    kind: BenefitKind
    least_years: int
    ages: tuple[int, ...]
    months: Mapping[int, int]  # 计发月数, by the age at which somebody begins to draw.
    rise: Rise | None = None
    back_pay: bool = False
    account_rate: Decimal | None = None  # What of the base goes into the account, of employees.
    basic: tuple[BasicPension, ...] = ()
    seniority: Seniority | None = None
    cited: tuple[Cited, ...] = ()

    def basic_on(self, day: date) -> BasicPension | None:
        """The basic pension of a day, if it was found."""
        begun = [one for one in self.basic if one.begins <= day]
        return max(begun, key=lambda one: one.begins, default=None)

    def least_in(self, year: int) -> Decimal:
        """How many years somebody must have who begins to draw in a year."""
        least = Decimal(self.least_years)
        if self.rise is None or year < self.rise.begins:
            return least
        grown = (year - self.rise.begins + 1) * Decimal(self.rise.months) / 12
        return min(least + grown, Decimal(self.rise.most))
