"""Advice (选档参考): what each tier costs now, what it will pay a month, and when it has paid back.

In today's money: what is paid, and what everybody gets, stay as they are today. An estimate says
every assumption it rests on and the document behind it; what is unknown is left out and named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from shebao.core.money import ZERO, Money, Rounding
from shebao.core.policy.assessment import Assessment, assess
from shebao.core.policy.benefit import Benefit, BenefitKind, Cited
from shebao.core.policy.choice import Choice, Situation
from shebao.core.policy.offers import Options, OptionsKind, options
from shebao.core.policy.reckoning import in_yuan
from shebao.core.policy.rules import BaseRate, Range, Tiers
from shebao.core.policy.scheme import Scheme, in_force
from shebao.core.refusals import Refusal

_MONTHS = 12
_PERCENT = Decimal(100)
_BOUND_OF_AVERAGE = 3  # The upper limit of a base is three times the average wage.


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What somebody tells of themselves: nothing by which they could be known."""

    age: int
    draws_at: int
    years_paid: int = 0
    balance: Money = ZERO  # 个人账户现有储存额
    interest: Decimal = Decimal(0)  # Of the account, a year.


@dataclass(frozen=True, slots=True)
class Prospect:
    """What one choice costs and brings. A subsidy of None was not found and is not counted."""

    choice: Choice
    yearly: Money  # What the person pays a year.
    subsidy: Money | None
    government: Money
    years: int  # How many more are paid.
    bought: int  # How many missing years are paid back besides, without subsidy.
    paid: Money  # All of it together.
    account: Money  # In the personal account when drawing begins.
    basic: Money
    from_account: Money
    seniority: Money
    even_months: int  # After how many months of drawing what was paid has come back.

    @property
    def monthly(self) -> Money:
        """The pension of a month."""
        return self.basic + self.from_account + self.seniority


@dataclass(frozen=True, slots=True)
class Advice:
    """Every choice beside the others, what it rests on, and what costs less."""

    prospects: tuple[Prospect, ...]
    assumptions: tuple[Cited, ...]
    unknown: tuple[str, ...]
    cheaper: tuple[str, ...]
    missing_years: Decimal  # How many years are short of a monthly pension, if any.
    draws_at: int


@dataclass(eq=False)
class NoAdvice(Refusal):
    """Of this scheme too little is known to say what it will pay."""

    scheme: str


@dataclass(eq=False)
class AgesUnfit(Refusal):
    """One cannot begin to draw at that age, or is past it."""

    ages: str


def advise(scheme: Scheme, situation: Situation, plan: Plan, *, as_of: date) -> Advice:
    """Set every choice of a period beside the others. Raises NoAdvice or AgesUnfit."""
    benefit = scheme.benefit
    if benefit is None:
        raise NoAdvice(scheme.name)
    if plan.draws_at not in benefit.months or plan.age >= plan.draws_at:
        raise AgesUnfit("、".join(map(str, benefit.ages)))
    offered = options(scheme, situation, as_of=as_of)
    reckoner = _Reckoner(scheme, situation, plan, benefit, as_of)
    prospects = tuple(map(reckoner.prospect, reckoner.choices(offered)))
    if not prospects:
        raise NoAdvice(scheme.name)
    return Advice(
        prospects=prospects,
        assumptions=tuple(reckoner.assumptions()),
        unknown=tuple(reckoner.unknown(prospects)),
        cheaper=tuple(reckoner.cheaper(offered)),
        missing_years=max(Decimal(0), reckoner.least - plan.years_paid - reckoner.years),
        draws_at=plan.draws_at,
    )


