"""Cash has a day by which it is handed in, and cash of a Friday does not wait for Monday."""

from datetime import date

import pytest

from shebao.core.desk.till import age_of, days_late, due_on

MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (date(2023, 11, day) for day in (6, 9, 10, 11, 12))


@pytest.mark.parametrize(
    ("taken_on", "window_ends", "due"),
    [
        (MONDAY, [], date(2023, 11, 7)),
        (THURSDAY, [], FRIDAY),
        (FRIDAY, [], FRIDAY),
        (SATURDAY, [], date(2023, 11, 13)),
        (SUNDAY, [], date(2023, 11, 13)),
        (MONDAY, [MONDAY], MONDAY),
        (MONDAY, [date(2023, 12, 31)], date(2023, 11, 7)),
        (SATURDAY, [SUNDAY], SUNDAY),
        (MONDAY, [date(2023, 12, 31), MONDAY], MONDAY),
        (MONDAY, [date(2023, 10, 31)], MONDAY),
    ],
)
def test_cash_is_handed_in_by_the_next_working_day_and_before_its_window_closes(
    taken_on, window_ends, due
):
    assert due_on(taken_on, window_ends) == due


@pytest.mark.parametrize(
    ("today", "late", "age"),
    [(FRIDAY, 0, "0"), (SATURDAY, 1, "1"), (SUNDAY, 2, "3"), (date(2023, 11, 20), 10, "more")],
)
def test_cash_grows_old_a_day_at_a_time(today, late, age):
    assert days_late(FRIDAY, today) == late
    assert age_of(late) == age


def test_cash_is_not_late_before_its_day():
    assert days_late(FRIDAY, MONDAY) == 0
