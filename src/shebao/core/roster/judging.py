"""Judging (名册核对): whether something is to be collected for a line, by what the books know.

Every line is judged by itself and gets one answer. What is said of people is only ever what the
collector may know: that a name does not fit, never the right one.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from shebao.core.bill import BillState
from shebao.core.deduction.batch import ENTRY as BATCH_ENTRY
from shebao.core.enrolment import Enrolment, EnrolmentState
from shebao.core.identity import Sex
from shebao.core.money import ZERO
from shebao.core.period import Period
from shebao.core.policy.assessment import Assessment, assess
from shebao.core.policy.choice import Situation
from shebao.core.policy.region import Region
from shebao.core.policy.rules import ByCategory, Category
from shebao.core.policy.scheme import Scheme, in_force
from shebao.core.refusals import Refusal
from shebao.core.roster.collector import Collector, Scope
from shebao.core.roster.entry import Entry
from shebao.core.roster.line import LineState
from shebao.core.roster.obstacles import (
    CategoryDiffers,
    CategoryNeeded,
    CategoryNotKnown,
    CollectedByOthers,
    DistrictNotKnown,
    EnrolmentOver,
    InABatch,
    InSomebodysOrder,
    ListedBefore,
    ListedElsewhere,
    NameDiffers,
    NotPrepaid,
    NotYourCategory,
    PaidBefore,
    PaidByGovernment,
    SpecialBillWaits,
    TooLateToCollect,
)

_APPLIED: Final = frozenset(
    {EnrolmentState.APPLIED, EnrolmentState.UNDER_REVIEW, EnrolmentState.RETURNED}
)
_PAID: Final = frozenset({BillState.PAID, BillState.SETTLED, BillState.REMITTED})


@dataclass(frozen=True, slots=True)
class KnownBill:
    """What the books have for one of the roster's periods."""

    period: str
    state: BillState
    held_through: str | None
    payable_until: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the books know of the person a line names."""

    person_id: str
    name: str
    born: date | None
    sex: Sex | None
    enrolment: Enrolment | None
    bills: tuple[KnownBill, ...] = ()
    special_waits: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """An earlier line with the same number on a roster that still counts."""

    collector_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a line, and what speaks against it."""

    state: LineState
    refusal: Refusal | None = None
    category: Category | None = None  # As which they apply, or are enrolled.
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """What people owe for some periods; what a kind of person owes is worked out once."""

    scheme: Scheme
    today: date
    _found: dict[Hashable, Assessment | Refusal] = field(default_factory=dict)

    def owed(self, situation: Situation) -> Assessment:
        """What somebody owes where there is nothing to choose. Raises what policy says."""
        key = (
            str(situation.period),
            situation.category,
            situation.district,
            situation.identity,
            situation.sex,
            situation.born,
        )
        if key not in self._found:
            try:
                self._found[key] = assess(self.scheme, situation, None, as_of=self.today)
            except Refusal as refusal:
                self._found[key] = refusal
        found = self._found[key]
        if isinstance(found, Refusal):
            raise found
        return found


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the lines of one file for one collector."""

    region: Region
    prices: Prices
    periods: tuple[Period, ...]
    collector: Collector
    scopes: tuple[Scope, ...]
    table: Mapping[str, Category]  # By every name a category goes by.

    @property
    def today(self) -> date:
        """The day the file is judged on."""
        return self.prices.today

    def judge(self, entry: Entry, known: Known | None, standing: Standing | None) -> Verdict:
        """The answer to one line."""
        try:
            if known is not None and known.name != entry.name:
                raise NameDiffers
            if standing is not None:
                return self._listed(standing)
            enrolment = known.enrolment if known else None
            if known is None or enrolment is None:
                return self._applies(entry)
            return self._enrolled(entry, known, enrolment)
        except PaidByGovernment as exempt:
            return Verdict(LineState.EXEMPT, exempt)
        except Refusal as refusal:
            return Verdict(LineState.REFUSED, refusal)

    def _listed(self, standing: Standing) -> Verdict:
        if standing.collector_id != self.collector.id:
            raise ListedElsewhere
        return Verdict(LineState.REPEATED, ListedBefore(standing.title))

    def _applies(self, entry: Entry) -> Verdict:
        """Not enrolled: the line becomes an application, if it says as what."""
        category, district = self._written(entry)
        if category is None:
            raise CategoryNeeded(self._offered())
        self._may_collect(category, district)
        number = entry.number
        situation = Situation(
            period=self.periods[0], category=category.id, district=district, born=number.born,
            sex=number.sex,
        )  # fmt: skip
        self.prices.owed(situation)
        return Verdict(LineState.APPLYING, category=category, district=district)

    def _enrolled(self, entry: Entry, known: Known, enrolment: Enrolment) -> Verdict:
        written, _ = self._written(entry)
        category = self._category(enrolment.category)
        if written is not None and category is not None and written.id != category.id:
            raise CategoryDiffers(written.name, category.name)
        self._may_collect(category, enrolment.district)
        if enrolment.state in _APPLIED:
            return Verdict(LineState.APPLYING, category=category, district=enrolment.district)
        if enrolment.state is not EnrolmentState.ACTIVE:
            raise EnrolmentOver(enrolment.state)
        self._payable(known)
        self._priced_now(known, enrolment)
        return Verdict(LineState.LISTED, category=category, district=enrolment.district)

    def _payable(self, known: Known) -> None:
        """See that nothing keeps the bills there are from being paid."""
        for bill in known.bills:
            if bill.state in _PAID:
                raise PaidBefore
            if bill.state is BillState.RESERVED:
                raise InABatch if bill.held_through == BATCH_ENTRY else InSomebodysOrder
            if bill.payable_until is not None and bill.payable_until < self.today:
                raise TooLateToCollect(bill.payable_until)
        if known.special_waits and self.region.special_first:
            raise SpecialBillWaits

    def _priced_now(self, known: Known, enrolment: Enrolment) -> None:
        """See that every period without a bill can be billed, and owes something."""
        billed = {bill.period for bill in known.bills}
        for period in self.periods:
            if str(period) in billed:
                continue
            situation = Situation(
                period=period, category=enrolment.category, district=enrolment.district,
                identity=enrolment.identity, born=known.born, sex=known.sex,
            )  # fmt: skip
            if self.prices.owed(situation).personal == ZERO:
                raise PaidByGovernment

    def _may_collect(self, category: Category | None, district: str | None) -> None:
        id_ = category.id if category else None
        if not any(scope.covers(id_, district) for scope in self.scopes):
            raise NotYourCategory(category.name if category else "")
        if len(self.periods) > 1 and id_ not in self._prepaid():
            raise NotPrepaid(category.name if category else "")
        by = self.prices.scheme.collected_by.get(id_ or "", self.collector.kind.label)
        if category and by != self.collector.kind.label:
            raise CollectedByOthers(category.name, by)

    def _prepaid(self) -> set[str]:
        """Who may pay several years from the first of these on at once."""
        first = self.periods[0].year
        return {
            one.category for one in self.prices.scheme.prepaid if first <= one.begins_until.year
        }

    def _written(self, entry: Entry) -> tuple[Category | None, str | None]:
        """The category and the district a line names, if it names any."""
        category = self._category(entry.category)
        if entry.category and category is None:
            raise CategoryNotKnown(entry.category, self._offered())
        district = self.region.district_code(entry.district) if entry.district else None
        if district is not None and district not in self.region.districts:
            raise DistrictNotKnown(entry.district)
        return category, district

    def _category(self, written: str | None) -> Category | None:
        return self.table.get(written or "")

    def _offered(self) -> str:
        return "、".join(dict.fromkeys(kind.name for kind in self.table.values()))


def categories_of(scheme: Scheme, period: Period, *, as_of: date) -> Mapping[str, Category]:
    """The categories of a scheme by every name they go by; none, where it has no table."""
    rule = in_force(scheme, period, as_of=as_of).rule
    if not isinstance(rule, ByCategory):
        return {}
    return {name: kind for kind in rule.categories for name in (kind.id, kind.name, *kind.also)}
