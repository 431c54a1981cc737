"""Window (缴费期): when a period may be paid for, and what waiting costs.

Where no document gives the days, the window is *unconfirmed*: a year is taken during that year,
and a month from its first day until its year ends. Payment after a season may still be taken,
with cover that begins later; once cover could not begin inside the period, it is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from shebao.core.period import Period
from shebao.core.policy.scheme import (
    NoPolicyInForce,
    PeriodKind,
    PolicyUnconfirmed,
    Scheme,
    Season,
    in_force,
)
from shebao.core.refusals import Refusal

_MONTHS: Final = 12


class WindowState(StrEnum):
    """Where a day stands to a window."""

    NOT_YET = "not_yet"  # 未开始
    OPEN = "open"  # 缴费期内
    LATE = "late"  # 过了集中缴费期，仍可补办，待遇有等待期
    CLOSED = "closed"  # 已截止


@dataclass(frozen=True, slots=True)
class Window:
    """When a period may be paid for, seen from one day."""

    period: Period
    state: WindowState
    opens: date  # The first day on which people may pay by themselves.
    closes: date  # The last day without a wait.
    batch_opens: date  # The first day of the season; before `opens` only batches run.
    extended: bool
    confirmed: bool
    wait_months: int | None  # How long cover waits after a late payment.
    cover_from: date | None  # When cover begins, if paid late on that day.
    payable_until: date  # The last day on which any payment is taken.
    note: str

    @property
    def payable(self) -> bool:
        """Whether a payment is taken on that day."""
        return self.state in {WindowState.OPEN, WindowState.LATE}


@dataclass(eq=False)
class NotOpenYet(Refusal):
    """The window has not opened: nothing can be paid for this period yet."""

    scheme: str
    period: str
    opens: date


@dataclass(eq=False)
class WindowClosed(Refusal):
    """The window has closed, and no late payment is taken."""

    scheme: str
    period: str
    closed: date


def window(scheme: Scheme, period: Period, *, on: date) -> Window:
    """Say how a day stands to the window of a period."""
    season = scheme.seasons.get(period)
    if season is None:
        return _unconfirmed(period, on)
    known = [extension for extension in season.extensions if extension.known_from <= on]
    closes = max([season.closes, *(extension.closes for extension in known)])
    opens = max(season.opens, season.self_service_from or season.opens)
    until = _late_until(season, closes)
    state, cover_from = _state(opens, closes, until, on), None
    if state is WindowState.LATE and season.wait_months is not None:
        cover_from = _months_later(on, season.wait_months)
    return Window(
        period=period,
        state=state,
        opens=opens,
        closes=closes,
        batch_opens=season.opens,
        extended=closes > season.closes,
        confirmed=True,
        wait_months=season.wait_months,
        cover_from=cover_from,
        payable_until=until,
        note=season.note,
    )


def must_be_open(scheme: Scheme, period: Period, *, on: date) -> Window:
    """The window, if a payment is taken on that day."""
    found = window(scheme, period, on=on)
    if found.state is WindowState.NOT_YET:
        raise NotOpenYet(scheme.name, str(period), found.opens)
    if found.state is WindowState.CLOSED:
        raise WindowClosed(scheme.name, str(period), found.payable_until)
    return found


def open_periods(scheme: Scheme, *, on: date) -> tuple[Period, ...]:
    """The periods that can be paid for on a day, by a version known on that day."""
    if scheme.kind is PeriodKind.MONTH:
        candidates = Period(on.year).months()
    else:
        candidates = tuple(Period(on.year + years) for years in (-1, 0, 1))
    return tuple(
        period
        for period in candidates
        if window(scheme, period, on=on).payable and _governed(scheme, period, on)
    )


def _governed(scheme: Scheme, period: Period, on: date) -> bool:
    try:
        in_force(scheme, period, as_of=on)
    except (NoPolicyInForce, PolicyUnconfirmed):
        return False
    return True


def _state(opens: date, closes: date, until: date, on: date) -> WindowState:
    if on < opens:
        return WindowState.NOT_YET
    if on <= closes:
        return WindowState.OPEN
    return WindowState.LATE if on <= until else WindowState.CLOSED


def _unconfirmed(period: Period, on: date) -> Window:
    opens, closes = period.first_day, date(period.year, _MONTHS, 31)
    return Window(
        period=period,
        state=_state(opens, closes, closes, on),
        opens=opens,
        closes=closes,
        batch_opens=opens,
        extended=False,
        confirmed=False,
        wait_months=None,
        cover_from=None,
        payable_until=closes,
        note="缴费起止日期未查到，按当年内可缴处理",
    )


def _late_until(season: Season, closes: date) -> date:
    """The last day whose payment still brings a day of cover inside the period."""
    if season.wait_months is None:
        return closes
    last = season.period.last_day
    months = last.year * _MONTHS + last.month - season.wait_months  # Zero-based month after it.
    return max(closes, date(months // _MONTHS, months % _MONTHS + 1, 1) - timedelta(days=1))


def _months_later(day: date, months: int) -> date:
    count = day.year * _MONTHS + day.month - 1 + months
    return date(count // _MONTHS, count % _MONTHS + 1, 1)
