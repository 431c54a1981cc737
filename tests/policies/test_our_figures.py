"""The figures of the four cities, as their people know them: tiers, ages, districts, dates."""

from datetime import date

import pytest

from shebao.core.identity import Sex
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.assessment import assess
from shebao.core.policy.choice import Choice, ChoiceKind, Situation
from shebao.core.policy.fund import Fund
from shebao.core.policy.offers import options, suggested
from shebao.core.policy.region import PaysFor
from shebao.core.policy.window import WindowState, open_periods, window
from shebao.core.refusals import Refusal
from shebao.store.packs.folder import load_packs, packs_folder

EVER = date.max


@pytest.fixture(scope="module")
def regions():
    return load_packs(packs_folder())


@pytest.fixture(scope="module")
def owed(regions):
    def ask(where, period, choice=None, *, as_of=EVER, **facts):
        code, scheme = where.split("/")
        situation = Situation(period=Period.parse(period), **facts)
        return assess(regions[code].scheme(scheme), situation, choice, as_of=as_of)

    return ask


def of(text):
    return Choice.read(ChoiceKind.AMOUNT, text)


def tier(text):
    return Choice.read(ChoiceKind.TIER, text)


def base(text):
    return Choice.read(ChoiceKind.BASE, text)


@pytest.mark.parametrize(
    ("text", "subsidy"),
    [
        ("1000", 60),
        ("1999.99", 60),
        ("2000", 90),
        ("3999.99", 90),
        ("4000", 120),
        ("5999.99", 120),
        ("6000", 150),
        ("9000", 150),
    ],
)
@pytest.mark.parametrize("year", ["2024", "2025"])
def test_beijing_gives_more_to_who_pays_more(owed, year, text, subsidy):
    assert owed("110000/resident_pension", year, of(text)).subsidy == Money(subsidy * 100)


@pytest.mark.parametrize(
    ("where", "period", "choice", "code"),
    [
        ("110000/resident_pension", "2025", of("999"), "amount_out_of_range"),
        ("110000/resident_pension", "2025", of("9000.01"), "amount_out_of_range"),
        ("330200/resident_pension", "2024", tier("800"), "tier_not_offered"),
        ("330200/resident_pension", "2024", tier("200"), "tier_reserved"),
        ("330200/resident_pension", "2024", tier("100"), "tier_not_offered"),
        ("330200/resident_pension", "2023", tier("100"), "tier_reserved"),
        ("330200/resident_pension", "2023", tier("200"), "tier_not_offered"),
        ("320200/resident_pension", "2023", tier("1000"), "policy_unconfirmed"),
        ("320400/resident_pension", "2017", tier("960"), "no_policy_in_force"),
        ("110000/flexible_pension", "2024-07", base("6820.99"), "base_not_offered"),
    ],
)
def test_what_may_not_be_paid_is_refused_by_its_code(owed, where, period, choice, code):
    with pytest.raises(Refusal) as refused:
        owed(where, period, choice)
    assert refused.value.code == code


def test_beijing_takes_no_half_fen():
    with pytest.raises(Refusal) as refused:
        Choice.read(ChoiceKind.AMOUNT, "1999.995")
    assert refused.value.code == "amount_not_whole"


@pytest.mark.parametrize(
    ("upper", "month", "published"),
    [
        ("31884", "2022-07", "520.80"),
        ("33891", "2023-07", "553.56"),
        ("35811", "2025-07", "584.92"),
    ],
)
def test_beijing_flexible_medical_follows_the_formula(owed, upper, month, published):
    base_fen = round(int(upper) * 70 / 3 / 100) * 100
    by_hand = base_fen * 7 // 100
    assert owed("110000/flexible_medical", month).personal == Money(by_hand)
    assert Money(by_hand) == Money.yuan(published)


def test_beijing_flexible_medical_of_2024_is_what_was_published_not_what_was_reckoned(owed):
    found = owed("110000/flexible_medical", "2024-07")
    assert found.personal == Money.yuan("576.32")
    assert "医疗保险：8,233.00 元 × 7% = 576.31 元" in found.arithmetic


@pytest.mark.parametrize("month", ["2024-07", "2025-06"])
def test_a_social_year_runs_from_july_to_june(owed, month):
    assert owed("110000/flexible_medical", month).personal == Money.yuan("576.32")


@pytest.mark.parametrize(
    ("as_of", "choice", "personal"),
    [
        (date(2023, 2, 10), base("4494"), "898.80"),
        (date(2023, 2, 10), base("22470"), "4494.00"),
        (date(2023, 12, 31), base("4494"), "898.80"),
        (date(2023, 12, 31), base("24042"), "4808.40"),
    ],
)
def test_wuxi_2023_is_reckoned_by_what_was_known(owed, as_of, choice, personal):
    found = owed("320200/flexible_pension", "2023-02", choice, as_of=as_of)
    assert found.personal == Money.yuan(personal)


@pytest.mark.parametrize(
    ("as_of", "text"), [(date(2023, 2, 10), "24042"), (date(2023, 12, 31), "22470")]
)
def test_wuxi_2023_offers_no_base_of_the_other_version(owed, as_of, text):
    with pytest.raises(Refusal) as refused:
        owed("320200/flexible_pension", "2023-02", base(text), as_of=as_of)
    assert refused.value.code == "base_not_offered"


def test_wuxi_2023_medical_is_nine_percent_of_the_lowest_base(owed):
    found = owed("320200/flexible_medical", "2023-02", as_of=date(2023, 2, 10))
    assert found.personal == Money.yuan("404.46")


