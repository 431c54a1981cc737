"""Work days (工作日): which days banks work, as each year's notice on holidays says.

A year without a notice falls back to Monday to Friday, and says that it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkDays:
    """Days off that are no weekend, and weekends that are worked."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()  # Whose notice is known.

    def sure_of(self, day: date) -> bool:
        """Whether the notice of that year is known."""
        return day.year in self.years

    def works(self, day: date) -> bool:
        """Whether banks work on a day."""
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.off)

    def from_on(self, day: date) -> Iterator[date]:
        """The work days from a day on, that day included."""
        while True:
            if self.works(day):
                yield day
            day += _DAY

    def up_to(self, day: date) -> date:
        """The last work day that is not after a day."""
        while not self.works(day):
            day -= _DAY
        return day
