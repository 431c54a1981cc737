"""Schemes to test the policy engine with: one of each rule, small enough to reckon by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from shebao.core.identity import Sex
from shebao.core.money import Money, Rounding
from shebao.core.period import Period
from shebao.core.policy.choice import Choice, ChoiceKind
from shebao.core.policy.fund import Fund
from shebao.core.policy.rules import (
    Ages,
    Aid,
    Band,
    Base,
    BaseRate,
    ByCategory,
    Category,
    Part,
    Range,
    ReferenceDay,
    Rule,
    Tier,
    Tiers,
)
from shebao.core.policy.scheme import Confidence, PeriodKind, Scheme, Source, Version

TODAY = date(2024, 6, 1)
YEAR = Period(2024)
MONTH = Period(2024, 6)


def yuan(text: str) -> Money:
    return Money.yuan(text)


def a_version(rule: Rule | None, **changes: object) -> Version:
    facts: dict[str, object] = {
        "id": "990100/test@2020-01-01",
        "begins": date(2020, 1, 1),
        "ends": None,
        "known_from": None,
        "source": Source("关于测试的通知", "测〔2020〕1号"),
        "confidence": Confidence.SEEN,
        "rule": rule,
    }
    return Version(**(facts | changes))  # type: ignore[arg-type]


def a_scheme(*versions: Version, kind: PeriodKind = PeriodKind.YEAR, **changes: object) -> Scheme:
    facts: dict[str, object] = {
        "id": "test",
        "region_code": "990100",
        "name": "测试保险",
        "fund": Fund.PENSION,
        "kind": kind,
        "versions": versions,
        "reviewed_on": TODAY,
        "districts": {"990101": "东区", "990102": "西区"},
        "identities": {"low_income": "低保对象", "destitute": "特困人员"},
    }
    return Scheme(**(facts | changes))  # type: ignore[arg-type]


RANGE = Range(
    minimum=yuan("1000"),
    maximum=yuan("9000"),
    step=Money(1),
    bands=(Band(yuan("1000"), yuan("60")), Band(yuan("4000"), yuan("120"))),
    subsidy_years=15,
)
TIERS = Tiers(
    offers=(
        Tier(yuan("200"), yuan("10"), frozenset({"low_income"})),
        Tier(yuan("300"), yuan("30")),
        Tier(yuan("500")),
    ),
    aids=(Aid(frozenset({"low_income"}), yuan("300"), "区财政"),),
)
CATEGORIES = ByCategory(
    categories=(
        Category(
            "elderly",
            "老年居民",
            yuan("400"),
            yuan("4320"),
            ages=(Ages(Sex.MALE, 60), Ages(Sex.FEMALE, 50)),
            decisive=True,
        ),
        Category(
            "child",
            "未成年居民",
            yuan("390"),
            ages=(Ages(Sex.MALE, oldest=17), Ages(Sex.FEMALE, oldest=17)),
        ),
        Category("college", "大学生", yuan("230"), also=("高校大学生",)),
        Category("unpriced", "新类别", None),
        Category(
            "other",
            "其他居民",
            yuan("930"),
            rest=True,
            districts={"990102": yuan("730")},
            bundled=((Fund.LONG_TERM_CARE, yuan("30")),),
        ),
    ),
    reference=ReferenceDay(1, 12, 31),
    free=frozenset({"low_income"}),
    free_by="财政",
)


def a_rate(rate: str, rounding: Rounding = Rounding.HALF_UP) -> BaseRate:
    return BaseRate(
        parts=(Part(Fund.PENSION, Decimal(rate), rounding),), bounds=(yuan("1"), yuan("99999"))
    )


BASES = BaseRate(
    parts=(Part(Fund.PENSION, Decimal("0.2"), Rounding.HALF_UP),),
    bases=(Base(yuan("4494"), "60%"), Base(yuan("7490"), "100%")),
)


def amount(text: str) -> Choice:
    return Choice.read(ChoiceKind.AMOUNT, text)


def tier(text: str) -> Choice:
    return Choice.read(ChoiceKind.TIER, text)


def base(text: str) -> Choice:
    return Choice.read(ChoiceKind.BASE, text)
