"""Rates (缴费标准): what a year costs in a region: bounds, rates, tiers, each with its document.

The figures are the pack's, as they are known today; nothing is reckoned that a payment would not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from shebao.core.money import ZERO
from shebao.core.period import Period
from shebao.core.policy.assessment import assess
from shebao.core.policy.choice import Situation
from shebao.core.policy.fund import Fund
from shebao.core.policy.offers import options
from shebao.core.policy.reckoning import in_percent, only_base
from shebao.core.policy.region import Region
from shebao.core.policy.rules import BaseRate, ByCategory, Range, Tiers
from shebao.core.policy.scheme import (
    Confidence,
    NoPolicyInForce,
    PeriodKind,
    PolicyUnconfirmed,
    Scheme,
    Version,
    in_force,
)
from shebao.web import wording
from shebao.web.answers import Answer, Page, SeeOther
from shebao.web.fields import path_with
from shebao.web.visit import Visit

_CONFIDENCE: Final[Mapping[Confidence, str]] = {
    Confidence.SEEN: "",
    Confidence.SEED: "见于当地缴费指南",
    Confidence.DERIVED: "由公布的数字推算",
    Confidence.UNCONFIRMED: "",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some months, or a year, that one version governs."""

    periods: tuple[Period, ...]
    version: Version | None
    why: str  # Why there is nothing to charge by.

    @property
    def label(self) -> str:
        """The stretch in words: 2023 年 1 月至 3 月."""
        first, last = self.periods[0], self.periods[-1]
        if first == last:
            return first.label
        return f"{first.label}至 {last.month} 月"


async def show(visit: Visit) -> Answer:
    """One year of a region, scheme by scheme."""
    region = _region(visit)
    if region is None:
        return SeeOther("/")
    today = visit.world.today(region.code)
    years = _years(region, today)
    asked = visit.query.one("year")
    year = int(asked) if asked in {str(one) for one in years} else min(today.year, years[-1])
    code = region.code if visit.session is None else ""
    return Page(
        "services/rates.html",
        {
            "city": region.name,
            "year": year,
            "years": [
                {
                    "label": f"{one} 年",
                    "href": path_with("/rates", year=str(one), region=code),
                    "on": one == year,
                }
                for one in years
            ],
            "schemes": [
                _scheme(region, scheme, year, today)
                for scheme in sorted(region.schemes.values(), key=_rank)
            ],
            "phone": "12333",
        },
    )


def _rank(scheme: Scheme) -> tuple[int, str]:
    """Pensions first, and then as funds are told everywhere."""
    return list(Fund).index(scheme.fund), scheme.id


def _region(visit: Visit) -> Region | None:
    if visit.session is not None:
        return visit.region
    asked = visit.query.one("region")
    if asked:
        return visit.world.region(asked)
    return visit.entry.region if visit.entry else None


def _years(region: Region, today: date) -> list[int]:
    """The years for which there is a figure, up to the next one."""
    first = min(
        version.begins.year
        for scheme in region.schemes.values()
        for version in scheme.versions
        if version.confirmed
    )
    return list(range(max(first, today.year - 3), today.year + 2))


def _scheme(region: Region, scheme: Scheme, year: int, today: date) -> Mapping[str, Any]:
    return {
        "name": wording.item_name(scheme),
        "stretches": [
            _stretch(region, scheme, one, today) for one in stretches(scheme, year, today)
        ],
        "waiting": scheme.waiting,
    }


def stretches(scheme: Scheme, year: int, today: date) -> list[Stretch]:
    """A year cut where another version begins to govern."""
    whole = Period(year)
    periods = whole.months() if scheme.kind is PeriodKind.MONTH else (whole,)
    governed = [(period, *_governing(scheme, period, today)) for period in periods]
    return [
        Stretch(tuple(period for period, _, _ in group), version, why)
        for (version, why), run in groupby(governed, key=lambda one: (one[1], one[2]))
        for group in [list(run)]
    ]


