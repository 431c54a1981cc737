"""Which kind of person somebody is follows from their age on the reference day, and the table."""

from datetime import date

import pytest
from tests.core.policy_cases import CATEGORIES, TODAY, YEAR, a_scheme, a_version

from shebao.core.identity import Sex
from shebao.core.policy.assessment import assess
from shebao.core.policy.category import (
    CategoryUnknown,
    DistrictUnknown,
    IdentityUnknown,
    category_of,
)
from shebao.core.policy.choice import Situation, age_on

SCHEME = a_scheme(a_version(CATEGORIES))


def category(**facts):
    return category_of(CATEGORIES, Situation(period=YEAR, **facts)).id


@pytest.mark.parametrize(
    ("born", "sex", "expected"),
    [
        (date(1973, 12, 31), Sex.FEMALE, "elderly"),
        (date(1974, 1, 1), Sex.FEMALE, "other"),
        (date(1963, 12, 31), Sex.MALE, "elderly"),
        (date(1964, 1, 1), Sex.MALE, "other"),
        (date(2006, 1, 1), Sex.MALE, "child"),
        (date(2005, 12, 31), Sex.MALE, "other"),
    ],
)
def test_the_age_is_that_of_the_day_before_the_year(born, sex, expected):
    assert category(born=born, sex=sex) == expected


def test_a_decisive_age_wins_over_an_old_enrolment():
    assert category(category="other", born=date(1950, 1, 1), sex=Sex.MALE) == "elderly"


def test_an_age_that_is_not_decisive_leaves_a_young_student_a_student():
    assert category(category="高校大学生", born=date(2007, 1, 1), sex=Sex.MALE) == "college"


@pytest.mark.parametrize("told", ["elderly", "老年居民"])
def test_a_category_is_told_by_id_or_by_name(told):
    assert category(category=told) == "elderly"


@pytest.mark.parametrize("told", [None, "神仙"])
def test_an_unknown_kind_of_person_is_refused_with_the_kinds_there_are(told):
    with pytest.raises(CategoryUnknown) as refused:
        category(category=told)
    assert "未成年居民" in refused.value.offered


def test_a_misspelt_category_is_not_taken_for_everybody_else():
    with pytest.raises(CategoryUnknown):
        category(category="神仙", born=date(1990, 1, 1), sex=Sex.MALE)


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2024, 2, 28), 23), (date(2024, 2, 29), 24), (date(2025, 2, 28), 24)],
)
def test_a_year_is_full_on_the_birthday_itself(day, age):
    assert age_on(date(2000, 2, 29), day) == age


def test_a_district_of_another_region_is_refused():
    with pytest.raises(DistrictUnknown) as refused:
        assess(SCHEME, Situation(period=YEAR, category="other", district="1"), None, as_of=TODAY)
    assert refused.value.offered == "东区、西区"


def test_an_identity_nobody_knows_is_refused():
    with pytest.raises(IdentityUnknown):
        assess(SCHEME, Situation(period=YEAR, category="other", identity="vip"), None, as_of=TODAY)
