"""Pack schema: the shape of a scheme's file, so that every mistake in it is found at once."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from shebao.core.policy.choice import Choice, ChoiceKind
from shebao.store.packs.benefit_schema import BenefitModel
from shebao.store.packs.deduction_schema import DeductionModel, PrepaidModel
from shebao.store.packs.service_schema import GapModel, TopUpModel
from shebao.store.packs.values import (
    Amount,
    AmountKey,
    Id,
    Model,
    PeriodText,
    Rate,
    RegionCode,
    Words,
)

FundId = Literal["pension", "medical", "medical_account", "long_term_care", "unemployment"]
Years = Annotated[int, Field(ge=0, le=150)]


class SourceModel(Model):
    """[source.id]: the document a figure comes from."""

    title: Words
    number: str = ""
    issued: date | None = None
    address: str  # May be empty, when no address was kept; it may not be forgotten.


class AidModel(Model):
    """What government pays for some identities."""

    identities: Annotated[list[str], Field(min_length=1)]
    pays: Amount
    whose: Words


class TierModel(Model):
    """One amount on the list."""

    amount: Amount
    subsidy: Amount | None = None
    only: list[str] = Field(default_factory=list)
    note: str = ""


class TiersModel(Model):
    """[version.tiers]."""

    offers: Annotated[list[TierModel], Field(min_length=1)]
    aids: list[AidModel] = Field(default_factory=list)


class BandModel(Model):
    """From this amount on, this subsidy."""

    at_least: Amount
    subsidy: Amount


class RangeModel(Model):
    """[version.range]."""

    minimum: Amount
    maximum: Amount
    step: Amount
    bands: list[BandModel] = Field(default_factory=list)
    subsidy_years: Years | None = None
    aids: list[AidModel] = Field(default_factory=list)


class AgesModel(Model):
    """An age test for one sex."""

    sex: Literal["M", "F"]
    youngest: Years | None = None
    oldest: Years | None = None


class CategoryModel(Model):
    """[[category]]: one kind of person, for all versions."""

    id: Id
    name: Words
    also: list[str] = Field(default_factory=list)
    ages: list[AgesModel] = Field(default_factory=list)
    decisive: bool = False
    rest: bool = False
    collected_by: str = ""


class ReferenceModel(Model):
    """The day on which ages are measured."""

    years_before: Annotated[int, Field(ge=0, le=1)]
    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]


class PeopleModel(Model):
    """[people]: what holds for the categories of all versions."""

    reference: ReferenceModel
    free: list[str] = Field(default_factory=list)
    free_by: str = "财政"


class PriceModel(Model):
    """What one kind of person owes. A kind without a price is on file and not charged."""

    category: Id
    personal: Amount
    fiscal: Amount | None = None
    districts: dict[str, Amount] = Field(default_factory=dict)
    bundled: dict[FundId, Amount] = Field(default_factory=dict)


class ByCategoryModel(Model):
    """[version.by_category]: prices; `free` here replaces the list of [people]."""

    prices: Annotated[list[PriceModel], Field(min_length=1)]
    free: list[str] | None = None


class AverageModel(Model):
    """A base made from the upper limit."""

    upper: Amount
    divisor: Annotated[int, Field(ge=1)]
    share: Rate
    step: Amount


class PartModel(Model):
    """What one fund takes of the base."""

    fund: FundId
    rate: Rate
    rounding: Literal["half_up", "down", "up"]


class PublishedModel(Model):
    """An amount the agency printed."""

    fund: FundId
    amount: Amount
    base: Amount | None = None


class BaseRateModel(Model):
    """[version.base_rate]: a list of bases, or bounds, or one base from the average wage."""

    parts: Annotated[list[PartModel], Field(min_length=1)]
    bases: list[Amount] = Field(default_factory=list)
    labels: dict[AmountKey, str] = Field(default_factory=dict)  # Of a base, such as 60%.
    lower: Amount | None = None
    upper: Amount | None = None
    step: Amount | None = None
    average: AverageModel | None = None
    published: list[PublishedModel] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_way_to_a_base(self) -> BaseRateModel:
        if (self.lower is None) != (self.upper is None):
            raise ValueError("lower 和 upper 要一起写")
        if bool(self.bases) + (self.lower is not None) + (self.average is not None) != 1:
            raise ValueError("基数只能用一种写法：bases，或 lower 加 upper，或 average")
        return self


class VersionModel(Model):
    """[[version]]: what one document says."""

    begins: date
    ends: date | None = None
    known_from: date | None = None
    source: Words
    confidence: Literal["S", "D", "SEED", "unconfirmed"]
    note: str = ""
    tiers: TiersModel | None = None
    range: RangeModel | None = None
    by_category: ByCategoryModel | None = None
    base_rate: BaseRateModel | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> VersionModel:
        given = (self.tiers, self.range, self.by_category, self.base_rate)
        count = sum(rule is not None for rule in given)
        if count > 1 or (count == 0 and self.confidence != "unconfirmed"):
            raise ValueError("要有且只有一种计费规则：tiers、range、by_category 或 base_rate")
        if self.confidence == "unconfirmed" and not self.note:
            raise ValueError("未核实的版本要在 note 里写明为什么")
        if self.ends is not None and self.ends < self.begins:
            raise ValueError("ends 早于 begins")
        return self


class ExtensionModel(Model):
    """A season made longer by a later notice."""

    known_from: date
    closes: date


class WindowModel(Model):
    """[[window]]: when one period is collected."""

    period: PeriodText
    opens: date
    closes: date
    self_service_from: date | None = None
    extensions: list[ExtensionModel] = Field(default_factory=list)
    wait_months: Annotated[int, Field(ge=0, le=12)] | None = None
    source: Words
    note: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> WindowModel:
        if self.closes < self.opens:
            raise ValueError("closes 早于 opens")
        if any(extension.closes <= self.closes for extension in self.extensions):
            raise ValueError("延期后的截止日应晚于原来的 closes")
        return self


class ExampleModel(Model):
    """[[example]]: a case with its answer and the arithmetic shown. A test works it out again."""

    says: Words
    shows: Words
    period: PeriodText
    as_of: date | None = None
    tier: str | None = None
    amount: str | None = None
    base: str | None = None
    category: str | None = None
    district: str | None = None
    identity: str | None = None
    born: date | None = None
    sex: Literal["M", "F"] | None = None
    subsidised_years: Years = 0
    personal: Amount | None = None
    government: Amount | None = None
    subsidy: Amount | None = None
    fiscal: Amount | None = None
    refused: str | None = None

    @model_validator(mode="after")
    def _one_answer(self) -> ExampleModel:
        if (self.personal is None) == (self.refused is None):
            raise ValueError("例子要写 personal（应缴多少）或 refused（为什么不行），只写一样")
        return self

    def choice(self) -> Choice | None:
        """What the person of the example chose."""
        for kind in ChoiceKind:
            text = getattr(self, kind.value)
            if text is not None:
                return Choice.read(kind, text)
        return None


class SchemeFile(Model):
    """One scheme of one region."""

    scheme: Id
    region: RegionCode
    name: Words
    fund: FundId
    period: Literal["year", "month"]
    reviewed_on: date
    carry_over: Literal["ask", "same", "lifted"] = "ask"
    special: list[Literal["back_pay", "lump_sum", "paid_for"]] = Field(default_factory=list)
    waiting: list[str] = Field(default_factory=list)
    batch: list[str] = Field(default_factory=list)
    deduction: DeductionModel | None = None
    top_up: TopUpModel | None = None
    gap: GapModel | None = None
    benefit: BenefitModel | None = None
    people: PeopleModel | None = None
    category: list[CategoryModel] = Field(default_factory=list)
    prepaid: list[PrepaidModel] = Field(default_factory=list)
    source: Annotated[dict[str, SourceModel], Field(min_length=1)]
    version: Annotated[list[VersionModel], Field(min_length=1)]
    window: list[WindowModel] = Field(default_factory=list)
    example: list[ExampleModel] = Field(default_factory=list)

    @model_validator(mode="after")
    def _people_for_prices(self) -> SchemeFile:
        if self.people is None and any(row.by_category is not None for row in self.version):
            raise ValueError("用 by_category 的险种要写 [people] 和 [[category]]")
        return self
