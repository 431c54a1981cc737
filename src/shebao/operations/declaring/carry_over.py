"""Carry over (沿用往年): the amount that follows from last year, before anybody submits it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.core.policy.assessment import assess
from shebao.core.policy.choice import Choice
from shebao.core.policy.offers import suggested
from shebao.core.policy.scheme import CarryOver, PeriodKind
from shebao.core.refusals import Refusal
from shebao.operations.issue_bills import situation_of
from shebao.operations.payables import ToChoose
from shebao.operations.world import World
from shebao.store.persons import PersonRow


@dataclass(frozen=True, slots=True)
class Following:
    """A year for which last year's choice would do, and what the person would pay."""

    enrolment_id: str
    period: Period
    choice: Choice
    amount: Money


def following(world: World, person: PersonRow, wanted: ToChoose) -> Iterator[Following]:
    """The years for which the choice of an earlier year follows by itself, if it is possible."""
    scheme, enrolment = wanted.scheme, wanted.enrolment
    if scheme.carry_over is CarryOver.ASK or scheme.kind is not PeriodKind.YEAR:
        return
    today = world.today(enrolment.region_code)
    for period in wanted.periods:
        situation = situation_of(person, enrolment, period)
        try:
            choice = suggested(scheme, situation, wanted.last_choice, as_of=today)
            if choice is None:
                continue
            amount = assess(scheme, situation, choice, as_of=today).personal
        except Refusal:  # The page where one chooses says why.
            continue
        if amount != ZERO:
            yield Following(enrolment.id, period, choice, amount)
