"""Payables (待缴): what somebody owes, why and until when, what must be chosen, what must wait.

Everybody who asks at the same moment is answered from the same few statements.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from shebao.core.bill import Bill, BillState
from shebao.core.deduction.batch import ENTRY as BATCH_ENTRY
from shebao.core.enrolment import Enrolment, EnrolmentState
from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.core.policy.assessment import assess
from shebao.core.policy.choice import ChoiceKind
from shebao.core.policy.offers import options
from shebao.core.policy.region import Region
from shebao.core.policy.scheme import Scheme
from shebao.core.policy.window import Window, WindowState, open_periods, window
from shebao.core.refusals import NotYours, Refusal
from shebao.core.roster.roster import ENTRY as ROSTER_ENTRY
from shebao.operations.issue_bills import kind_of, situation_of
from shebao.operations.world import World
from shebao.store import bills, enrolments, persons
from shebao.store.bills import HeldBill
from shebao.store.persons import PersonRow


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks about whom."""

    region_code: str
    viewer_id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class Due:
    """A bill that can be paid now; `first` says that a special bill must be paid before it."""

    bill: Bill
    scheme: Scheme
    first: bool


@dataclass(frozen=True, slots=True)
class ToChoose:
    """A scheme and the periods for which an amount, tier or base has to be chosen."""

    enrolment: Enrolment
    scheme: Scheme
    periods: tuple[Period, ...]
    window: Window
    choice_kind: ChoiceKind
    last_choice: Money | None


@dataclass(frozen=True, slots=True)
class NotNow:
    """Something that cannot be paid now: the word says why, the day from when.

    Words: ``in_batch``, ``in_roster``, ``not_open_yet``, ``window_closed``, ``in_order``,
    ``in_your_order``, ``government_pays``, ``not_billed_yet``, or the code of a refusal of the
    policy.
    """

    scheme: Scheme
    period: Period | None
    word: str
    day: date | None = None
    order_id: str | None = None
    amount: Money | None = None  # What government pays, where it pays all of it.


@dataclass(frozen=True, slots=True)
class Payables:
    """All there is to pay, to choose, and to wait for."""

    person: PersonRow
    enrolled: bool
    due: tuple[Due, ...]
    to_choose: tuple[ToChoose, ...]
    not_now: tuple[NotNow, ...]


async def payables(world: World, asks: Sequence[Ask]) -> list[Payables | Exception]:
    """What each of some people owes, for all who ask at the same moment, in order."""
    found: dict[Ask, Payables | Exception] = {}
    for region_code in {ask.region_code for ask in asks}:
        of_region = [ask for ask in asks if ask.region_code == region_code]
        found |= await _in_region(world, region_code, of_region)
    return [found[ask] for ask in asks]


