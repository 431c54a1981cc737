"""Lapse (中断缴费): months that were missed since the last one paid, and what more of them cost.

The month that runs is not missed yet. Up to the region's limit, paying the missed months up
leaves no trace; one month more, and cover waits again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from shebao.core.period import Period
from shebao.core.policy.scheme import GapTerms

_MONTHS = 12
_TELL_BEFORE = 1  # From so many missed months before the limit on, people are told.


@dataclass(frozen=True, slots=True)
class Lapse:
    """A break in payment, as it stands on a day."""

    last_paid: Period
    missed: int  # Whole months without payment.
    months: int  # How many may be missed.
    wait_months: int
    pay_by: date  # The last day before the break is a long one.

    @property
    def broken(self) -> bool:
        """Whether more months were missed than may be."""
        return self.missed > self.months

    @property
    def first_missed(self) -> Period:
        """The first month that was missed."""
        return _later(self.last_paid, 1)


def lapse(last_paid: Period, terms: GapTerms, *, on: date) -> Lapse | None:
    """The break as it stands; none while there is nothing to tell."""
    assert last_paid.month is not None
    missed = (on.year * _MONTHS + on.month) - (last_paid.year * _MONTHS + last_paid.month) - 1
    if missed < max(1, terms.months - _TELL_BEFORE):
        return None
    return Lapse(
        last_paid=last_paid,
        missed=missed,
        months=terms.months,
        wait_months=terms.wait_months,
        pay_by=_later(last_paid, terms.months + 2).first_day - timedelta(days=1),
    )


def _later(period: Period, months: int) -> Period:
    assert period.month is not None
    count = period.year * _MONTHS + period.month - 1 + months
    return Period(count // _MONTHS, count % _MONTHS + 1)
