"""Advice shows every figure with the document it stands on, and leaves out what nobody found."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.core.policy.advice import AgesUnfit, NoAdvice, Plan, advise, even_age
from shebao.core.policy.choice import Situation
from shebao.store.packs.folder import load_packs

PACKS = load_packs(Path("policies"))
NINGBO, CHANGZHOU, BEIJING, WUXI = "330200", "320400", "110000", "320200"
DAYS = {
    NINGBO: date(2024, 2, 6),
    CHANGZHOU: date(2024, 5, 1),
    BEIJING: date(2025, 5, 12),
    WUXI: date(2023, 2, 10),
}


def asked(region, scheme="resident_pension", *, identity=None, subsidised=0, **plan):
    day = DAYS[region]
    month = day.month if scheme.startswith("flexible") else None
    situation = Situation(
        period=Period(day.year, month), identity=identity, subsidised_years=subsidised
    )
    plan = Plan(**{"age": 45, "draws_at": 60, **plan})
    return advise(PACKS[region].scheme(scheme), situation, plan, as_of=day)


def of(advice, amount):
    return next(one for one in advice.prospects if one.choice.value == Money.yuan(amount))


def test_a_tier_of_changzhou_is_reckoned_by_the_national_formula():
    one = of(asked(CHANGZHOU), "960")
    # 15 × (960 + 80) = 15600; 15600 ÷ 139 = 112.24; + 400 = 512.24; 14400 ÷ 512.24 = 28.1 months
    assert one.account == Money.yuan("15600")
    assert one.monthly == Money.yuan("512.24")
    assert even_age(one, 60) == (62, 5)


def test_the_subsidy_of_beijing_ends_with_its_fifteenth_year():
    fresh, had = asked(BEIJING), asked(BEIJING, subsidised=10)
    # 15 × (1000 + 60); with ten years had, five more: 15 × 1000 + 5 × 60
    assert of(fresh, "1000").account == Money.yuan("15900")
    assert of(had, "1000").account == Money.yuan("15300")


def test_a_base_of_wuxi_earns_what_its_index_and_its_years_make_of_it():
    one = of(asked(WUXI, "flexible_pension"), "7490")
    # index 1: 7490 × (1 + 1) ÷ 2 × 15 × 1 % = 1123.50; 7490 × 8 % × 12 × 15 ÷ 139 = 775.94…
    assert one.basic == Money.yuan("1123.50")
    assert one.account == Money.yuan("107856")
    assert one.from_account == Money.yuan("775.95")


def test_what_was_not_found_is_in_no_figure_and_is_said():
    advice = asked(NINGBO)
    assert of(advice, "1000").basic == ZERO
    assert of(advice, "1000").subsidy is None
    assert any("基础养老金没有查到" in said for said in advice.unknown)
    assert any("补贴没有查到" in said for said in advice.unknown)


@pytest.mark.parametrize(
    ("region", "scheme"), [(BEIJING, "resident_pension"), (WUXI, "flexible_pension")]
)
def test_every_assumption_about_policy_names_its_document_and_how_sure_it_is(region, scheme):
    told = [one for one in asked(region, scheme).assumptions if one.source]
    assert len(told) >= 3
    assert {one.confidence for one in told} <= {"S", "D", "SEED"}


def test_missing_years_are_bought_back_where_the_law_lets_one_and_without_subsidy():
    one = of(asked(CHANGZHOU, age=55), "960")
    # 5 × (960 + 80) + 10 × 960
    assert (one.years, one.bought, one.account) == (5, 10, Money.yuan("14800"))
    flexible = asked(WUXI, "flexible_pension", age=55)
    assert flexible.prospects[0].bought == 0
    assert flexible.missing_years == 10


def test_the_least_years_rise_by_half_a_year_from_2030_on():
    benefit = PACKS[WUXI].scheme("flexible_pension").benefit
    least = [benefit.least_in(year) for year in (2029, 2030, 2031, 2039, 2050)]
    assert least == [15, Decimal("15.5"), 16, 20, 20]


def test_interest_grows_the_account_and_nothing_else():
    plain, grown = of(asked(BEIJING), "1000"), of(asked(BEIJING, interest=Decimal("0.02")), "1000")
    assert grown.account > plain.account
    assert (grown.paid, grown.basic) == (plain.paid, plain.basic)


def test_only_who_belongs_to_a_group_is_told_of_what_is_kept_for_it():
    anybody, poor = asked(NINGBO), asked(NINGBO, identity="low_income")
    assert Money.yuan("200") not in {one.choice.value for one in anybody.prospects}
    assert of(poor, "300").yearly == ZERO
    assert any("政府代缴以后您缴 0.00 元" in said for said in poor.cheaper)
    assert not any("政府代缴" in said for said in anybody.cheaper)


@pytest.mark.parametrize(
    ("plan", "refusal"), [({"age": 60}, AgesUnfit), ({"age": 40, "draws_at": 57}, AgesUnfit)]
)
def test_an_age_nobody_can_begin_to_draw_at_is_refused(plan, refusal):
    with pytest.raises(refusal):
        asked(CHANGZHOU, **plan)


def test_where_the_formula_is_unknown_no_advice_is_given():
    with pytest.raises(NoAdvice):
        asked(CHANGZHOU, "resident_medical")
