"""Benefit schema: the shape of a scheme's `benefit`, and of benefits/*.toml, which all share."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from shebao.core.policy.benefit import (
    BasicPension,
    Benefit,
    BenefitKind,
    Cited,
    Rise,
    Seniority,
)
from shebao.store.packs.values import Amount, Model, Rate, Words

FOLDER: Final = "benefits"
Sure = Literal["S", "D", "SEED"]
Years = Annotated[int, Field(ge=0, le=100)]


class CitedModel(Model):
    """[source.id] of a shared file: what a document says."""

    title: Words
    says: Words
    address: str
    confidence: Sure


class RiseModel(Model):
    """How the least years grow."""

    from_: Annotated[int, Field(alias="from")]
    months: int
    to: Years


class SharedFile(Model):
    """benefits/<kind>.toml: what holds in the whole country."""

    least_years: Years
    ages: list[Years]
    months: dict[str, int]
    rises: RiseModel | None = None
    back_pay: bool = False
    account_rate: Rate | None = None
    source: dict[str, CitedModel]


class BasicModel(Model):
    """The basic pension from a day on."""

    begins: date
    monthly: Amount
    source: Words
    confidence: Sure


class SeniorityModel(Model):
    """What years earn."""

    years: Years
    monthly: Amount
    further: Amount
    source: Words
    confidence: Sure


class BenefitModel(Model):
    """`benefit` of a scheme: by which formula, and what this city pays."""

    kind: Literal["resident", "employee"]
    basic: list[BasicModel] = Field(default_factory=list)
    seniority: SeniorityModel | None = None


def load_benefits(baseline: Path) -> Mapping[str, SharedFile]:
    """What holds in the whole country, by kind."""
    return {
        path.stem: SharedFile.model_validate(tomllib.loads(path.read_text("utf-8")))
        for path in sorted((baseline / FOLDER).glob("*.toml"))
    }


def benefit(
    own: BenefitModel | None, shared: Mapping[str, SharedFile], titles: Mapping[str, str]
) -> Benefit | None:
    """What a scheme pays, if its file and the shared one say so. `titles` are its documents."""
    common = shared.get(own.kind) if own is not None else None
    if own is None or common is None:
        return None
    rise = common.rises
    return Benefit(
        kind=BenefitKind(own.kind),
        least_years=common.least_years,
        ages=tuple(common.ages),
        months={int(age): months for age, months in common.months.items()},
        rise=Rise(rise.from_, rise.months, rise.to) if rise else None,
        back_pay=common.back_pay,
        account_rate=common.account_rate,
        basic=tuple(_basic(one, titles) for one in own.basic),
        seniority=_seniority(own.seniority, titles),
        cited=tuple(
            Cited(one.says, f"《{one.title}》{one.address and f'，{one.address}'}", one.confidence)
            for one in common.source.values()
        ),
    )


def _basic(one: BasicModel, titles: Mapping[str, str]) -> BasicPension:
    says = f"基础养老金每月 {one.monthly} 元（{one.begins.year} 年），以后不变"
    cited = Cited(says, titles.get(one.source, one.source), one.confidence)
    return BasicPension(one.begins, one.monthly, cited)


def _seniority(one: SeniorityModel | None, titles: Mapping[str, str]) -> Seniority | None:
    if one is None:
        return None
    says = f"缴费年限养老金：满 {one.years} 年每月 {one.monthly} 元，每多一年加 {one.further} 元"
    cited = Cited(says, titles.get(one.source, one.source), one.confidence)
    return Seniority(one.years, one.monthly, one.further, cited)
