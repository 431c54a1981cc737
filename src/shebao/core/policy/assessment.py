"""Assessment (核定): what one person owes for one period, whose money it is, and why.

The personal part is what the bill says. What government pays in the person's place makes that
part smaller; subsidy and fiscal share come on top and are nobody's bill. Every line of the
arithmetic is written for the person who pays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shebao.core.money import ZERO, Money, total
from shebao.core.policy.category import must_be_known
from shebao.core.policy.choice import Choice, Situation
from shebao.core.policy.fund import Payer, Share
from shebao.core.policy.reckoning import (
    Reckoned,
    reckon_base,
    reckon_category,
    reckon_range,
    reckon_tier,
)
from shebao.core.policy.rules import BaseRate, ByCategory, Range, Rule, Tiers
from shebao.core.policy.scheme import Confidence, Scheme, Source, in_force


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is owed, by whom, to which fund; by which version, and how it was reckoned."""

    personal: Money
    government: Money
    subsidy: Money
    fiscal: Money
    shares: tuple[Share, ...]
    version: str
    source: Source
    confidence: Confidence
    arithmetic: tuple[str, ...]
    label: str  # What was chosen, such as 5,000.00 元档, or 老年居民.


def assess(
    scheme: Scheme, situation: Situation, choice: Choice | None, *, as_of: date
) -> Assessment:
    """What a person owes for a period, by what was known on a day."""
    version = in_force(scheme, situation.period, as_of=as_of)
    must_be_known(scheme, situation)
    assert version.rule is not None
    reckoned = _reckoned(scheme, version.rule, situation, choice)
    by = {
        payer: total(share.amount for share in reckoned.shares if share.payer is payer)
        for payer in Payer
    }
    return Assessment(
        personal=by[Payer.PERSONAL],
        government=by[Payer.GOVERNMENT],
        subsidy=by[Payer.SUBSIDY],
        fiscal=by[Payer.FISCAL],
        shares=tuple(share for share in reckoned.shares if share.amount != ZERO),
        version=version.id,
        source=version.source,
        confidence=version.confidence,
        arithmetic=reckoned.lines,
        label=reckoned.label,
    )


def _reckoned(scheme: Scheme, rule: Rule, situation: Situation, choice: Choice | None) -> Reckoned:
    match rule:
        case Tiers():
            return reckon_tier(scheme, rule, situation, choice)
        case Range():
            return reckon_range(scheme, rule, situation, choice)
        case ByCategory():
            return reckon_category(scheme, rule, situation, choice)
        case BaseRate():
            return reckon_base(scheme, rule, situation, choice)
