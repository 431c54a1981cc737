"""What somebody owes follows from the rule, the situation and the choice, to the fen."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
    amount,
    base,
    tier,
    yuan,
)

from shebao.core.money import ZERO, Money, total
from shebao.core.policy.assessment import assess
from shebao.core.policy.choice import (
    AmountNotWhole,
    AmountOutOfRange,
    AmountUnreadable,
    BaseNotOffered,
    Choice,
    ChoiceKind,
    ChoiceNeeded,
    NothingToChoose,
    Situation,
    TierNotOffered,
    TierReserved,
    read_amount,
)
from shebao.core.policy.fund import Fund, Payer, Share
from shebao.core.policy.scheme import PeriodKind, PolicyUnconfirmed

ANYONE = Situation(period=YEAR)
THIS_MONTH = Situation(period=MONTH)
POOR = Situation(period=YEAR, identity="low_income")
RANGES = a_scheme(a_version(RANGE))
TIERED = a_scheme(a_version(TIERS))
CATEGORISED = a_scheme(a_version(CATEGORIES), fund=Fund.MEDICAL)
MONTHLY = a_scheme(a_version(BASES), kind=PeriodKind.MONTH)
FEN = st.integers(min_value=100_000, max_value=900_000)


@pytest.mark.parametrize(
    ("text", "subsidy"),
    [("1000", "60"), ("3999.99", "60"), ("4000", "120"), ("4000.01", "120"), ("9000", "120")],
)
def test_the_subsidy_is_that_of_the_band_the_amount_falls_in(text, subsidy):
    found = assess(RANGES, ANYONE, amount(text), as_of=TODAY)
    assert (found.personal, found.subsidy) == (yuan(text), yuan(subsidy))


@pytest.mark.parametrize("text", ["999", "999.99", "9000.01", "0"])
def test_an_amount_outside_the_bounds_is_refused_with_the_bounds(text):
    with pytest.raises(AmountOutOfRange) as refused:
        assess(RANGES, ANYONE, amount(text), as_of=TODAY)
    assert (refused.value.minimum, refused.value.maximum) == ("1000.00", "9000.00")


@pytest.mark.parametrize(("years", "subsidy"), [(14, "120"), (15, "0"), (16, "0")])
def test_the_subsidy_ends_when_its_years_are_used_up(years, subsidy):
    situation = Situation(period=YEAR, subsidised_years=years)
    assert assess(RANGES, situation, amount("4000"), as_of=TODAY).subsidy == yuan(subsidy)


@given(FEN, FEN)
def test_who_pays_more_never_owes_less_and_is_never_given_less(one, other):
    less, more = sorted((one, other))
    little = assess(RANGES, ANYONE, Choice(ChoiceKind.AMOUNT, Money(less)), as_of=TODAY)
    much = assess(RANGES, ANYONE, Choice(ChoiceKind.AMOUNT, Money(more)), as_of=TODAY)
    assert little.personal <= much.personal
    assert little.subsidy <= much.subsidy


@given(FEN)
def test_the_shares_sum_to_the_whole_of_each_payer(fen):
    found = assess(RANGES, ANYONE, Choice(ChoiceKind.AMOUNT, Money(fen)), as_of=TODAY)
    given_by = {
        payer: total(share.amount for share in found.shares if share.payer is payer)
        for payer in Payer
    }
    assert given_by[Payer.PERSONAL] == found.personal == Money(fen)
    assert given_by[Payer.SUBSIDY] == found.subsidy
    assert given_by[Payer.GOVERNMENT] == given_by[Payer.FISCAL] == ZERO


@given(st.integers(min_value=100, max_value=9_999_900), st.integers(min_value=1, max_value=9999))
def test_a_rate_is_applied_and_rounded_half_up_once(fen, rate):
    share = Decimal(rate) / 10_000
    scheme = a_scheme(a_version(a_rate(str(share))), kind=PeriodKind.MONTH)
    found = assess(scheme, THIS_MONTH, Choice(ChoiceKind.BASE, Money(fen)), as_of=TODAY)
    assert found.personal.fen == int((fen * share).quantize(Decimal(1), ROUND_HALF_UP))


def test_a_step_of_a_yuan_takes_no_fen():
    coarse = a_scheme(a_version(a_range_by_the_yuan()))
    assert assess(coarse, ANYONE, amount("1001"), as_of=TODAY).personal == yuan("1001")
    with pytest.raises(AmountNotWhole) as refused:
        assess(coarse, ANYONE, amount("1000.50"), as_of=TODAY)
    assert refused.value.step == "1.00"


def a_range_by_the_yuan():
    return type(RANGE)(minimum=RANGE.minimum, maximum=RANGE.maximum, step=yuan("1"))


@pytest.mark.parametrize("text", ["1999.995", "1999.001", "0.005"])
def test_nothing_finer_than_a_fen_is_money(text):
    with pytest.raises(AmountNotWhole):
        read_amount(text)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("4000", 400_000),
        ("４０００．５", 400_050),
        ("1,999.99 元", 199_999),
        ("007", 700),
        ("1999.990", 199_999),
    ],
)
def test_an_amount_is_read_as_people_type_it(text, fen):
    assert read_amount(text) == Money(fen)


@pytest.mark.parametrize("text", ["", "很多", "-5", "1e5", "1.2.3", "99999999999999"])
def test_what_is_no_amount_is_refused_in_its_own_words(text):
    with pytest.raises(AmountUnreadable) as refused:
        read_amount(text)
    assert refused.value.text == text


@pytest.mark.parametrize(
    ("scheme", "wrong", "wanted"),
    [
        (RANGES, None, "金额"),
        (RANGES, tier("1000"), "金额"),
        (TIERED, None, "档次"),
        (TIERED, base("300"), "档次"),
    ],
)
def test_without_the_right_kind_of_choice_nothing_is_reckoned(scheme, wrong, wanted):
    with pytest.raises(ChoiceNeeded) as refused:
        assess(scheme, ANYONE, wrong, as_of=TODAY)
    assert refused.value.wanted == wanted


def test_a_tier_not_on_the_list_is_refused_with_what_everybody_may_take():
    with pytest.raises(TierNotOffered) as refused:
        assess(TIERED, ANYONE, tier("800"), as_of=TODAY)
    assert (refused.value.tier, refused.value.offered) == ("800.00", "300.00、500.00")


def test_a_reserved_tier_names_those_it_is_kept_for():
    with pytest.raises(TierReserved) as refused:
        assess(TIERED, Situation(period=YEAR, identity="destitute"), tier("200"), as_of=TODAY)
    assert refused.value.only == "低保对象"


@pytest.mark.parametrize(
    ("chosen", "personal", "government"),
    [(tier("200"), "0", "200"), (None, "0", "300"), (tier("500"), "200", "300")],
)
def test_government_pays_what_it_promised_and_never_more(chosen, personal, government):
    found = assess(TIERED, POOR, chosen, as_of=TODAY)
    assert (found.personal, found.government) == (yuan(personal), yuan(government))


def test_a_subsidy_nobody_found_is_said_to_be_unknown():
    found = assess(TIERED, ANYONE, tier("500"), as_of=TODAY)
    assert found.subsidy == ZERO
    assert "缴费补贴标准未查到，没有计入" in found.arithmetic


def test_one_payment_goes_to_two_funds():
    found = assess(CATEGORISED, Situation(period=YEAR, category="other"), None, as_of=TODAY)
    assert found.shares == (
        Share(Fund.MEDICAL, Payer.PERSONAL, yuan("900")),
        Share(Fund.LONG_TERM_CARE, Payer.PERSONAL, yuan("30")),
    )


@pytest.mark.parametrize(("district", "personal"), [("990101", "930"), ("990102", "730")])
def test_a_district_may_have_its_own_price(district, personal):
    situation = Situation(period=YEAR, category="其他居民", district=district)
    assert assess(CATEGORISED, situation, None, as_of=TODAY).personal == yuan(personal)


def test_the_free_owe_nothing_and_government_pays_both_funds():
    situation = Situation(period=YEAR, category="other", identity="low_income")
    found = assess(CATEGORISED, situation, None, as_of=TODAY)
    assert (found.personal, found.government) == (ZERO, yuan("930"))
    assert {share.payer for share in found.shares} == {Payer.GOVERNMENT}


def test_the_fiscal_share_comes_on_top():
    situation = Situation(period=YEAR, category="elderly")
    found = assess(CATEGORISED, situation, None, as_of=TODAY)
    assert (found.personal, found.fiscal) == (yuan("400"), yuan("4320"))


def test_where_the_amount_is_fixed_nobody_chooses():
    with pytest.raises(NothingToChoose):
        assess(CATEGORISED, Situation(period=YEAR, category="other"), tier("1"), as_of=TODAY)


def test_a_category_without_a_price_is_not_charged():
    with pytest.raises(PolicyUnconfirmed):
        assess(CATEGORISED, Situation(period=YEAR, category="unpriced"), None, as_of=TODAY)


def test_a_base_on_the_list_is_multiplied_and_named():
    found = assess(MONTHLY, THIS_MONTH, base("4494"), as_of=TODAY)
    assert found.personal == yuan("898.80")
    assert found.label == "基数 4,494.00 元（60%）"
    assert found.arithmetic == ("养老保险：4,494.00 元 × 20% = 898.80 元",)


def test_a_base_not_on_the_list_is_refused_with_the_list():
    with pytest.raises(BaseNotOffered) as refused:
        assess(MONTHLY, THIS_MONTH, base("5000"), as_of=TODAY)
    assert refused.value.offered == "4494.00、7490.00"


def test_an_assessment_cites_its_version_source_and_arithmetic():
    found = assess(RANGES, ANYONE, amount("4000"), as_of=date(2024, 6, 1))
    assert found.version == "990100/test@2020-01-01"
    assert str(found.source) == "《关于测试的通知》（测〔2020〕1号）"
    assert found.arithmetic
