"""Holidays are those of the yearly notices, and batch days those of the cities' documents."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from shebao.store.packs.folder import load_packs, packs_folder
from shebao.store.packs.holidays import load_holidays

WORK = load_holidays(packs_folder())


@pytest.mark.parametrize("year", sorted(WORK.years))
def test_a_year_agrees_with_what_others_know_of_it(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [WORK.works(day) for day in days] == [chinese_calendar.is_workday(day) for day in days]


def test_a_year_without_a_notice_falls_back_to_weekdays_and_says_so():
    assert not WORK.sure_of(date(2035, 10, 1))
    assert WORK.works(date(2035, 10, 1))


@pytest.mark.parametrize(
    ("scheme", "month", "days"),
    [
        ("resident_medical", (2023, 12), [15, 18, 19]),
        ("resident_medical", (2025, 1), [15, 16, 17]),
        ("resident_medical", (2025, 2), [17]),
        ("flexible_pension", (2024, 9), [6, 18]),
        ("resident_pension", (2024, 12), [9]),
    ],
)
def test_beijing_collects_on_the_days_its_documents_say(scheme, month, days):
    terms = load_packs(packs_folder())["110000"].scheme(scheme).deduction
    assert [day.day for day in terms.days_of(*month, WORK)] == days
