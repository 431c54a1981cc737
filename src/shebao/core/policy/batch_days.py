"""Batch days (批扣日): on which days a scheme is collected by the banks, and what a failure means.

Where no document gives the days, none are planned and a clerk names the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shebao.core.policy.work_days import WorkDays

_MONTHS: Final = 12
_AHEAD: Final = 24  # Months looked through for the next day.


class Shift(StrEnum):
    """Where a day goes on which banks are closed."""

    LATER = "later"  # 顺延
    EARLIER = "earlier"  # 提前


class Retry(StrEnum):
    """What happens to what could not be collected."""

    NEXT_DAY = "next_day"  # 下一个批扣日再扣
    NEXT_MONTH = "next_month"  # 并入下月
    NONE = "none"  # 不再批扣, 请自助缴费


@dataclass(frozen=True, slots=True)
class BatchDay:
    """A day of some months; a run of several begins there, on work days one after another."""

    months: tuple[int, ...]
    day: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class BatchTerms:
    """How one scheme is collected in batches."""

    days: tuple[BatchDay, ...] = ()
    shift: Shift = Shift.LATER
    cutoff_hour: int = 15  # 当日截止: the file must be out by then.
    last_day: date | None = None
    retry: Retry = Retry.NONE
    stop_after_months: int | None = None  # 连续几个月扣不到就停扣
    merges: bool = False  # 欠费合并: months before this one are collected with it.
    format: str = "pipe"
    source: str = ""  # The document; empty where none was found.

    def days_of(self, year: int, month: int, work: WorkDays) -> tuple[date, ...]:
        """The days of a month."""
        found: set[date] = set()
        for one in self.days:
            if month in one.months:
                found.update(self._placed(date(year, month, one.day), one.times, work))
        last = self.last_day or date.max
        return tuple(sorted(day for day in found if day <= last))

    def next_day(self, after: date, work: WorkDays, *, next_month: bool = False) -> date | None:
        """The first planned day after a day; None when none is planned."""
        for day in self._planned(after, work):
            if day > after and not (next_month and (day.year, day.month) <= _month(after)):
                return day
        return None

    def again_on(self, failed_on: date, work: WorkDays) -> date | None:
        """When what failed on a day is tried again; None when it is not."""
        if self.retry is Retry.NONE:
            return None
        return self.next_day(failed_on, work, next_month=self.retry is Retry.NEXT_MONTH)

    def _planned(self, since: date, work: WorkDays) -> Iterator[date]:
        first = since.year * _MONTHS + since.month - 1
        for month in range(first, first + _AHEAD):
            yield from self.days_of(month // _MONTHS, month % _MONTHS + 1, work)

    def _placed(self, day: date, times: int, work: WorkDays) -> list[date]:
        if self.shift is Shift.EARLIER:
            day = work.up_to(day)
        days = work.from_on(day)
        return [next(days) for _ in range(times)]


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
