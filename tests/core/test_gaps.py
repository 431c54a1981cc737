"""Gaps are told as far as anybody knows: what each costs, until when, or why it cannot be paid."""

from datetime import date

from tests.core.policy_cases import BASES, CATEGORIES, TIERS, a_scheme, a_version

from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.choice import Situation
from shebao.core.policy.gaps import Known, Owed, Standing, gaps, known_from
from shebao.core.policy.scheme import PeriodKind, Season

MONTHLY = a_scheme(a_version(BASES), kind=PeriodKind.MONTH)
YEARLY = a_scheme(a_version(TIERS))
NOTHING = Known(paid_until=None, began=None, paid=frozenset(), owed={}, last_choice=None)
SOMEBODY = Situation(period=Period(2024))


def known(**facts):
    return Known(
        **{name: getattr(NOTHING, name) for name in Known.__slots__} | facts,
    )


def found(scheme, what, on):
    return {str(gap.period): gap for gap in gaps(scheme, SOMEBODY, what, on=on)}


def test_months_are_missed_across_years_and_only_this_years_can_still_be_paid():
    missing = found(MONTHLY, known(paid_until=Period(2023, 10)), date(2024, 3, 15))
    assert list(missing) == ["2023-11", "2023-12", "2024-01", "2024-02"]
    standings = [gap.standing for gap in missing.values()]
    assert standings == [Standing.CLOSED] * 2 + [Standing.OPEN] * 2
    assert missing["2023-12"].until is None
    assert missing["2024-01"].until == date(2024, 12, 31)
    assert missing["2024-01"].lowest
    assert missing["2024-01"].personal > Money.yuan("0")


def test_what_was_paid_is_no_gap_and_what_is_owed_says_its_bill():
    owed = Owed(Money.yuan("123.45"), date(2024, 6, 30))
    what = known(
        paid_until=Period(2024, 1), paid=frozenset({Period(2024, 3)}), owed={Period(2024, 2): owed}
    )
    missing = found(MONTHLY, what, date(2024, 5, 1))
    assert list(missing) == ["2024-02", "2024-04"]
    gap = missing["2024-02"]
    assert (gap.standing, gap.personal, gap.until) == (Standing.OWED, owed.amount, owed.until)


def test_years_before_anybody_told_us_are_unknown_and_never_called_missing():
    on = date(2024, 6, 1)
    assert known_from(YEARLY, NOTHING, on=on) == Period(2024)
    assert list(found(YEARLY, NOTHING, on)) == ["2024"]
    decided = known(owed={Period(2021): Owed(Money.yuan("1000"), None)})
    assert list(found(YEARLY, decided, on)) == ["2021", "2024"]
    assert list(found(YEARLY, known(began=Period(2022)), on)) == ["2022", "2023", "2024"]


def test_a_late_year_says_when_cover_begins_and_a_closed_one_no_price():
    season = Season(Period(2024), opens=date(2023, 10, 1), closes=date(2023, 12, 31), wait_months=3)
    scheme = a_scheme(a_version(CATEGORIES), seasons={Period(2024): season})
    what = known(began=Period(2024))
    [late] = gaps(scheme, SOMEBODY, what, on=date(2024, 3, 5))
    assert late.window.cover_from == date(2024, 6, 1)
    [closed] = gaps(scheme, SOMEBODY, what, on=date(2024, 12, 5))
    assert (closed.standing, closed.personal, closed.until) == (Standing.CLOSED, None, None)


def test_without_a_confirmed_rule_a_gap_has_no_price():
    scheme = a_scheme(a_version(TIERS, begins=date(2030, 1, 1)))
    [gap] = gaps(scheme, SOMEBODY, known(began=Period(2024)), on=date(2024, 6, 1))
    assert (gap.standing, gap.personal) == (Standing.UNCERTAIN, None)
