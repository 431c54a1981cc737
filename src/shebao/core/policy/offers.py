"""Offers (可选项): what there is to choose, each with what it comes to, before anybody chooses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shebao.core.money import Money, total
from shebao.core.policy.category import must_be_known
from shebao.core.policy.choice import Choice, ChoiceKind, Situation
from shebao.core.policy.reckoning import aid_for, in_yuan, may_take, only_base, reckon_part
from shebao.core.policy.rules import Band, Base, BaseRate, Range, Tiers
from shebao.core.policy.scheme import CarryOver, Scheme, in_force


class OptionsKind(StrEnum):
    """What kind of thing there is to choose."""

    NONE = "none"
    TIERS = "tiers"
    RANGE = "range"
    BASES = "bases"


@dataclass(frozen=True, slots=True)
class TierOption:
    """One tier. A subsidy of None has not been found; `personal` is what the person pays."""

    amount: Money
    personal: Money
    subsidy: Money | None
    allowed: bool
    label: str
    why: str  # Why it is not allowed, or what to know of it.


@dataclass(frozen=True, slots=True)
class BaseOption:
    """One base, and what a month comes to with it."""

    base: Money
    monthly: Money
    label: str


@dataclass(frozen=True, slots=True)
class Options:
    """What there is to choose: only the fields of its kind are filled."""

    kind: OptionsKind
    tiers: tuple[TierOption, ...] = ()
    bases: tuple[BaseOption, ...] = ()
    any_base: bool = False  # Any base between minimum and maximum will do.
    minimum: Money | None = None
    maximum: Money | None = None
    step: Money | None = None
    bands: tuple[Band, ...] = ()
    subsidy_ended: bool = False  # The years of subsidy are used up.

    @property
    def choice_kind(self) -> ChoiceKind | None:
        """The kind of choice these options ask for."""
        return {
            OptionsKind.NONE: None,
            OptionsKind.TIERS: ChoiceKind.TIER,
            OptionsKind.RANGE: ChoiceKind.AMOUNT,
            OptionsKind.BASES: ChoiceKind.BASE,
        }[self.kind]


def options(scheme: Scheme, situation: Situation, *, as_of: date) -> Options:
    """What a person may choose for a period, by what was known on a day."""
    rule = in_force(scheme, situation.period, as_of=as_of).rule
    must_be_known(scheme, situation)
    match rule:
        case Tiers():
            return Options(OptionsKind.TIERS, tiers=_tiers(scheme, rule, situation))
        case Range():
            limit = rule.subsidy_years
            return Options(
                OptionsKind.RANGE,
                minimum=rule.minimum,
                maximum=rule.maximum,
                step=rule.step,
                bands=rule.bands,
                subsidy_ended=limit is not None and situation.subsidised_years >= limit,
            )
        case BaseRate() if only_base(rule) is None:
            return _bases(rule)
        case _:
            return Options(OptionsKind.NONE)


def suggested(
    scheme: Scheme, situation: Situation, last: Money | None, *, as_of: date
) -> Choice | None:
    """Last year's choice, if it can still be made; None when somebody must choose afresh."""
    found = options(scheme, situation, as_of=as_of)
    kind, low, high = found.choice_kind, found.minimum, found.maximum
    if last is None or kind is None:
        return None
    if low is not None and high is not None:
        if scheme.carry_over is CarryOver.LIFTED:
            last = max(last, low)
        if found.any_base or found.kind is OptionsKind.RANGE:
            return Choice(kind, last) if low <= last <= high else None
    offered = {tier.amount for tier in found.tiers if tier.allowed}
    offered |= {base.base for base in found.bases}
    return Choice(kind, last) if last in offered else None


def _tiers(scheme: Scheme, rule: Tiers, situation: Situation) -> tuple[TierOption, ...]:
    aid = aid_for(rule.aids, situation)
    found = []
    for tier in rule.offers:
        allowed = may_take(tier, situation)
        only = "、".join(scheme.identities.get(id_, id_) for id_ in sorted(tier.only))
        found.append(
            TierOption(
                amount=tier.amount,
                personal=tier.amount - min(aid.pays, tier.amount) if aid else tier.amount,
                subsidy=tier.subsidy,
                allowed=allowed,
                label=f"{in_yuan(tier.amount)}档",
                why=tier.note if allowed else f"仅限{only}",
            )
        )
    return tuple(found)


def _bases(rule: BaseRate) -> Options:
    offers, minimum, maximum = rule.bases, None, None
    if rule.bounds is not None:
        minimum, maximum = rule.bounds
        offers = offers or (Base(minimum, "下限"), Base(maximum, "上限"))
    elif offers:
        minimum, maximum = offers[0].amount, offers[-1].amount
    return Options(
        OptionsKind.BASES,
        bases=tuple(
            BaseOption(base.amount, _monthly(rule, base.amount), base.label) for base in offers
        ),
        any_base=rule.bounds is not None,
        minimum=minimum,
        maximum=maximum,
        step=rule.step if rule.bounds is not None else None,
    )


def _monthly(rule: BaseRate, base: Money) -> Money:
    """What a month comes to with a base, all funds together."""
    return total(reckon_part(rule, part, base)[0] for part in rule.parts)
