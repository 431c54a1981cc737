"""The version that governs is the one in force for the period, as far as was known that day."""

from datetime import date

import pytest
from tests.core.policy_cases import BASES, RANGE, TODAY, YEAR, a_scheme, a_version

from shebao.core.period import Period
from shebao.core.policy.difference import changes
from shebao.core.policy.scheme import (
    Confidence,
    NoPolicyInForce,
    PeriodKind,
    PeriodMismatch,
    PolicyUnconfirmed,
    in_force,
)

EARLY = a_version(BASES, id="early", begins=date(2023, 1, 1), ends=date(2024, 12, 31))
LATE = a_version(
    BASES,
    id="late",
    begins=date(2024, 1, 1),
    ends=date(2024, 12, 31),
    known_from=date(2024, 9, 30),
)
MONTHLY = a_scheme(LATE, EARLY, kind=PeriodKind.MONTH)


@pytest.mark.parametrize(
    ("as_of", "id_"),
    [(date(2024, 9, 29), "early"), (date(2024, 9, 30), "late"), (date.max, "late")],
)
def test_what_was_published_late_governs_from_the_day_it_was_known(as_of, id_):
    assert in_force(MONTHLY, Period(2024, 3), as_of=as_of).id == id_


def test_what_was_published_late_does_not_reach_behind_its_first_day():
    assert in_force(MONTHLY, Period(2023, 12), as_of=date.max).id == "early"


def test_a_version_still_governs_the_month_that_begins_on_its_last_day():
    short = a_version(BASES, begins=date(2024, 1, 1), ends=date(2024, 3, 1))
    scheme = a_scheme(short, kind=PeriodKind.MONTH)
    assert in_force(scheme, Period(2024, 3), as_of=TODAY) is short
    with pytest.raises(NoPolicyInForce):
        in_force(scheme, Period(2024, 4), as_of=TODAY)


@pytest.mark.parametrize("period", [Period(2022, 12), Period(2025, 1)])
def test_outside_all_versions_there_is_no_policy(period):
    with pytest.raises(NoPolicyInForce) as refused:
        in_force(MONTHLY, period, as_of=date.max)
    assert refused.value.period == str(period)


def test_an_unconfirmed_version_is_never_charged_by_and_says_why():
    doubtful = a_version(None, confidence=Confidence.UNCONFIRMED, note="来源互相矛盾")
    with pytest.raises(PolicyUnconfirmed) as refused:
        in_force(a_scheme(doubtful), YEAR, as_of=TODAY)
    assert refused.value.note == "来源互相矛盾"


def test_a_confirmed_version_governs_beside_an_unconfirmed_one():
    doubtful = a_version(RANGE, confidence=Confidence.UNCONFIRMED, begins=date(2024, 1, 1))
    sure = a_version(RANGE, id="sure")
    assert in_force(a_scheme(doubtful, sure), YEAR, as_of=TODAY).id == "sure"


@pytest.mark.parametrize(
    ("scheme", "period"),
    [(MONTHLY, Period(2024)), (a_scheme(a_version(RANGE)), Period(2024, 7))],
    ids=["a year of a monthly scheme", "a month of a yearly one"],
)
def test_a_period_of_the_wrong_length_is_refused(scheme, period):
    with pytest.raises(PeriodMismatch):
        in_force(scheme, period, as_of=TODAY)


def test_a_version_differs_from_itself_in_nothing():
    assert changes(MONTHLY, EARLY, EARLY) == ()


def test_a_difference_names_what_came_what_went_and_what_changed():
    sure, doubtful = a_version(RANGE), a_version(None, confidence=Confidence.UNCONFIRMED)
    found = {each.what: (each.before, each.after) for each in changes(MONTHLY, sure, doubtful)}
    assert found["可信度"] == ("S", "unconfirmed")
    assert found["最低金额"] == ("1,000.00 元", None)
    assert found["金额"] == (None, "未核实")
