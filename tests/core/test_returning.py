"""A ground gives money back for the schemes and until the day its rule says, and no longer."""

from datetime import date

import pytest

from shebao.core.period import Period
from shebao.core.policy.returning import (
    Ground,
    GroundNotOffered,
    ReturnRule,
    ReturnTooLate,
    Until,
    rule_for,
    rules_for,
)

COVER = ReturnRule(
    Ground.DUPLICATE, frozenset({"resident_medical"}), Until.COVER_BEGINS, "凭证", "文件"
)
ANY = ReturnRule(Ground.MISTAKEN, frozenset(), Until.ANY_TIME, "说明", "文件")
LAST, FIRST = date(2024, 12, 31), date(2025, 1, 1)


def of(rules, ground, *, scheme="resident_medical", on=LAST):
    return rule_for(rules, ground, scheme=scheme, period=Period(2025), on=on)


def test_a_ground_holds_until_the_day_before_cover_begins():
    assert of([COVER, ANY], Ground.DUPLICATE) is COVER
    with pytest.raises(ReturnTooLate) as late:
        of([COVER, ANY], Ground.DUPLICATE, on=FIRST)
    assert late.value.last_day == LAST


def test_a_ground_without_an_end_holds_at_any_time():
    assert of([COVER, ANY], Ground.MISTAKEN, on=date(2031, 1, 1)) is ANY


@pytest.mark.parametrize(
    ("ground", "scheme"),
    [(Ground.DUPLICATE, "resident_pension"), (Ground.DEATH, "resident_medical")],
)
def test_a_ground_without_a_rule_is_not_offered(ground, scheme):
    with pytest.raises(GroundNotOffered):
        of([COVER, ANY], ground, scheme=scheme)


@pytest.mark.parametrize(
    ("scheme", "on", "offered"),
    [
        ("resident_medical", LAST, [COVER, ANY]),
        ("resident_medical", FIRST, [ANY]),
        ("flexible_medical", LAST, [ANY]),
    ],
)
def test_only_what_holds_on_the_day_is_offered(scheme, on, offered):
    found = rules_for([COVER, ANY], scheme=scheme, period=Period(2025), on=on)
    assert list(found) == offered


def test_a_month_is_covered_from_its_first_day():
    assert COVER.last_day(Period(2025, 3)) == date(2025, 2, 28)


def test_every_ground_has_its_name():
    assert len({ground.label for ground in Ground}) == len(Ground)
