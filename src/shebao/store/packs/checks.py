"""Pack checks: what a shape cannot say: that the figures fit together, and the examples hold."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from shebao.core.identity import Sex
from shebao.core.money import ZERO, Money, total
from shebao.core.policy.assessment import Assessment, assess
from shebao.core.policy.choice import Situation
from shebao.core.policy.region import Region
from shebao.core.refusals import Refusal
from shebao.store.packs import schema as shape
from shebao.store.packs.mistakes import Mistake
from shebao.store.packs.region_schema import RegionFile

EXAMPLES_FEWEST = 8
Finding = tuple[str, object, str]  # Path, value, what is wrong.


def region_mistakes(name: str, file: RegionFile, *, folder: str) -> list[Mistake]:
    """What does not fit in a region.toml."""
    return [Mistake(name, path, _text(value), says) for path, value, says in _region(file, folder)]


def scheme_mistakes(name: str, file: shape.SchemeFile, region: Region) -> list[Mistake]:
    """What does not fit in a scheme's file."""
    folder, stem = name.removesuffix(".toml").rsplit("/", 1)
    found = _scheme(file, region, folder=folder, stem=stem)
    return [Mistake(name, path, _text(value), says) for path, value, says in found]


def example_mistakes(name: str, file: shape.SchemeFile, region: Region) -> list[Mistake]:
    """The examples whose answer is not what the rules give."""
    found = []
    for number, example in enumerate(file.example, 1):
        said = _disagreement(example, file.scheme, region)
        if said is not None:
            found.append(Mistake(name, f"example[{number}]", f'"{example.says}"', said))
    return found


def situation_of(example: shape.ExampleModel, region: Region) -> Situation:
    """The situation an example tells of, with names turned into ids."""
    return Situation(
        period=example.period,
        category=example.category,
        district=region.district_code(example.district) if example.district else None,
        identity=region.identity_id(example.identity) if example.identity else None,
        born=example.born,
        sex=Sex(example.sex) if example.sex else None,
        subsidised_years=example.subsidised_years,
    )


def _text(value: object) -> str:
    if isinstance(value, list):
        return "、".join(str(each) for each in value)
    return f'"{value}"' if isinstance(value, str | Money) else str(value)


def _disagreement(example: shape.ExampleModel, scheme: str, region: Region) -> str | None:
    try:
        got = assess(
            region.scheme(scheme),
            situation_of(example, region),
            example.choice(),
            as_of=example.as_of or date.max,
        )
    except Refusal as refusal:
        if refusal.code == example.refused:
            return None
        return f"算不出来：{refusal}；写的是 {example.refused or example.personal}"
    if example.refused is not None:
        return f"应当拒绝（{example.refused}），却算出 {got.personal}"
    return _difference(example, got)


def _difference(example: shape.ExampleModel, got: Assessment) -> str | None:
    pairs = {
        "personal": (example.personal, got.personal),
        "government": (example.government, got.government),
        "subsidy": (example.subsidy, got.subsidy),
        "fiscal": (example.fiscal, got.fiscal),
    }
    wrong = [
        f"{name} 写的是 {written or ZERO}，算出来是 {reckoned}"
        for name, (written, reckoned) in pairs.items()
        if (written or ZERO) != reckoned
    ]
    return "；".join(wrong) or None


def _region(file: RegionFile, folder: str) -> Iterator[Finding]:
    if file.code != folder:
        yield "code", file.code, f"与所在文件夹 {folder} 不一致"
    ids = [row.id for row in file.channel]
    for id_ in _repeated(ids):
        yield "channel", id_, "渠道重复"
    for id_ in _repeated(row.id for row in file.identity):
        yield "identity", id_, "特殊身份重复"
    if file.code != "cn":
        if file.default_channel not in ids:
            yield "default_channel", file.default_channel, "不在 channel 之中"
        if not file.districts:
            yield "districts", "", "至少要有一个区县"


def _scheme(file: shape.SchemeFile, region: Region, *, folder: str, stem: str) -> Iterator[Finding]:
    if file.scheme != stem:
        yield "scheme", file.scheme, f"与文件名 {stem} 不一致"
    if file.region != folder:
        yield "region", file.region, f"与所在文件夹 {folder} 不一致"
    if region.code != "cn" and not {file.scheme, file.fund} & set(region.agencies):
        yield "fund", file.fund, "region.toml 的 agencies 没有写这个险种该问谁"
    for begins in _repeated(f"{row.begins} {row.known_from or ''}" for row in file.version):
        yield "version", begins, "两个版本的 begins 和 known_from 相同"
    for number, version in enumerate(file.version, 1):
        for path, value, says in _version(version, file, region):
            yield f"version[{number}].{path}", value, says
    yield from _people(file, region)
    yield from _windows(file)


