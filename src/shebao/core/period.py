"""Period: the stretch of time a contribution is for (费款所属期), a year or a month.

A period is not a date. Money for 2026 may be paid in 2025, and usually is.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

_DECEMBER: Final = 12
_PERIOD = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A year such as 2026, or a month such as 2026-03."""

    year: int
    month: int | None = None

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read 2026 or 2026-03."""
        match = _PERIOD.fullmatch(text)
        if match is None:
            raise ValueError(f"not a period: {text!r} (write 2026 or 2026-03)")
        return cls(int(match[1]), int(match[2]) if match[2] else None)

    @property
    def first_day(self) -> date:
        """The day whose policy governs the whole period."""
        return date(self.year, self.month or 1, 1)

    @property
    def last_day(self) -> date:
        """The last day the period covers."""
        month = self.month or _DECEMBER
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def label(self) -> str:
        """The period as people say it: 2024 年度, 2024 年 7 月."""
        if self.month is None:
            return f"{self.year} 年度"
        return f"{self.year} 年 {self.month} 月"

    def months(self) -> tuple[Period, ...]:
        """The months it is made of: twelve of a year, one of a month."""
        if self.month is not None:
            return (self,)
        return tuple(Period(self.year, month) for month in range(1, _DECEMBER + 1))

    def __str__(self) -> str:
        return f"{self.year}" if self.month is None else f"{self.year}-{self.month:02d}"
