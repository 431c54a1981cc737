"""Look (看批扣): a run for the clerks, a forecast and its result for a payer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Final

from shebao.core.bill import Bill, BillState
from shebao.core.deduction.batch import Batch, BatchUnknown
from shebao.core.deduction.line import LineState, Reason
from shebao.core.deduction.mandate import Mandate, MandateState
from shebao.core.deduction.packet import Packet
from shebao.core.enrolment import Enrolment, EnrolmentState
from shebao.core.money import Money, total
from shebao.core.policy.fund import Fund
from shebao.core.policy.region import Region
from shebao.core.policy.rules import ByCategory
from shebao.core.policy.scheme import Scheme, in_force
from shebao.core.policy.window import open_periods
from shebao.core.refusals import Refusal
from shebao.operations.batch.build import next_batch_day
from shebao.operations.world import World
from shebao.store import bills, enrolments
from shebao.store.batch import answers as batch_answers
from shebao.store.batch import batches, outcomes, wishes
from shebao.store.batch.answers import Answer
from shebao.store.batch.outcomes import Counted, Ended, LineSeen
from shebao.store.batch.wishes import Miss
from shebao.store.deduction import mandates

MOST: Final = 50
_OPEN: Final = frozenset({LineState.QUEUED, LineState.SENT, LineState.UNKNOWN})
_PAID: Final = frozenset({BillState.PAID, BillState.SETTLED, BillState.REMITTED})


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """A run with all that can be counted of it."""

    batch: Batch
    packets: Sequence[Packet]
    answers: Sequence[Answer]
    counts: Sequence[Counted]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a payer may expect of the next batch of one scheme.

    Words: ``no_mandate``, ``suspended``, ``nothing_due``, ``to_choose``, ``paying``, ``paid``,
    ``skipped``, ``stopped``, ``waits``, ``in_batch``, ``will_be_taken``.
    """

    scheme: Scheme
    enrolment_id: str
    chosen: bool  # Whether the amount is a choice of theirs, and can be made now.
    word: str
    amount: Money
    day: date | None  # None: the day is not published.
    sure: bool  # Whether the holidays of that year are known.
    mandate: Mandate | None
    line: LineSeen | None
    miss: Miss | None


async def look_at_batch(world: World, region_code: str, batch_id: str) -> BatchSeen:
    """One run. Raises BatchUnknown."""
    async with world.db.reading() as tx:
        batch = await batches.by_id(tx, region_code=region_code, batch_id=batch_id)
        if batch is None:
            raise BatchUnknown(batch_id)
        return BatchSeen(
            batch,
            await batches.packets(tx, region_code=region_code, batch_id=batch_id),
            await batch_answers.answers(tx, region_code=region_code, batch_id=batch_id),
            await outcomes.counts(tx, region_code=region_code, batch_id=batch_id),
        )


async def past_batches(world: World, region_code: str) -> list[Batch]:
    """The runs of a region, the newest day first."""
    async with world.db.reading() as tx:
        return await batches.of_region(tx, region_code=region_code, most=MOST)


async def ended_lines(
    world: World, region_code: str, batch_id: str, *, reason: Reason, after: int
) -> tuple[Batch, Sequence[Ended]]:
    """Lines of a run that ended for one reason, some at a time. Raises BatchUnknown."""
    async with world.db.reading() as tx:
        batch = await batches.by_id(tx, region_code=region_code, batch_id=batch_id)
        if batch is None:
            raise BatchUnknown(batch_id)
        return batch, await outcomes.of_reason(tx, batch, reason=reason, after=after, most=MOST)


async def forecasts(world: World, *, region_code: str, person_id: str) -> list[Forecast]:
    """What a person may expect of the next batch, for each scheme they belong to."""
    found = await forecasts_of(world, region_code=region_code, person_ids=[person_id])
    return found[person_id]


