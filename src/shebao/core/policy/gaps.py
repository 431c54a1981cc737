"""Gaps (缺缴): the periods nobody has paid for, what each would cost, and whether it still can be.

Only what is known is told: from the first period anybody told us of. Earlier ones are unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.core.policy.assessment import assess
from shebao.core.policy.choice import Choice, Situation
from shebao.core.policy.offers import options, suggested
from shebao.core.policy.scheme import PeriodKind, Scheme
from shebao.core.policy.window import Window, WindowState, open_periods, window
from shebao.core.refusals import Refusal

_MONTHS = 12


class Standing(StrEnum):
    """How a gap can be filled, or why it cannot."""

    OWED = "owed"  # There is a bill for it.
    OPEN = "open"  # It can be chosen, or will be billed, and paid.
    CLOSED = "closed"  # Its window is over.
    FREE = "free"  # Government pays all of it.
    UNCERTAIN = "uncertain"  # No confirmed rule says what it costs.


@dataclass(frozen=True, slots=True)
class Owed:
    """What a bill asks for a period, and until when."""

    amount: Money
    until: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody's payments to one scheme."""

    paid_until: Period | None  # What the agency told: no gap is looked for before it.
    began: Period | None  # The first period for which they had an ordinary bill here.
    paid: frozenset[Period]
    owed: Mapping[Period, Owed]
    last_choice: Money | None


@dataclass(frozen=True, slots=True)
class Gap:
    """One period that nobody paid for. `lowest`: the price of the least that can be chosen."""

    period: Period
    standing: Standing
    window: Window
    personal: Money | None
    until: date | None  # The last day on which it can be paid; None: no day is known, or never.
    lowest: bool = False


def known_from(scheme: Scheme, known: Known, *, on: date) -> Period | None:
    """The first period that can be called paid or missing; earlier ones are unknown."""
    if known.paid_until is not None and _fits(scheme, known.paid_until):
        return _next(known.paid_until)
    told = [*([known.began] if known.began else []), *open_periods(scheme, on=on)]
    return min(told, key=lambda period: period.first_day, default=None)


def gaps(scheme: Scheme, situation: Situation, known: Known, *, on: date) -> tuple[Gap, ...]:
    """The missing periods, oldest first: months that are over, and years that have begun.

    What a bill asks is among them, however long ago.
    """
    since = known_from(scheme, known, on=on)
    begun = {period for period in known.owed if period.first_day <= on}
    missing = (begun | set(_over(since, on))) - known.paid
    return tuple(
        _gap(scheme, replace(situation, period=period), known, on)
        for period in sorted(missing, key=lambda period: period.first_day)
    )


def _over(first: Period | None, on: date) -> Iterable[Period]:
    running = Period(on.year, on.month)
    while first is not None and first.first_day <= on and first != running:
        yield first
        first = _next(first)


def _gap(scheme: Scheme, situation: Situation, known: Known, on: date) -> Gap:
    period = situation.period
    found = window(scheme, period, on=on)
    owed = known.owed.get(period)
    if owed is not None:
        return Gap(period, Standing.OWED, found, owed.amount, owed.until)
    if found.state is WindowState.CLOSED:
        return Gap(period, Standing.CLOSED, found, None, None)
    try:
        choice = suggested(scheme, situation, known.last_choice, as_of=on)
        lowest = choice is None
        choice = choice or _least(scheme, situation, on)
        personal = assess(scheme, situation, choice, as_of=on).personal
    except Refusal:
        return Gap(period, Standing.UNCERTAIN, found, None, None)
    if personal == ZERO:
        return Gap(period, Standing.FREE, found, None, None)
    lowest = lowest and choice is not None
    return Gap(period, Standing.OPEN, found, personal, found.payable_until, lowest)


def _least(scheme: Scheme, situation: Situation, on: date) -> Choice | None:
    """The least that can be chosen; none where there is nothing to choose."""
    offered = options(scheme, situation, as_of=on)
    kind = offered.choice_kind
    amounts = [tier.amount for tier in offered.tiers if tier.allowed]
    amounts += [base.base for base in offered.bases]
    if offered.minimum is not None:
        amounts.append(offered.minimum)
    return Choice(kind, min(amounts)) if kind is not None and amounts else None


def _fits(scheme: Scheme, period: Period) -> bool:
    return (period.month is not None) is (scheme.kind is PeriodKind.MONTH)


def _next(period: Period) -> Period:
    if period.month is None:
        return Period(period.year + 1)
    return Period(period.year + period.month // _MONTHS, period.month % _MONTHS + 1)
