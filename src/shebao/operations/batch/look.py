"""Look (看批扣): a run for the clerks, a forecast and its result for a payer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shebao.core.bill import Bill, BillState
from shebao.core.deduction.batch import Batch, BatchUnknown
from shebao.core.deduction.line import LineState
from shebao.core.deduction.mandate import Mandate, MandateState
from shebao.core.deduction.packet import Packet
from shebao.core.enrolment import EnrolmentState
from shebao.core.money import Money, total
from shebao.core.policy.scheme import Scheme
from shebao.operations.batch.build import next_batch_day
from shebao.operations.world import World
from shebao.store import bills, enrolments
from shebao.store.batch import answers as batch_answers
from shebao.store.batch import batches, lines, wishes
from shebao.store.batch.answers import Answer
from shebao.store.batch.lines import Counted, LineSeen
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

    Words: ``no_mandate``, ``suspended``, ``nothing_due``, ``paid``, ``skipped``,
    ``stopped``, ``waits``, ``in_batch``, ``will_be_taken``.
    """

    scheme: Scheme
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
            await lines.counts(tx, region_code=region_code, batch_id=batch_id),
        )


async def past_batches(world: World, region_code: str) -> list[Batch]:
    """The runs of a region, the newest day first."""
    async with world.db.reading() as tx:
        return await batches.of_region(tx, region_code=region_code, most=MOST)


async def forecasts(world: World, *, region_code: str, person_id: str) -> list[Forecast]:
    """What a person may expect of the next batch, for each scheme they belong to."""
    region, who = world.region(region_code), [person_id]
    async with world.db.reading() as tx:
        belongs = await enrolments.of_persons(tx, region_code=region_code, person_ids=who)
        owed = await bills.of_persons(tx, region_code=region_code, person_ids=who)
        agreed = await mandates.of_person(tx, region_code=region_code, person_id=person_id)
        seen = await lines.of_person(tx, region_code=region_code, person_id=person_id)
        skips = await wishes.skips(tx, region_code=region_code, person_id=person_id)
        misses = await wishes.misses(tx, region_code=region_code, person_id=person_id)
    known = _Known(world, region_code, agreed, seen, skips, misses)
    return [
        known.forecast(region.scheme(one.scheme), [held.bill for held in owed.get(person_id, [])])
        for one in belongs.get(person_id, [])
        if one.state is EnrolmentState.ACTIVE
    ]


@dataclass(frozen=True, slots=True)
class _Known:
    """All that decides what a person may expect."""

    world: World
    region_code: str
    mandates: Sequence[Mandate]
    lines: Sequence[LineSeen]
    skips: frozenset[str]
    misses: Mapping[str, Miss]

    def forecast(self, scheme: Scheme, owed: Sequence[Bill]) -> Forecast:
        """What may be expected of the next batch of a scheme."""
        ordinary = [one for one in owed if one.scheme == scheme.id and not one.kind.special]
        due = [one for one in ordinary if one.state is BillState.PAYABLE]
        mandate = next(
            (one for one in self.mandates if one.fund is scheme.fund and one.state.in_force), None
        )
        line = next((one for one in self.lines if one.scheme == scheme.id), None)
        waiting = line if line is not None and line.line.state in _OPEN else None
        day = next_batch_day(self.world, self.region_code, scheme.id)
        amount = total(one.amount for one in due)
        if waiting is not None:
            day, amount = waiting.line.day, waiting.line.amount
        word = "in_batch" if waiting else self._word(scheme, mandate, ordinary, due, day)
        sure = day is None or self.world.work_days.sure_of(day)
        miss = self.misses.get(scheme.id)
        return Forecast(scheme, word, amount, day, sure, mandate, line, miss)

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
            paid = any(one.state in _PAID for one in ordinary)
            return "paid" if paid else "nothing_due"
        if mandate is None or mandate.state is MandateState.SUSPENDED:
            return "no_mandate" if mandate is None else "suspended"
        if scheme.id in self.skips:
            return "skipped"
        if miss is None:
            return "will_be_taken"
        return _after(miss, day)


def _after(miss: Miss, day: date | None) -> str:
    """What may be expected after a failure."""
    if miss.next_on is None:
        return "stopped"
    return "waits" if day is not None and miss.next_on > day else "will_be_taken"
