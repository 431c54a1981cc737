"""What is offered is what may be chosen, and each offer comes to what it says."""

import pytest
from tests.core.policy_cases import (
    BASES,
    CATEGORIES,
    MONTH,
    RANGE,
    TIERS,
    TODAY,
    YEAR,
    a_rate,
    a_scheme,
    a_version,
    yuan,
)

from shebao.core.policy.assessment import assess
from shebao.core.policy.choice import Choice, ChoiceKind, Situation
from shebao.core.policy.offers import OptionsKind, options, suggested
from shebao.core.policy.scheme import CarryOver, PeriodKind

ANYONE = Situation(period=YEAR)
THIS_MONTH = Situation(period=MONTH)
TIERED = a_scheme(a_version(TIERS))
MONTHLY = a_scheme(a_version(BASES), kind=PeriodKind.MONTH)
BOUNDED = a_scheme(a_version(a_rate("0.2")), kind=PeriodKind.MONTH)
LIFTED = a_scheme(a_version(a_rate("0.2")), kind=PeriodKind.MONTH, carry_over=CarryOver.LIFTED)


def test_every_tier_is_shown_and_says_for_whom_it_is_kept():
    found = options(TIERED, ANYONE, as_of=TODAY)
    assert found.kind is OptionsKind.TIERS
    assert [(str(tier.amount), tier.allowed, tier.why) for tier in found.tiers] == [
        ("200.00", False, "仅限低保对象"),
        ("300.00", True, ""),
        ("500.00", True, ""),
    ]


def test_a_tier_says_what_is_left_to_pay_when_government_helps():
    found = options(TIERED, Situation(period=YEAR, identity="low_income"), as_of=TODAY)
    assert [str(tier.personal) for tier in found.tiers] == ["0.00", "0.00", "200.00"]


@pytest.mark.parametrize("index", [1, 2])
def test_what_a_tier_says_is_what_it_comes_to(index):
    offer = options(TIERED, ANYONE, as_of=TODAY).tiers[index]
    found = assess(TIERED, ANYONE, Choice(ChoiceKind.TIER, offer.amount), as_of=TODAY)
    assert found.personal == offer.personal


@pytest.mark.parametrize("index", [0, 1])
def test_what_a_base_says_is_what_a_month_comes_to(index):
    offer = options(MONTHLY, THIS_MONTH, as_of=TODAY).bases[index]
    found = assess(MONTHLY, THIS_MONTH, Choice(ChoiceKind.BASE, offer.base), as_of=TODAY)
    assert found.personal == offer.monthly


def test_between_bounds_any_base_will_do_and_both_ends_are_shown():
    found = options(BOUNDED, THIS_MONTH, as_of=TODAY)
    assert found.any_base
    assert [base.label for base in found.bases] == ["下限", "上限"]


def test_a_range_says_when_its_subsidy_has_ended():
    scheme = a_scheme(a_version(RANGE))
    assert not options(scheme, ANYONE, as_of=TODAY).subsidy_ended
    used_up = Situation(period=YEAR, subsidised_years=15)
    assert options(scheme, used_up, as_of=TODAY).subsidy_ended


def test_where_the_amount_is_fixed_there_is_nothing_to_choose():
    found = options(a_scheme(a_version(CATEGORIES)), ANYONE, as_of=TODAY)
    assert (found.kind, found.choice_kind) == (OptionsKind.NONE, None)


@pytest.mark.parametrize(
    ("scheme", "situation", "last", "expected"),
    [
        (TIERED, ANYONE, "300", "300"),
        (TIERED, ANYONE, "800", None),
        (TIERED, ANYONE, "200", None),
        (MONTHLY, THIS_MONTH, "7490", "7490"),
        (MONTHLY, THIS_MONTH, "4250", None),
        (LIFTED, THIS_MONTH, "0.50", "1"),
        (LIFTED, THIS_MONTH, "5000", "5000"),
        (BOUNDED, THIS_MONTH, "0.50", None),
    ],
)
def test_last_years_choice_is_suggested_if_it_can_still_be_made(scheme, situation, last, expected):
    found = suggested(scheme, situation, yuan(last), as_of=TODAY)
    assert (found and found.value) == (expected and yuan(expected))


def test_who_never_chose_is_suggested_nothing():
    assert suggested(TIERED, ANYONE, None, as_of=TODAY) is None