async def forecasts_of(
    world: World, *, region_code: str, person_ids: Sequence[str]
) -> dict[str, list[Forecast]]:
    """The same for each of some people, from the same few statements."""
    region, who = world.region(region_code), sorted(set(person_ids))
    async with world.db.reading() as tx:
        belongs = await enrolments.of_persons(tx, region_code=region_code, person_ids=who)
        owed = await bills.of_persons(tx, region_code=region_code, person_ids=who)
        agreed = await mandates.of_persons(tx, region_code=region_code, person_ids=who)
        seen = await outcomes.of_persons(tx, region_code=region_code, person_ids=who)
        skips = await wishes.skips(tx, region_code=region_code, person_ids=who)
        misses = await wishes.misses(tx, region_code=region_code, person_ids=who)
    found: dict[str, list[Forecast]] = {}
    for one in who:
        active = [own for own in belongs.get(one, []) if own.state is EnrolmentState.ACTIVE]
        known = _Known(
            world=world,
            region=region,
            schemes=[own.scheme for own in active],
            mandates=agreed.get(one, []),
            lines=seen.get(one, []),
            skips=skips.get(one, set()),
            misses=misses.get(one, {}),
        )
        due = [held.bill for held in owed.get(one, [])]
        found[one] = [known.forecast(region.scheme(own.scheme), own, due) for own in active]
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """All that decides what a person may expect."""

    world: World
    region: Region
    schemes: Sequence[str]
    mandates: Sequence[Mandate]
    lines: Sequence[LineSeen]
    skips: AbstractSet[str]
    misses: Mapping[str, Miss]

    def forecast(self, scheme: Scheme, own: Enrolment, owed: Sequence[Bill]) -> Forecast:
        """What may be expected of the next batch of a scheme."""
        ordinary = [one for one in owed if one.scheme == scheme.id and not one.kind.special]
        due = [one for one in ordinary if one.state is BillState.PAYABLE]
        mandate = self._mandate(scheme.fund)
        line = next((one for one in self.lines if one.scheme == scheme.id), None)
        waiting = line if line is not None and line.line.state in _OPEN else None
        day = next_batch_day(self.world, self.region.code, scheme.id)
        amount = total(one.amount for one in due)
        if waiting is not None:
            day, amount = waiting.line.day, waiting.line.amount
        word = "in_batch" if waiting else self._word(scheme, mandate, ordinary, due, day)
        sure = day is None or self.world.work_days.sure_of(day)
        chosen = self._chosen(scheme)
        if word == "nothing_due" and chosen:
            word = "to_choose"
        return Forecast(
            scheme=scheme,
            enrolment_id=own.id,
            chosen=chosen,
            word=word,
            amount=amount,
            day=day,
            sure=sure,
            mandate=mandate,
            line=line,
            miss=self.misses.get(scheme.id),
        )

    def _chosen(self, scheme: Scheme) -> bool:
        """Whether somebody chooses what they pay to a scheme, and may do so today."""
        today = self.world.today(self.region.code)
        try:
            period = next(iter(open_periods(scheme, on=today)), None)
            if period is None:
                return False
            return not isinstance(in_force(scheme, period, as_of=today).rule, ByCategory)
        except Refusal:
            return False

    def _word(
        self,
        scheme: Scheme,
        mandate: Mandate | None,
        ordinary: Sequence[Bill],
        due: Sequence[Bill],
        day: date | None,
    ) -> str:
        miss = self.misses.get(scheme.id)
        if not due:
            states = {one.state for one in ordinary}
            if BillState.RESERVED in states:
                return "paying"
            return "paid" if states & _PAID else "nothing_due"
        if mandate is None or mandate.state is MandateState.SUSPENDED:
            return "no_mandate" if mandate is None else "suspended"
        if scheme.id in self.skips:
            return "skipped"
        if miss is None or not all(miss.bars(str(one.period), day) for one in due):
            return "will_be_taken"
        return "stopped" if miss.next_on is None else "waits"

    def _mandate(self, fund: Fund) -> Mandate | None:
        """The mandate a fund is collected under: that of the pension where the rule says so."""
        in_force = {one.fund: one for one in self.mandates if one.state.in_force}
        rule = self.region.agreement.moved(fund) if self.region.agreement else None
        own, pension = in_force.get(fund), in_force.get(Fund.PENSION)
        moved = rule is not None and rule.also_pays in self.schemes
        if moved and own is not None and pension is not None:
            return pension if pension.state is MandateState.ACTIVE else own
        return own