def _windows(file: shape.SchemeFile) -> Iterator[Finding]:
    for period in _repeated(row.period for row in file.window):
        yield "window", str(period), "同一所属期写了两个缴费期"
    for number, row in enumerate(file.window, 1):
        if (row.period.month is None) is not (file.period == "year"):
            yield f"window[{number}].period", str(row.period), "与险种的按年、按月不一致"
        if row.source not in file.source:
            yield f"window[{number}].source", row.source, "没有这个 source"


def _version(row: shape.VersionModel, file: shape.SchemeFile, region: Region) -> Iterator[Finding]:
    if row.source not in file.source:
        yield "source", row.source, "没有这个 source"
    if row.tiers is not None:
        yield from _rising("tiers.offers", [each.amount for each in row.tiers.offers])
        yield from _strangers("tiers.offers", (each.only for each in row.tiers.offers), region)
        yield from _strangers("tiers.aids", (each.identities for each in row.tiers.aids), region)
    if row.range is not None:
        yield from _range(row.range, region)
    if row.by_category is not None:
        yield from _by_category(row.by_category, file, region)
    if row.base_rate is not None:
        yield from _base_rate(row.base_rate)


def _range(row: shape.RangeModel, region: Region) -> Iterator[Finding]:
    if row.minimum >= row.maximum:
        yield "range.minimum", row.minimum, f"要小于 maximum {row.maximum}"
    if row.step == ZERO:
        yield "range.step", row.step, "不能是 0"
    yield from _rising("range.bands", [each.at_least for each in row.bands])
    for number, band in enumerate(row.bands, 1):
        if not row.minimum <= band.at_least <= row.maximum:
            path = f"range.bands[{number}].at_least"
            yield path, band.at_least, f"不在 {row.minimum} 至 {row.maximum} 之间"
    yield from _strangers("range.aids", (each.identities for each in row.aids), region)


def _people(file: shape.SchemeFile, region: Region) -> Iterator[Finding]:
    for id_ in _repeated(each.id for each in file.category):
        yield "category", id_, "类别重复"
    if sum(each.rest for each in file.category) > 1:
        yield "category", "rest", "只能有一类 rest"
    if file.people is not None:
        yield from _strangers("people", [file.people.free], region, "free")
        day = file.people.reference
        if day.day > monthrange(2023, day.month)[1]:
            yield "people.reference.day", day.day, "没有这一天"


def _by_category(
    row: shape.ByCategoryModel, file: shape.SchemeFile, region: Region
) -> Iterator[Finding]:
    yield from _strangers("by_category", [row.free or []], region, "free")
    for id_ in _repeated(each.category for each in row.prices):
        yield "by_category.prices", id_, "类别重复"
    for number, each in enumerate(row.prices, 1):
        path = f"by_category.prices[{number}]"
        if each.category not in {kind.id for kind in file.category}:
            yield f"{path}.category", each.category, "[[category]] 里没有这一类"
        for code in sorted(set(each.districts) - set(region.districts)):
            yield f"{path}.districts", code, "region.toml 没有这个区县"
        bundled = total(each.bundled.values())
        if any(price < bundled for price in (each.personal, *each.districts.values())):
            yield f"{path}.bundled", bundled, "比个人缴费还多"
        if file.fund in each.bundled:
            yield f"{path}.bundled", file.fund, "就是本险种的基金，不要再写"


def _base_rate(row: shape.BaseRateModel) -> Iterator[Finding]:
    yield from _rising("base_rate.bases", row.bases)
    if row.lower is not None and row.upper is not None and row.lower >= row.upper:
        yield "base_rate.lower", row.lower, f"要小于 upper {row.upper}"
    if row.step == ZERO:
        yield "base_rate.step", row.step, "不能是 0"
    for fund in _repeated(each.fund for each in row.parts):
        yield "base_rate.parts", fund, "同一基金写了两次"
    for base in sorted(set(row.labels) - {str(base).removesuffix(".00") for base in row.bases}):
        yield "base_rate.labels", base, "bases 里没有这个基数"
    for number, each in enumerate(row.published, 1):
        path = f"base_rate.published[{number}]"
        if each.fund not in {part.fund for part in row.parts}:
            yield f"{path}.fund", each.fund, "parts 里没有这个基金"
        if each.base is not None and row.bases and each.base not in row.bases:
            yield f"{path}.base", each.base, "bases 里没有这个基数"


def _rising(path: str, amounts: list[Money]) -> Iterator[Finding]:
    for number, (before, after) in enumerate(pairwise(amounts), 2):
        if after <= before:
            yield f"{path}[{number}]", after, f"要大于前一项 {before}"


def _strangers(
    path: str, groups: Iterable[list[str]], region: Region, last: str = ""
) -> Iterator[Finding]:
    for number, group in enumerate(groups, 1):
        for id_ in sorted(set(group) - set(region.identities)):
            where = f"{path}.{last}" if last else f"{path}[{number}]"
            yield where, id_, "region.toml 没有这个特殊身份"


def _repeated(values: Iterable[object]) -> list[object]:
    seen: list[object] = []
    repeated: list[object] = []
    for value in values:
        (repeated if value in seen else seen).append(value)
    return repeated