async def _in_region(
    world: World, region_code: str, asks: Sequence[Ask]
) -> dict[Ask, Payables | Exception]:
    ids = {ask.person_id for ask in asks}
    pairs = sorted({(ask.viewer_id, ask.person_id) for ask in asks})
    async with world.db.reading() as tx:
        allowed = await persons.may_pay(tx, region_code=region_code, pairs=pairs)
        people = await persons.by_ids(tx, region_code=region_code, person_ids=ids)
        belongs = await enrolments.of_persons(tx, region_code=region_code, person_ids=ids)
        owed = await bills.of_persons(tx, region_code=region_code, person_ids=ids)
    answers: dict[Ask, Payables | Exception] = {}
    calendar = _Calendar(world.today(region_code))
    for ask in asks:
        person = people.get(ask.person_id)
        if person is None or (ask.viewer_id, ask.person_id) not in allowed:
            answers[ask] = NotYours(ask.person_id)
            continue
        reader = _Reader(world.region(region_code), calendar, ask.viewer_id)
        answers[ask] = reader.read(person, belongs.get(person.id, []), owed.get(person.id, []))
    return answers


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Which periods are open, and which not yet: worked out once for all who ask together."""

    today: date
    _open: dict[str, tuple[Period, ...]] = field(default_factory=dict)
    _later: dict[str, tuple[Window, ...]] = field(default_factory=dict)

    def open(self, scheme: Scheme) -> tuple[Period, ...]:
        """The periods of a scheme that can be paid for today."""
        if scheme.id not in self._open:
            self._open[scheme.id] = open_periods(scheme, on=self.today)
        return self._open[scheme.id]

    def later(self, scheme: Scheme) -> tuple[Window, ...]:
        """The windows of a scheme that open later this year, or next year."""
        if scheme.id not in self._later:
            soon = {self.today.year, self.today.year + 1}
            windows = [
                window(scheme, period, on=self.today)
                for period, season in scheme.seasons.items()
                if season.opens.year in soon
            ]
            self._later[scheme.id] = tuple(
                found for found in windows if found.state is WindowState.NOT_YET
            )
        return self._later[scheme.id]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Sorts what one person owes, on one day, for one viewer."""

    region: Region
    calendar: _Calendar
    viewer_id: str

    @property
    def today(self) -> date:
        return self.calendar.today

    def read(
        self, person: PersonRow, belongs: Sequence[Enrolment], owed: Sequence[HeldBill]
    ) -> Payables:
        due: list[Due] = []
        to_choose: list[ToChoose] = []
        not_now: list[NotNow] = []
        waiting = self._special_waiting(owed)
        for held in owed:
            bill = held.bill
            if bill.state is BillState.RESERVED:
                not_now.append(self._reserved(held))
            elif bill.state is BillState.PAYABLE:
                scheme, until = self.region.scheme(bill.scheme), bill.payable_until
                if until is not None and until < self.calendar.today:
                    not_now.append(NotNow(scheme, bill.period, "window_closed", day=until))
                else:
                    first = bill.enrolment_id in waiting and not bill.kind.special
                    due.append(Due(bill, scheme, first))
        active = [one for one in belongs if one.state is EnrolmentState.ACTIVE]
        for enrolment in active:
            for found in self._unbilled(person, enrolment, owed):
                if isinstance(found, ToChoose):
                    to_choose.append(found)
                else:
                    not_now.append(found)
        return Payables(person, bool(active), tuple(due), tuple(to_choose), tuple(not_now))

    def _special_waiting(self, owed: Sequence[HeldBill]) -> Collection[str]:
        """The enrolments of which a special bill must be paid first."""
        if not self.region.special_first:
            return ()
        return {
            held.bill.enrolment_id
            for held in owed
            if held.bill.kind.special and held.bill.state in {BillState.PAYABLE, BillState.RESERVED}
        }

    def _reserved(self, held: HeldBill) -> NotNow:
        bill, scheme = held.bill, self.region.scheme(held.bill.scheme)
        if held.held_through == BATCH_ENTRY:
            return NotNow(scheme, bill.period, "in_batch")
        if held.held_through == ROSTER_ENTRY:
            return NotNow(scheme, bill.period, "in_roster")
        if held.payer_id == self.viewer_id:
            return NotNow(scheme, bill.period, "in_your_order", order_id=bill.held_by)
        return NotNow(scheme, bill.period, "in_order")

    def _unbilled(
        self, person: PersonRow, enrolment: Enrolment, owed: Sequence[HeldBill]
    ) -> Iterator[ToChoose | NotNow]:
        scheme = self.region.scheme(enrolment.scheme)
        kind, id_ = kind_of(scheme), enrolment.id
        billed = [
            held.bill.period
            for held in owed
            if held.bill.enrolment_id == id_ and held.bill.kind is kind
        ]
        missing = tuple([one for one in self.calendar.open(scheme) if one not in billed])
        if missing:
            yield self._choose(person, enrolment, scheme, missing)
        yield from self._not_yet(scheme, billed)

    def _choose(
        self,
        person: PersonRow,
        enrolment: Enrolment,
        scheme: Scheme,
        missing: tuple[Period, ...],
    ) -> ToChoose | NotNow:
        first = missing[0]
        try:
            offered = options(scheme, situation_of(person, enrolment, first), as_of=self.today)
        except Refusal as refusal:
            return NotNow(scheme, first, refusal.code)
        kind = offered.choice_kind
        if kind is None:
            word, amount = self._why_unbilled(person, enrolment, scheme, first)
            return NotNow(scheme, first, word, amount=amount)
        return ToChoose(
            enrolment=enrolment,
            scheme=scheme,
            periods=missing,
            window=window(scheme, first, on=self.today),
            choice_kind=kind,
            last_choice=enrolment.last_choice,
        )

    def _why_unbilled(
        self, person: PersonRow, enrolment: Enrolment, scheme: Scheme, period: Period
    ) -> tuple[str, Money | None]:
        """Why there is no bill where there is nothing to choose, and what government pays."""
        try:
            assessment = assess(
                scheme, situation_of(person, enrolment, period), None, as_of=self.today
            )
        except Refusal as refusal:
            return refusal.code, None
        free = assessment.personal == ZERO
        return ("government_pays", assessment.government) if free else ("not_billed_yet", None)

    def _not_yet(self, scheme: Scheme, billed: Collection[Period]) -> Iterator[NotNow]:
        for found in self.calendar.later(scheme):
            if found.period not in billed:
                yield NotNow(scheme, found.period, "not_open_yet", day=found.opens)
