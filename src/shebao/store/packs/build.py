"""Pack build: from the tables of a pack to the things of the core. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from shebao.core.account import AccountKind
from shebao.core.channel import Method
from shebao.core.entrance.consent import ConsentKind
from shebao.core.entrance.way import Feature, Place, SecondStep, Way
from shebao.core.identity import Sex
from shebao.core.money import ZERO, Money, Rounding
from shebao.core.policy.batch_days import BatchTerms
from shebao.core.policy.fund import Fund
from shebao.core.policy.region import Agency, EntryChannel, PaysFor, Region
from shebao.core.policy.returning import Ground, ReturnRule, Until
from shebao.core.policy.rules import (
    FEN,
    Ages,
    Aid,
    AverageBase,
    Band,
    Base,
    BaseRate,
    ByCategory,
    Category,
    Part,
    Published,
    Range,
    ReferenceDay,
    Rule,
    Tier,
    Tiers,
)
from shebao.core.policy.scheme import (
    CarryOver,
    Confidence,
    Extension,
    PeriodKind,
    Prepaid,
    Scheme,
    Season,
    Source,
    Version,
)
from shebao.core.policy.signing import AccountRule, AgreementTerms
from shebao.store.packs import schema as shape
from shebao.store.packs.benefit_schema import SharedFile, benefit
from shebao.store.packs.region_schema import (
    AgreementModel,
    ChannelModel,
    RegionFile,
    ReturnModel,
)

_ROUNDINGS: Final = {"half_up": Rounding.HALF_UP, "down": Rounding.DOWN, "up": Rounding.UP}


def region(file: RegionFile, baseline: RegionFile | None, schemes: Iterable[Scheme]) -> Region:
    """A region with its schemes; what it does not say itself, the baseline says."""
    shared = [baseline] if baseline is not None else []
    identities = {row.id: row for source in (*shared, file) for row in source.identity}
    agencies = {id_: row for source in (*shared, file) for id_, row in source.agencies.items()}
    return Region(
        code=file.code,
        name=file.name,
        collector=file.collector,
        districts=dict(file.districts),
        channels={row.id: _entry_channel(row) for row in file.channel},
        default_channel=file.default_channel,
        receipt_title=file.receipt_title,
        schemes={scheme.id: scheme for scheme in schemes},
        agencies={id_: Agency(row.name, row.phone) for id_, row in agencies.items()},
        words={key: text for source in (*shared, file) for key, text in source.words.items()},
        identities={row.id: row.name for row in identities.values()},
        aliases={name: row.id for row in identities.values() for name in row.also},
        order_seconds=file.order_seconds,
        cashier_seconds=file.cashier_seconds,
        special_first=file.special_first,
        offices=dict(file.offices),
        agreement=_terms(file.agreement),
        return_rules=tuple(_return_rule(row) for row in _refunds(file, baseline)),
        portals=dict(file.portals),
        objection_days=file.objection.days if file.objection else None,
        consents={
            ConsentKind(kind): f"{edition}"
            for one in (*shared, file)
            for kind, edition in one.consents.items()
        },
        glosses=_glosses(file, *shared),
        four_eyes_above=next(
            (one.four_eyes_above for one in (file, *shared) if one.four_eyes_above), ZERO
        ),
    )


def _glosses(*files: RegionFile) -> dict[str, dict[str, str]]:
    """What names mean in other languages; the region's own words win over the baseline's."""
    languages = {language for one in files for language in one.gloss}
    return {
        language: {
            name: meaning
            for one in reversed(files)
            for name, meaning in one.gloss.get(language, {}).items()
        }
        for language in languages
    }


def _entry_channel(row: ChannelModel) -> EntryChannel:
    return EntryChannel(
        id=row.id,
        name=row.name,
        methods=tuple(Method(method) for method in row.methods),
        pays_for=PaysFor(row.pays_for),
        self_service=row.self_service,
        place=Place(row.place),
        ways=tuple(Way(way) for way in row.sign_in),
        second_steps=tuple(SecondStep(step) for step in row.second_steps),
        features=frozenset(Feature(feature) for feature in row.features),
        portal=row.portal,
        words=dict(row.words),
        by_picture=frozenset(Method(method) for method in row.by_picture),
    )


def _refunds(file: RegionFile, baseline: RegionFile | None) -> list[ReturnModel]:
    """A region's own rules for a ground replace the baseline's for that ground."""
    own = {row.ground for row in file.refund}
    shared = baseline.refund if baseline is not None else []
    return [*file.refund, *(row for row in shared if row.ground not in own)]


def _return_rule(row: ReturnModel) -> ReturnRule:
    return ReturnRule(
        ground=Ground(row.ground),
        schemes=frozenset(row.schemes),
        until=Until(row.until),
        shows=row.shows,
        source=row.source,
    )


def _terms(row: AgreementModel | None) -> AgreementTerms | None:
    """How a region collects by agreement, if it does."""
    if row is None:
        return None
    return AgreementTerms(
        methods=tuple(Method(method) for method in row.methods),
        accounts=tuple(AccountKind(kind) for kind in row.accounts),
        rules=tuple(
            AccountRule(Fund(one.fund), AccountKind(one.account), one.also_pays or "")
            for one in row.rule
        ),
        sign_seconds=row.sign_seconds,
    )


def scheme(
    file: shape.SchemeFile,
    home: RegionFile,
    baseline: RegionFile | None,
    benefits: Mapping[str, SharedFile],
) -> Scheme:
    """A scheme with its versions, newest first."""
    shared = baseline.identity if baseline is not None else []
    titles = {id_: str(Source(**row.model_dump())) for id_, row in file.source.items()}
    versions = [_version(file, row) for row in file.version]
    versions.sort(key=lambda each: (each.begins, each.known_from or date.min), reverse=True)
    return Scheme(
        id=file.scheme,
        region_code=file.region,
        name=file.name,
        fund=Fund(file.fund),
        kind=PeriodKind(file.period),
        versions=tuple(versions),
        reviewed_on=file.reviewed_on,
        seasons={row.period: _season(row) for row in file.window},
        carry_over=CarryOver(file.carry_over),
        special=tuple(file.special),
        waiting=tuple(file.waiting),
        batch=tuple(file.batch),
        deduction=file.deduction.terms() if file.deduction else BatchTerms(),
        benefit=benefit(file.benefit, benefits, titles),
        districts=dict(home.districts),
        identities={row.id: row.name for row in (*shared, *home.identity)},
        top_up=file.top_up.terms() if file.top_up else None,
        collected_by={one.id: one.collected_by for one in file.category if one.collected_by},
        gap=file.gap.terms(_source(file, file.gap.source)) if file.gap else None,
        prepaid=tuple(
            Prepaid(row.category, row.begins_until, _source(file, row.source))
            for row in file.prepaid
        ),
    )


def _source(file: shape.SchemeFile, id_: str) -> Source:
    """The document a figure of a scheme comes from."""
    said = file.source.get(id_)
    return Source(**said.model_dump()) if said is not None else Source(id_)


def _season(row: shape.WindowModel) -> Season:
    return Season(
        period=row.period,
        opens=row.opens,
        closes=row.closes,
        self_service_from=row.self_service_from,
        extensions=tuple(Extension(each.known_from, each.closes) for each in row.extensions),
        wait_months=row.wait_months,
        note=row.note,
    )


def _version(file: shape.SchemeFile, row: shape.VersionModel) -> Version:
    known = f"+{row.known_from}" if row.known_from is not None else ""
    return Version(
        id=f"{file.region}/{file.scheme}@{row.begins}{known}",
        begins=row.begins,
        ends=row.ends,
        known_from=row.known_from,
        source=_source(file, row.source),
        confidence=Confidence(row.confidence),
        rule=_rule(file, row),
        note=row.note,
    )


def _rule(file: shape.SchemeFile, row: shape.VersionModel) -> Rule | None:
    if row.tiers is not None:
        offers = (
            Tier(each.amount, each.subsidy, frozenset(each.only), each.note)
            for each in row.tiers.offers
        )
        return Tiers(tuple(offers), _aids(row.tiers.aids))
    if row.range is not None:
        it = row.range
        bands = tuple(Band(each.at_least, each.subsidy) for each in it.bands)
        return Range(it.minimum, it.maximum, it.step, bands, it.subsidy_years, _aids(it.aids))
    if row.by_category is not None:
        assert file.people is not None
        return _by_category(file.category, file.people, row.by_category)
    return _base_rate(row.base_rate) if row.base_rate is not None else None


def _aids(rows: Iterable[shape.AidModel]) -> tuple[Aid, ...]:
    return tuple(Aid(frozenset(row.identities), row.pays, row.whose) for row in rows)


def _by_category(
    kinds: Iterable[shape.CategoryModel], people: shape.PeopleModel, row: shape.ByCategoryModel
) -> ByCategory:
    prices, day = {price.category: price for price in row.prices}, people.reference
    return ByCategory(
        categories=tuple(_category(kind, prices.get(kind.id)) for kind in kinds),
        reference=ReferenceDay(day.years_before, day.month, day.day),
        free=frozenset(people.free if row.free is None else row.free),
        free_by=people.free_by,
    )


def _category(kind: shape.CategoryModel, price: shape.PriceModel | None) -> Category:
    bundled = price.bundled if price is not None else {}
    return Category(
        id=kind.id,
        name=kind.name,
        personal=price.personal if price is not None else None,
        fiscal=price.fiscal if price is not None else None,
        also=tuple(kind.also),
        ages=tuple(Ages(Sex(each.sex), each.youngest, each.oldest) for each in kind.ages),
        decisive=kind.decisive,
        rest=kind.rest,
        districts=dict(price.districts) if price is not None else {},
        bundled=tuple((Fund(fund), amount) for fund, amount in bundled.items()),
    )


def _base_rate(row: shape.BaseRateModel) -> BaseRate:
    bounds, average = None, None
    labels = {Money.yuan(base): label for base, label in row.labels.items()}
    if row.lower is not None and row.upper is not None:
        bounds = (row.lower, row.upper)
    if row.average is not None:
        it = row.average
        average = AverageBase(it.upper, it.divisor, it.share, it.step)
    return BaseRate(
        parts=tuple(
            Part(Fund(each.fund), each.rate, _ROUNDINGS[each.rounding]) for each in row.parts
        ),
        bases=tuple(Base(amount, labels.get(amount, "")) for amount in row.bases),
        bounds=bounds,
        step=row.step or FEN,
        average=average,
        published=tuple(
            Published(Fund(each.fund), each.amount, each.base) for each in row.published
        ),
    )
