"""Rules (计费规则): the four ways a region says what is owed, each of them a table.

*tiers* (分档): a closed list of amounts. *range* (任选): any amount between two bounds.
*by_category* (定额): one amount for each kind of person. *base_rate* (基数): a base and a rate.
A rule holds figures and never a formula to be evaluated, so the same value serves one quote and
a run over ten million people. `assessment` applies it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from shebao.core.identity import Sex
from shebao.core.money import Money, Rounding
from shebao.core.period import Period
from shebao.core.policy.fund import Fund

FEN: Final = Money(1)


@dataclass(frozen=True, slots=True)
class Aid:
    """Government pays up to an amount for people of some identities (政府代缴)."""

    identities: frozenset[str]
    pays: Money
    whose: str  # Such as 区财政.


@dataclass(frozen=True, slots=True)
class Tier:
    """One amount on a closed list. A subsidy of None has not been found: it is not zero."""

    amount: Money
    subsidy: Money | None = None
    only: frozenset[str] = frozenset()  # Identities it is kept for; empty means everybody.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tiers:
    """A closed list of amounts (分档)."""

    offers: tuple[Tier, ...]
    aids: tuple[Aid, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """From this amount on, this subsidy, until the next band begins."""

    at_least: Money
    subsidy: Money


@dataclass(frozen=True, slots=True)
class Range:
    """Any amount between two bounds (任选金额). No bands: the subsidy has not been found."""

    minimum: Money
    maximum: Money
    step: Money
    bands: tuple[Band, ...] = ()
    subsidy_years: int | None = None  # 补贴累计年数上限.
    aids: tuple[Aid, ...] = ()


@dataclass(frozen=True, slots=True)
class Ages:
    """An age test for one sex, both ends included."""

    sex: Sex
    youngest: int | None = None
    oldest: int | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of person and what is paid for them. No amount: not confirmed, so not offered.

    `ages` put a person here by themselves. When they are decisive they win over what the
    enrolment says: a woman of fifty is 城乡老年人 in Beijing, whatever she was last year.
    """

    id: str
    name: str
    personal: Money | None
    fiscal: Money | None = None
    also: tuple[str, ...] = ()  # Other names people use for it.
    ages: tuple[Ages, ...] = ()
    decisive: bool = False
    rest: bool = False  # Everybody whose age puts them nowhere else.
    districts: Mapping[str, Money] = field(default_factory=dict)
    bundled: tuple[tuple[Fund, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceDay:
    """The day on which ages are measured (年龄基准日), counted from the period's year."""

    years_before: int
    month: int
    day: int

    def of(self, period: Period) -> date:
        """The day itself, for one period."""
        return date(period.year - self.years_before, self.month, self.day)


@dataclass(frozen=True, slots=True)
class ByCategory:
    """One amount for each kind of person (定额); free identities owe nothing of it."""

    categories: tuple[Category, ...]
    reference: ReferenceDay
    free: frozenset[str] = frozenset()
    free_by: str = ""  # Who pays for the free, such as 财政.


@dataclass(frozen=True, slots=True)
class Base:
    """A base on a closed list, with the name people know it by, such as 60%."""

    amount: Money
    label: str = ""


@dataclass(frozen=True, slots=True)
class AverageBase:
    """A base made from the upper limit: a third of it is the average wage, times a share."""

    upper: Money
    divisor: int
    share: Decimal
    step: Money  # What the base is rounded to, half up.

    @property
    def exact(self) -> Decimal:
        """The base in yuan before it is rounded."""
        return Decimal(self.upper.fen) * self.share / self.divisor / 100

    @property
    def amount(self) -> Money:
        """The base."""
        steps = Decimal(self.upper.fen) * self.share / self.divisor / self.step.fen
        return Money(int(steps.quantize(Decimal(1), Rounding.HALF_UP.value)) * self.step.fen)


@dataclass(frozen=True, slots=True)
class Part:
    """What one fund takes of the base."""

    fund: Fund
    rate: Decimal
    rounding: Rounding


@dataclass(frozen=True, slots=True)
class Published:
    """An amount the agency printed. It wins over the arithmetic, be it a fen away."""

    fund: Fund
    amount: Money
    base: Money | None = None  # None: whatever the base.


@dataclass(frozen=True, slots=True)
class BaseRate:
    """A base times a rate (基数 × 费率): a list of bases, bounds, or one base for all."""

    parts: tuple[Part, ...]
    bases: tuple[Base, ...] = ()
    bounds: tuple[Money, Money] | None = None
    step: Money = FEN
    average: AverageBase | None = None
    published: tuple[Published, ...] = ()


Rule = Tiers | Range | ByCategory | BaseRate
