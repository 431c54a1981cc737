"""Cohort (同类人群): people the policy cannot tell apart, priced once however many they are.

A city of ten million is a few thousand cohorts: who has the same category, district, identity,
sex and age on the reference day owes the same. The arithmetic is done for each of them by the
same `assess` that answers one person, and never again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shebao.core.identity import Sex
from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.core.policy.assessment import Assessment, assess
from shebao.core.policy.choice import Choice, Situation
from shebao.core.policy.offers import OptionsKind, options, suggested
from shebao.core.policy.rules import BaseRate, ByCategory, Range, Tiers
from shebao.core.policy.scheme import CarryOver, Scheme, in_force
from shebao.core.refusals import Refusal

GOVERNMENT_PAYS = "government_pays"


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a person matters for a period's amount, beside category, district and identity."""

    reference_day: date | None = None  # Age counts, on this day; None: it does not.
    choice: bool = False  # What they chose last counts, and the years of their subsidy.


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """People of one kind. What does not matter for the amount is None in all of them."""

    key: str
    people: int
    category: str | None = None
    district: str | None = None
    identity: str | None = None
    sex: Sex | None = None
    age: int | None = None
    subsidised_years: int = 0
    last_choice: Money | None = None


@dataclass(frozen=True, slots=True)
class Priced:
    """What each person of a cohort owes; or in a word why nothing is billed to them."""

    cohort: Cohort
    assessment: Assessment | None
    chosen: Money | None = None  # The choice carried over from before, if one was needed.
    unbilled: str = ""


def traits(scheme: Scheme, period: Period, *, as_of: date) -> Traits:
    """What the version that governs a period looks at."""
    match in_force(scheme, period, as_of=as_of).rule:
        case ByCategory() as rule:
            aged = any(category.ages for category in rule.categories)
            return Traits(rule.reference.of(period) if aged else None)
        case Tiers() | Range() | BaseRate():
            return Traits(choice=True)
        case None:  # pragma: no cover  A version in force has a rule.
            raise AssertionError


def price(scheme: Scheme, period: Period, cohort: Cohort, *, as_of: date) -> Priced:
    """What everybody of a cohort owes for a period."""
    situation = _situation(scheme, period, cohort, as_of)
    try:
        choice = _carried(scheme, situation, cohort, as_of)
        found = assess(scheme, situation, choice, as_of=as_of)
    except Refusal as refusal:
        return Priced(cohort, None, unbilled=refusal.code)
    if found.personal == ZERO:
        return Priced(cohort, None, unbilled=GOVERNMENT_PAYS)
    return Priced(cohort, found, choice.value if choice else None)


def _situation(scheme: Scheme, period: Period, cohort: Cohort, as_of: date) -> Situation:
    day, born = traits(scheme, period, as_of=as_of).reference_day, None
    if day is not None and cohort.age is not None:
        born = day.replace(year=day.year - cohort.age)  # Anybody of that age on that day.
    return Situation(
        period=period,
        category=cohort.category,
        district=cohort.district,
        identity=cohort.identity,
        born=born,
        sex=cohort.sex,
        subsidised_years=cohort.subsidised_years,
    )


def _carried(scheme: Scheme, situation: Situation, cohort: Cohort, as_of: date) -> Choice | None:
    """Last year's choice where the scheme carries it over; nobody chooses for anybody else."""
    if options(scheme, situation, as_of=as_of).kind is OptionsKind.NONE:
        return None
    if scheme.carry_over is CarryOver.ASK:
        return None
    return suggested(scheme, situation, cohort.last_choice, as_of=as_of)