@pytest.mark.parametrize(
    ("category", "district", "personal"),
    [
        ("minor", "320402", "390"),
        ("non_working", "320402", "930"),
        ("non_working", "320400-JK", "930"),
        ("non_working", "320481", "730"),
        ("non_working", "320413", "730"),
        ("elderly", "320481", "730"),
        ("college", None, "230"),
    ],
)
@pytest.mark.parametrize("year", ["2022", "2023", "2024"])
def test_changzhou_prices_by_kind_and_district(owed, year, category, district, personal):
    found = owed("320400/resident_medical", year, category=category, district=district)
    assert found.personal == Money.yuan(personal)


@pytest.mark.parametrize(
    ("category", "care"), [("elderly", 3000), ("non_working", 3000), ("minor", 0)]
)
def test_changzhou_adults_pay_long_term_care_along(owed, category, care):
    shares = owed("320400/resident_medical", "2024", category=category).shares
    found = sum(share.amount.fen for share in shares if share.fund is Fund.LONG_TERM_CARE)
    assert found == care


@pytest.mark.parametrize(
    ("where", "year", "born", "sex", "personal"),
    [
        ("110000/resident_medical", "2025", date(1974, 12, 31), Sex.FEMALE, "430"),
        ("110000/resident_medical", "2025", date(1975, 1, 1), Sex.FEMALE, "750"),
        ("110000/resident_medical", "2025", date(1964, 12, 31), Sex.MALE, "430"),
        ("110000/resident_medical", "2025", date(1965, 1, 1), Sex.MALE, "750"),
        ("320200/resident_medical", "2025", date(1969, 12, 31), Sex.FEMALE, "570"),
        ("320200/resident_medical", "2025", date(1970, 1, 1), Sex.FEMALE, "810"),
    ],
)
def test_old_age_begins_where_the_city_says(owed, where, year, born, sex, personal):
    told = {"110000": "working_age", "320200": "other"}[where[:6]]
    found = owed(where, year, category=told, born=born, sex=sex)
    assert found.personal == Money.yuan(personal)


@pytest.mark.parametrize(
    ("identity", "government"),
    [
        ("low_income", "300"),
        ("destitute", "300"),
        ("disabled_1_2", "300"),
        ("low_edge", "200"),
        ("disabled_3_4", "200"),
    ],
)
def test_ningbo_pays_for_those_it_promised_to(owed, identity, government):
    found = owed("330200/resident_pension", "2024", identity=identity)
    assert (found.personal, found.government) == (Money(0), Money.yuan(government))


def test_changzhou_gives_the_subsidy_even_where_government_pays(owed):
    found = owed("320400/resident_pension", "2024", identity="low_income")
    assert (found.government, found.subsidy) == (Money(96_000), Money(8_000))


def test_the_tier_of_last_year_is_suggested_only_while_it_exists(regions):
    scheme, situation = regions["330200"].scheme("resident_pension"), Situation(period=Period(2024))
    assert suggested(scheme, situation, Money.yuan("800"), as_of=EVER) is None
    assert suggested(scheme, situation, Money.yuan("3000"), as_of=EVER) is not None


def test_jiangsu_offers_twelve_bases_each_with_its_month(regions):
    scheme = regions["320400"].scheme("flexible_pension")
    found = options(scheme, Situation(period=Period(2022, 5)), as_of=EVER)
    assert len(found.bases) == 12
    assert all(each.monthly.fen * 5 == each.base.fen for each in found.bases)


@pytest.mark.parametrize(
    ("where", "period", "on", "state"),
    [
        ("110000/resident_pension", "2025", date(2025, 3, 31), WindowState.NOT_YET),
        ("110000/resident_pension", "2025", date(2025, 12, 10), WindowState.OPEN),
        ("110000/resident_pension", "2025", date(2025, 12, 11), WindowState.CLOSED),
        ("110000/resident_medical", "2025", date(2025, 5, 12), WindowState.LATE),
        ("320400/resident_medical", "2024", date(2023, 10, 31), WindowState.NOT_YET),
        ("320400/resident_medical", "2024", date(2023, 11, 1), WindowState.OPEN),
        ("320200/resident_medical", "2026", date(2026, 1, 1), WindowState.LATE),
        ("330200/resident_pension", "2024", date(2024, 2, 6), WindowState.OPEN),
    ],
)
def test_each_city_collects_in_its_own_season(regions, where, period, on, state):
    code, scheme = where.split("/")
    assert window(regions[code].scheme(scheme), Period.parse(period), on=on).state is state


def test_wuxi_takes_the_months_of_the_year_so_far(regions):
    found = open_periods(regions["320200"].scheme("flexible_pension"), on=date(2023, 2, 10))
    assert found == (Period(2023, 1), Period(2023, 2))


def test_the_ways_in_are_those_the_cities_describe(regions):
    assert {channel.pays_for for channel in regions["110000"].channels.values()} == {PaysFor.SELF}
    assert regions["110000"].channel("alipay").methods == ("agreement", "alipay")
    assert regions["110000"].channel("baidu").methods == (
        "wechat",
        "alipay",
        "unionpay",
        "agreement",
    )
    assert regions["320400"].channel().methods == ("wechat",)
    assert regions["320200"].channel().methods == ("card", "alipay", "wechat")


def test_cities_keep_their_own_times_order_and_words(regions):
    assert [regions[code].cashier_seconds for code in ("320400", "330200")] == [60, None]
    assert [regions[code].special_first for code in ("320400", "330200")] == [False, True]
    assert regions["330200"].words["choose"] == "选档缴费"
    assert regions["110000"].words["special"] == "特殊缴费信息"
    assert regions["320200"].words["no_enrolment"] == "没有您的参保信息"
