"""Till (钱箱): the cash in a clerk's hands, and until when it may stay there.

Cash is handed in by the end of the next working day. What is taken on the last working day of a
week, or on the last day of the window it pays in, is handed in the same day: on Monday it would
be filed after the window has closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shebao.core.money import Money
from shebao.core.refusals import Refusal

_SATURDAY: Final = 5
_A_DAY: Final = timedelta(days=1)
AGES: Final = (0, 1, 3)  # Days late: 今天到期, 迟 1 天, 迟 2 至 3 天, and whatever is older.


def due_on(taken_on: date, window_ends: Iterable[date] = ()) -> date:
    """The last day on which cash taken on a day is handed in.

    >>> due_on(date(2023, 11, 2)), due_on(date(2023, 11, 3))
    (datetime.date(2023, 11, 3), datetime.date(2023, 11, 3))
    """
    if _rests(taken_on):  # Taken in a village on a Sunday: the office opens on Monday.
        due = taken_on
        while _rests(due):
            due += _A_DAY
    else:
        due = taken_on if _rests(taken_on + _A_DAY) else taken_on + _A_DAY
    return max(taken_on, min([due, *window_ends]))


def days_late(due: date, today: date) -> int:
    """How many days cash is over its time; nought while it is not."""
    return max(0, (today - due).days)


def age_of(late: int) -> str:
    """The shelf a lateness stands on: ``0``, ``1``, ``3`` or ``more``, in days at the most."""
    return next((str(most) for most in AGES if late <= most), "more")


def _rests(day: date) -> bool:
    return day.weekday() >= _SATURDAY


@dataclass(frozen=True, slots=True)
class Overdue:
    """Cash that should have been handed in, or be at the bank, with who has it."""

    office: str
    clerk_id: str
    stage: str  # till: with a clerk; counting: before the cashier; safe: not deposited; bank.
    things: int
    amount: Money
    due: date
    late: int


@dataclass(eq=False)
class TillTooSmall(Refusal):
    """There is less cash in the till than is to be paid out of it."""

    held: Money
    wanted: Money


@dataclass(eq=False)
class CounterMethodClosed(Refusal):
    """No counter of this region takes money this way."""

    region: str
    method: str