@dataclass(frozen=True, slots=True)
class _Reckoner:
    """Reckons the choices of one person."""

    scheme: Scheme
    situation: Situation
    plan: Plan
    benefit: Benefit
    as_of: date

    @property
    def years(self) -> int:
        """How many more years are paid until drawing begins."""
        return self.plan.draws_at - self.plan.age

    @property
    def least(self) -> Decimal:
        """The least years for a pension by the month."""
        return self.benefit.least_in(self.situation.period.year + self.years)

    @property
    def bought(self) -> int:
        """The missing years that may be paid back."""
        if not self.benefit.back_pay:
            return 0
        return max(0, int(self.least) - self.plan.years_paid - self.years)

    @property
    def average(self) -> Money | None:
        """The average wage the bases stand on: a third of the upper limit."""
        rule = in_force(self.scheme, self.situation.period, as_of=self.as_of).rule
        if not isinstance(rule, BaseRate):
            return None
        upper = rule.bounds[1] if rule.bounds else rule.bases[-1].amount
        return Money(upper.fen // _BOUND_OF_AVERAGE)

    def choices(self, offered: Options) -> Iterator[Choice]:
        """What is set side by side: every tier and base, or the amounts where a band begins."""
        kind = offered.choice_kind
        if kind is None:
            return
        if offered.kind is OptionsKind.TIERS:
            amounts = [tier.amount for tier in offered.tiers if tier.allowed]
        elif offered.kind is OptionsKind.RANGE:
            assert offered.minimum is not None
            assert offered.maximum is not None
            amounts = [offered.minimum, *(b.at_least for b in offered.bands), offered.maximum]
        else:
            amounts = [base.base for base in offered.bases]
            amounts += [self.average] if offered.any_base and self.average else []
        for amount in sorted(set(amounts)):
            yield Choice(kind, amount)

    def prospect(self, choice: Choice) -> Prospect:
        """One choice, from now until it has paid back."""
        owed = assess(self.scheme, self.situation, choice, as_of=self.as_of)
        times = _MONTHS if self.benefit.kind is BenefitKind.EMPLOYEE else 1
        yearly = Money(owed.personal.fen * times)
        account = self._account(owed, choice)
        basic, seniority = self._basic(choice), self._seniority()
        from_account = _divided(account, self.benefit.months[self.plan.draws_at])
        paid = Money(yearly.fen * (self.years + self.bought))
        monthly = basic + from_account + seniority
        return Prospect(
            choice=choice,
            yearly=yearly,
            subsidy=self._subsidy(owed, choice),
            government=owed.government,
            years=self.years,
            bought=self.bought,
            paid=paid,
            account=account,
            basic=basic,
            from_account=from_account,
            seniority=seniority,
            even_months=-(-paid.fen // monthly.fen) if monthly > ZERO else 0,
        )

    def _account(self, owed: Assessment, choice: Choice) -> Money:
        """What will be in the account: a year's deposit bears interest from the next year on."""
        growth = 1 + self.plan.interest
        held = Decimal(self.plan.balance.fen)
        for year in range(self.years):
            held = held * growth + self._deposit(owed, choice, year)
        return Money(int(held) + owed.personal.fen * self.bought)

    def _deposit(self, owed: Assessment, choice: Choice, year: int) -> int:
        if self.benefit.account_rate is not None:
            part = choice.value.at_rate(self.benefit.account_rate, Rounding.HALF_UP)
            return part.fen * _MONTHS
        limit = self._subsidy_years
        ended = limit is not None and self.situation.subsidised_years + year >= limit
        return owed.personal.fen + owed.government.fen + (0 if ended else owed.subsidy.fen)

    @property
    def _subsidy_years(self) -> int | None:
        rule = in_force(self.scheme, self.situation.period, as_of=self.as_of).rule
        return rule.subsidy_years if isinstance(rule, Range) else None

    def _basic(self, choice: Choice) -> Money:
        """The basic pension: the city's, or what base and years make of the average wage."""
        if self.benefit.kind is BenefitKind.RESIDENT:
            found = self.benefit.basic_on(self.as_of)
            return found.monthly if found else ZERO
        average = self.average
        assert average is not None
        index = Decimal(choice.value.fen) / average.fen
        years = self.plan.years_paid + self.years
        fen = average.fen * (1 + index) / 2 * years / _PERCENT
        return Money(int(fen.quantize(Decimal(1), Rounding.HALF_UP.value)))

    def _seniority(self) -> Money:
        found = self.benefit.seniority
        years = self.plan.years_paid + self.years + self.bought
        return found.of(years) if found else ZERO

    def _subsidy(self, owed: Assessment, choice: Choice) -> Money | None:
        rule = in_force(self.scheme, self.situation.period, as_of=self.as_of).rule
        if isinstance(rule, Tiers):
            tier = next(one for one in rule.offers if one.amount == choice.value)
            return tier.subsidy
        return owed.subsidy if isinstance(rule, Range) and rule.bands else None

    def assumptions(self) -> Iterator[Cited]:
        """Everything the figures rest on."""
        version = in_force(self.scheme, self.situation.period, as_of=self.as_of)
        says = f"{self.situation.period.label}的缴费标准和补贴，以后每年不变"
        yield Cited(says, str(version.source), str(version.confidence))
        yield from self.benefit.cited
        basic, average = self.benefit.basic_on(self.as_of), self.average
        if basic is not None:
            yield basic.cited
        if self.benefit.seniority is not None:
            yield self.benefit.seniority.cited
        if average is not None:
            says = (
                f"计发基数用缴费基数上限的三分之一，{in_yuan(average)}；缴费指数一直和所选基数一样"
            )
            yield Cited(says, str(version.source), "D")
        yield Cited(f"{self.plan.draws_at} 岁起领，领以前每年都缴，没有断缴", "", "")
        if self.plan.interest:
            yield Cited(f"个人账户每年按 {self.plan.interest * 100:f}% 计息", "", "")

    def unknown(self, prospects: tuple[Prospect, ...]) -> Iterator[str]:
        """What could not be found, and is in no figure."""
        if self.benefit.kind is BenefitKind.RESIDENT:
            if self.benefit.basic_on(self.as_of) is None:
                yield "当地的基础养老金没有查到，没有计入，实际会更多"
            if any(one.subsidy is None for one in prospects):
                yield "当地每档的缴费补贴没有查到，没有计入，实际会更多"
        else:
            yield "当地公布的计发基数没有查到"
        if not self.plan.interest:
            yield "各年的账户利率没有查全，按不计利息算，实际会更多；您可以自己填一个利率"

    def cheaper(self, offered: Options) -> Iterator[str]:
        """What the law offers at less, to this person."""
        for tier in offered.tiers:
            if tier.allowed and tier.personal < tier.amount:
                yield f"{tier.label}，政府代缴以后您缴 {in_yuan(tier.personal)}"
        low = next(self.choices(offered)).value
        if self.benefit.kind is BenefitKind.EMPLOYEE:
            yield f"可以按最低的基数 {in_yuan(low)}缴，年限一样算"
        else:
            yield f"可以选最低的 {in_yuan(low)}，年限一样算，以后每年可以改"


def even_age(prospect: Prospect, draws_at: int) -> tuple[int, int]:
    """How old somebody is when what they paid has come back: years and months."""
    return draws_at + prospect.even_months // _MONTHS, prospect.even_months % _MONTHS


def _divided(account: Money, months: int) -> Money:
    """An account as a pension of a month, a part of a fen counted as one (进一)."""
    return Money(int((Decimal(account.fen) / months).quantize(Decimal(1), ROUND_CEILING)))
