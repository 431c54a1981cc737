"""A period is paid for inside its window, or later with a wait, or not at all."""

from datetime import date

import pytest
from tests.core.policy_cases import BASES, CATEGORIES, a_scheme, a_version

from shebao.core.period import Period
from shebao.core.policy.scheme import Extension, PeriodKind, Season
from shebao.core.policy.window import (
    NotOpenYet,
    WindowClosed,
    WindowState,
    must_be_open,
    open_periods,
    window,
)

COVER = Period(2024)
SEASON = Season(
    COVER,
    opens=date(2023, 10, 1),
    closes=date(2023, 12, 20),
    self_service_from=date(2023, 11, 1),
    extensions=(Extension(known_from=date(2023, 12, 18), closes=date(2023, 12, 31)),),
    wait_months=2,
)
SCHEME = a_scheme(a_version(CATEGORIES), seasons={COVER: SEASON})
UNKNOWN = a_scheme(a_version(CATEGORIES))
MONTHLY = a_scheme(a_version(BASES), kind=PeriodKind.MONTH)


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2023, 9, 30), WindowState.NOT_YET),
        (date(2023, 10, 31), WindowState.NOT_YET),
        (date(2023, 11, 1), WindowState.OPEN),
        (date(2023, 12, 31), WindowState.OPEN),
        (date(2024, 1, 1), WindowState.LATE),
        (date(2024, 10, 31), WindowState.LATE),
        (date(2024, 11, 1), WindowState.CLOSED),
    ],
)
def test_a_window_opens_for_people_closes_and_takes_late_payment_while_it_helps(on, state):
    assert window(SCHEME, COVER, on=on).state is state


@pytest.mark.parametrize(
    ("on", "closes", "extended"),
    [
        (date(2023, 12, 17), date(2023, 12, 20), False),
        (date(2023, 12, 18), date(2023, 12, 31), True),
    ],
)
def test_an_extension_counts_from_the_day_it_was_known(on, closes, extended):
    found = window(SCHEME, COVER, on=on)
    assert (found.closes, found.extended) == (closes, extended)


def test_late_payment_says_from_when_it_covers():
    found = window(SCHEME, COVER, on=date(2024, 10, 31))
    assert found.cover_from == date(2024, 12, 1)
    assert found.payable_until == date(2024, 10, 31)


def test_before_people_may_pay_the_window_says_when_they_may():
    with pytest.raises(NotOpenYet) as refused:
        must_be_open(SCHEME, COVER, on=date(2023, 10, 15))
    assert refused.value.opens == date(2023, 11, 1)
    assert window(SCHEME, COVER, on=date(2023, 10, 15)).batch_opens == date(2023, 10, 1)


def test_when_it_is_over_the_window_says_since_when():
    with pytest.raises(WindowClosed) as refused:
        must_be_open(SCHEME, COVER, on=date(2024, 12, 1))
    assert refused.value.closed == date(2024, 10, 31)


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2023, 12, 31), WindowState.NOT_YET),
        (date(2024, 1, 1), WindowState.OPEN),
        (date(2024, 12, 31), WindowState.OPEN),
        (date(2025, 1, 1), WindowState.CLOSED),
    ],
)
def test_where_nobody_knows_the_days_a_year_is_paid_during_that_year(on, state):
    found = window(UNKNOWN, COVER, on=on)
    assert (found.state, found.confirmed) == (state, False)


def test_months_are_paid_up_to_this_one_and_no_further():
    assert open_periods(MONTHLY, on=date(2024, 3, 15)) == (
        Period(2024, 1),
        Period(2024, 2),
        Period(2024, 3),
    )


def test_next_years_cover_is_open_while_this_years_is_not_yet_over():
    assert open_periods(SCHEME, on=date(2023, 11, 5)) == (Period(2023), COVER)


def test_a_period_no_version_governs_is_not_open():
    ended = a_scheme(a_version(CATEGORIES, ends=date(2023, 12, 31)), seasons={COVER: SEASON})
    assert open_periods(ended, on=date(2024, 3, 1)) == ()


@pytest.mark.parametrize(
    ("period", "last_day", "label"),
    [
        (Period(2024), date(2024, 12, 31), "2024 年度"),
        (Period(2024, 2), date(2024, 2, 29), "2024 年 2 月"),
    ],
)
def test_a_period_knows_its_last_day_and_what_people_call_it(period, last_day, label):
    assert (period.last_day, period.label) == (last_day, label)


def test_a_year_has_twelve_months_and_a_month_one():
    assert Period(2024).months() == tuple(Period(2024, month) for month in range(1, 13))
    assert Period(2024, 7).months() == (Period(2024, 7),)