def _governing(scheme: Scheme, period: Period, today: date) -> tuple[Version | None, str]:
    try:
        return in_force(scheme, period, as_of=today), ""
    except NoPolicyInForce:
        return None, "还没有公布"
    except PolicyUnconfirmed:
        return None, "还没有核实，暂不收"


def _stretch(region: Region, scheme: Scheme, stretch: Stretch, today: date) -> Mapping[str, Any]:
    version = stretch.version
    if version is None:
        return {"label": stretch.label, "why": stretch.why, "facts": [], "table": None}
    return {
        "label": stretch.label,
        "why": "",
        "facts": _facts(scheme, version, stretch.periods[0], today),
        "table": _table(region, scheme, version, stretch.periods[0], today),
        "source": str(version.source),
        "confidence": _CONFIDENCE[version.confidence],
        "note": version.note,
    }


def _facts(scheme: Scheme, version: Version, period: Period, today: date) -> list[tuple[str, str]]:
    """The figures there are besides the table."""
    rule = version.rule
    if isinstance(rule, BaseRate):
        rates = "，".join(f"{part.fund.label} {in_percent(part.rate)}" for part in rule.parts)
        return [*_bases(scheme, rule, period, today), ("缴费比例", rates)]
    if isinstance(rule, Range):
        facts = [("金额", f"{rule.minimum} 元到 {rule.maximum} 元，自己定")]
        if scheme.top_up:
            facts.append(("一年最多", f"{scheme.top_up.per_year} 元"))
        return facts
    return []


def _bases(scheme: Scheme, rule: BaseRate, period: Period, today: date) -> list[tuple[str, str]]:
    """Between which bases one chooses, or the one there is with what it comes to."""
    base = only_base(rule)
    if base is not None:
        owed = assess(scheme, Situation(period=period), None, as_of=today)
        return [("缴费基数", f"{base.amount} 元"), ("每月缴", f"{owed.personal} 元")]
    amounts = [one.amount for one in rule.bases] or [*(rule.bounds or ())]
    return [("缴费基数下限", f"{min(amounts)} 元"), ("缴费基数上限", f"{max(amounts)} 元")]


def _table(
    region: Region, scheme: Scheme, version: Version, period: Period, today: date
) -> Mapping[str, Any] | None:
    """What there is to choose, or what each kind of person pays."""
    match version.rule:
        case BaseRate():
            offered = options(scheme, Situation(period=period), as_of=today).bases
            rows: list[Sequence[str]] = [
                (one.label or "—", f"{one.base} 元", f"{one.monthly} 元") for one in offered
            ]
            return _rows(("档次", "缴费基数", "每月缴"), rows)
        case Tiers(offers=offers):
            rows = [
                (f"{one.amount} 元", f"{one.subsidy} 元" if one.subsidy is not None else "未查到")
                for one in offers
            ]
            return _rows(("全年缴费", "政府补贴"), rows)
        case Range(bands=bands) if bands:
            rows = [(f"{one.at_least} 元起", f"{one.subsidy} 元") for one in bands]
            return _rows(("全年缴费", "政府补贴"), rows)
        case ByCategory() as table:
            return _rows(("人员类别", "个人缴费"), _categories(region, table))
        case _:
            return None


def _categories(region: Region, table: ByCategory) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for one in table.categories:
        if one.personal is None:
            continue
        rows.append((one.name, f"{one.personal} 元"))
        for price in dict.fromkeys(one.districts.values()):
            where = "、".join(
                region.districts.get(code, code)
                for code, amount in one.districts.items()
                if amount == price
            )
            rows.append((f"{one.name}（{where}）", f"{price} 元"))
    free = "、".join(sorted(region.identities.get(id_, id_) for id_ in table.free))
    if free:
        rows.append((f"{free}：{table.free_by or '政府'}代缴", f"{ZERO} 元"))
    return rows


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Mapping[str, Any] | None:
    return {"head": head, "rows": rows} if rows else None
