"""Difference (政策对比): what changes from one version of a policy to another, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shebao.core.policy.reckoning import in_percent, in_yuan
from shebao.core.policy.rules import Aid, BaseRate, ByCategory, Range, Tiers
from shebao.core.policy.scheme import Scheme, Version

Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One line that differs; None where a version says nothing of it."""

    what: str
    before: str | None
    after: str | None


def changes(scheme: Scheme, before: Version, after: Version) -> tuple[Change, ...]:
    """Everything that differs between two versions, in the order a reader meets it."""
    old, new = dict(_facts(scheme, before)), dict(_facts(scheme, after))
    names = [*old, *(name for name in new if name not in old)]
    return tuple(
        Change(name, old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    )


def _facts(scheme: Scheme, version: Version) -> Iterator[Fact]:
    yield "来源", str(version.source)
    yield "可信度", version.confidence
    match version.rule:
        case Tiers() as rule:
            for tier in rule.offers:
                yield f"档次 {in_yuan(tier.amount)}", _tier(scheme, tier.subsidy, tier.only)
            yield from _aids(scheme, rule.aids)
        case Range() as rule:
            yield "最低金额", in_yuan(rule.minimum)
            yield "最高金额", in_yuan(rule.maximum)
            for band in rule.bands:
                yield f"满 {in_yuan(band.at_least)}的补贴", in_yuan(band.subsidy)
            if rule.subsidy_years is not None:
                yield "补贴累计年数", f"{rule.subsidy_years} 年"
            yield from _aids(scheme, rule.aids)
        case ByCategory() as rule:
            yield from _categories(scheme, rule)
        case BaseRate() as rule:
            yield from _bases(rule)
        case None:
            yield "金额", "未核实"


def _tier(scheme: Scheme, subsidy: object, only: frozenset[str]) -> str:
    words = "补贴未查到" if subsidy is None else f"补贴 {subsidy} 元"
    kept = "、".join(scheme.identities.get(id_, id_) for id_ in sorted(only))
    return f"{words}，仅限{kept}" if kept else words


def _aids(scheme: Scheme, aids: tuple[Aid, ...]) -> Iterator[Fact]:
    for aid in aids:
        for id_ in sorted(aid.identities):
            yield f"{scheme.identities.get(id_, id_)}代缴", f"{in_yuan(aid.pays)}（{aid.whose}）"


def _categories(scheme: Scheme, rule: ByCategory) -> Iterator[Fact]:
    for category in rule.categories:
        if category.personal is None:
            continue
        yield f"{category.name}个人缴费", in_yuan(category.personal)
        for code, amount in category.districts.items():
            yield f"{category.name}个人缴费（{scheme.districts[code]}）", in_yuan(amount)
        for fund, amount in category.bundled:
            yield f"{category.name}其中{fund.label}", in_yuan(amount)
        if category.fiscal is not None:
            yield f"{category.name}财政补助", in_yuan(category.fiscal)
    for id_ in sorted(rule.free):
        yield f"{scheme.identities.get(id_, id_)}个人部分", f"由{rule.free_by}全额代缴"


def _bases(rule: BaseRate) -> Iterator[Fact]:
    for base in rule.bases:
        yield f"基数 {in_yuan(base.amount)}", base.label or "可选"
    if rule.bounds is not None:
        yield "基数下限", in_yuan(rule.bounds[0])
        yield "基数上限", in_yuan(rule.bounds[1])
    if rule.average is not None:
        yield "基数", in_yuan(rule.average.amount)
    for part in rule.parts:
        yield f"{part.fund.label}费率", in_percent(part.rate)
    for published in rule.published:
        yield f"公布的{published.fund.label}金额", in_yuan(published.amount)
