"""Returning (退费规定): on which grounds a contribution may go back, and until when.

The law is thin here and cities differ, so each rule is data: a ground, the schemes it holds for,
until when, what must be shown, and the document it stands on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from shebao.core.period import Period
from shebao.core.refusals import Refusal


class Ground(StrEnum):
    """Why somebody asks for a contribution to go back."""

    DUPLICATE = "duplicate"  # 重复缴费, or insured twice
    DEATH = "death"  # 参保人死亡
    WRONG_PLACE = "wrong_place"  # 错缴异地
    POLICY = "policy"  # 政策退费: the identity that lowers the amount was known only later
    MISTAKEN = "mistaken"  # 误收: the office, the agency or the bank was wrong

    @property
    def label(self) -> str:
        """The ground, as offices call it."""
        return _LABELS[self]


_LABELS: Final[Mapping[Ground, str]] = {
    Ground.DUPLICATE: "重复缴费",
    Ground.DEATH: "参保人死亡",
    Ground.WRONG_PLACE: "错缴异地",
    Ground.POLICY: "政策退费",
    Ground.MISTAKEN: "误收",
}


class Until(StrEnum):
    """Until when a ground holds."""

    COVER_BEGINS = "cover_begins"  # The day before the period's first.
    ANY_TIME = "any_time"


@dataclass(frozen=True, slots=True)
class ReturnRule:
    """One ground: the schemes it holds for (none named: all), until when, and what to show."""

    ground: Ground
    schemes: frozenset[str]
    until: Until
    shows: str  # The proof to bring, in words.
    source: str

    def holds_for(self, scheme: str) -> bool:
        """Whether it is a rule for this scheme."""
        return not self.schemes or scheme in self.schemes

    def last_day(self, period: Period) -> date | None:
        """The last day on which somebody may ask; none when any day will do."""
        if self.until is Until.ANY_TIME:
            return None
        return period.first_day - timedelta(days=1)


@dataclass(eq=False)
class GroundNotOffered(Refusal):
    """There is no rule that gives this scheme's money back on this ground."""

    ground: str


@dataclass(eq=False)
class ReturnTooLate(Refusal):
    """The ground held until a day that is over."""

    ground: str
    last_day: date


def rules_for(
    rules: Iterable[ReturnRule], *, scheme: str, period: Period, on: date
) -> tuple[ReturnRule, ...]:
    """The rules that hold for a scheme and a period on a day."""
    return tuple(
        rule
        for rule in rules
        if rule.holds_for(scheme) and on <= (rule.last_day(period) or date.max)
    )


def rule_for(
    rules: Iterable[ReturnRule], ground: Ground, *, scheme: str, period: Period, on: date
) -> ReturnRule:
    """The rule of a ground. Raises GroundNotOffered or ReturnTooLate."""
    found = [rule for rule in rules if rule.ground is ground and rule.holds_for(scheme)]
    if not found:
        raise GroundNotOffered(ground.label)
    for rule in rules_for(found, scheme=scheme, period=period, on=on):
        return rule
    last = max(rule.last_day(period) or date.max for rule in found)
    raise ReturnTooLate(ground.label, last)
