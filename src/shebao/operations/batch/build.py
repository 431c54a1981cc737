"""Build (制作批扣): everybody who can be collected from on a day becomes a line, so many at a time.

Cut off anywhere it goes on where it stopped. A built batch may be cancelled, or signed by
somebody else (`sign.py`); nobody's bills are held before that.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from shebao.core.deduction.batch import (
    STEPS,
    Batch,
    BatchEmpty,
    BatchEvent,
    BatchNotThere,
    BatchState,
    BatchUnknown,
)
from shebao.core.deduction.line import Reason
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.period import Period
from shebao.core.policy.fund import Fund
from shebao.core.policy.scheme import PeriodKind, Scheme
from shebao.core.refusals import Refusal
from shebao.operations.world import SHANGHAI, World
from shebao.store.batch import batches, lines, wishes
from shebao.store.batch.lines import Chosen
from shebao.store.database import Tx

CHUNK: Final = 10_000  # People a transaction.
MANY: Final = 1_000  # Lines from which on it matters how they are found.


@dataclass(eq=False)
class BanksClosed(Refusal):
    """Banks do not work on this day."""

    day: date
    instead: date


@dataclass(eq=False)
class DayPlanned(Refusal):
    """The calendar of the scheme has other days."""

    day: date
    planned: date


@dataclass(eq=False)
class TooLate(Refusal):
    """The day is over, or the hour by which files must be out has passed."""

    day: date
    hour: int


async def begin_batch(world: World, clerk: Clerk, *, scheme: str, day: date) -> Batch:
    """Begin the batch of a day, or go on with the one there is.

    Raises DutyMissing, BanksClosed, DayPlanned and TooLate.
    """
    clerk.must(Duty.BATCH_BUILD)
    region_code = clerk.region_code
    found = world.region(region_code).scheme(scheme)
    async with world.db.transaction() as tx:
        known = await batches.of_day(tx, region_code=region_code, scheme=scheme, day=day)
        if known is not None:
            return await locked(tx, region_code, known)
        _check(world, found, day)
        batch = Batch(
            region_code=region_code,
            id=world.mint("bat"),
            scheme=scheme,
            fund=found.fund,
            day=day,
            format=found.deduction.format,
            state=BatchState.BUILDING,
            version=1,
            built_by=clerk.id,
            built_at=world.now(),
            order_seed=world.mint("ord"),
            attempt_seed=world.mint("att"),
        )
        if await batches.begin(tx, batch, funds={batch.fund, Fund.PENSION}):
            return batch
        other = await batches.of_day(tx, region_code=region_code, scheme=scheme, day=day)
        assert other is not None
        return await locked(tx, region_code, other)


async def build_on(world: World, batch: Batch, *, most: int = CHUNK) -> AsyncGenerator[Batch, None]:
    """Build a batch to its end, telling after each chunk how far it has come.

    Raises BatchEmpty when there is nothing to collect; the batch is cancelled then.
    """
    chosen = _chosen(world, batch)
    if batch.state is BatchState.BUILDING:
        await count_again(world)
    while True:
        async with world.db.transaction() as tx:
            now = await locked(tx, batch.region_code, batch.id)
            if now.state is not BatchState.BUILDING:
                return
            at = world.now()
            chunk = await lines.build(tx, now, chosen, most=most, at=at)
            now = replace(now, after=chunk.after, people=now.people + chunk.people)
            if chunk.people:
                await batches.grown(
                    tx, now, after=chunk.after, people=chunk.people, lines=chunk.lines,
                    fen=chunk.fen,
                )  # fmt: skip
            else:
                event = BatchEvent.BUILT if now.lines else BatchEvent.CANCELLED
                await batches.step(tx, now, event, at=at)
        if not chunk.people:
            if not now.lines:
                raise BatchEmpty(batch.scheme)
            return
        yield replace(now, lines=now.lines + chunk.lines)


async def cancel_batch(world: World, clerk: Clerk, batch_id: str, *, most: int = CHUNK) -> None:
    """Cancel a batch of which nothing was sent. Raises BatchUnknown and BatchNotThere."""
    clerk.must(Duty.BATCH_BUILD)
    region_code, done = clerk.region_code, 0
    while True:
        async with world.db.transaction() as tx:
            batch = await locked(tx, region_code, batch_id)
            if not STEPS.allows(batch.state, BatchEvent.CANCELLED) or batch.marked_to:
                raise BatchNotThere(batch_id, batch.state)
            at, reason = world.now(), Reason.BATCH_CANCELLED
            upto = min(done + most, batch.lines)
            await lines.release(
                tx, batch, serials=list(range(done + 1, upto + 1)), reason=reason, at=at
            )
            done = upto
            if done >= batch.lines:
                await wishes.skips_again(tx, region_code=region_code, batch_id=batch_id)
                await batches.step(tx, batch, BatchEvent.CANCELLED, at=at)
                return


async def count_again(world: World, lines: int = MANY) -> None:
    """Let the database count its rows again before it plans for many lines."""
    if lines >= MANY:
        async with world.db.transaction() as tx:
            await batches.count_rows_again(tx)


async def locked(tx: Tx, region_code: str, batch_id: str) -> Batch:
    """A batch, held until the transaction ends. Raises BatchUnknown."""
    batch = await batches.lock(tx, region_code=region_code, batch_id=batch_id)
    if batch is None:
        raise BatchUnknown(batch_id)
    return batch


def next_batch_day(world: World, region_code: str, scheme: str) -> date | None:
    """The next day a scheme can be collected on; None where no document gives the days."""
    terms = world.region(region_code).scheme(scheme).deduction
    today = world.today(region_code)
    planned = terms.days_of(today.year, today.month, world.work_days)
    if today in planned and not _is_over(world, region_code, today, terms.cutoff_hour):
        return today
    return terms.next_day(today, world.work_days)


def day_to_build(world: World, region_code: str, scheme: str) -> date:
    """The next day of the calendar, or the next work day where nothing is published."""
    planned = next_batch_day(world, region_code, scheme)
    return planned or next(world.work_days.from_on(world.today(region_code)))


def _is_over(world: World, region_code: str, day: date, hour: int) -> bool:
    """Whether files of a day cannot go out any more; a rehearsal has all day."""
    today, now = world.today(region_code), world.now().astimezone(SHANGHAI)
    live = region_code not in world.rehearsal
    return day < today or (live and day == today and now.hour >= hour)


def _check(world: World, scheme: Scheme, day: date) -> None:
    """See that a batch may be made for a day."""
    terms = scheme.deduction
    if _is_over(world, scheme.region_code, day, terms.cutoff_hour):
        raise TooLate(day, terms.cutoff_hour)
    if not world.work_days.works(day):
        raise BanksClosed(day, next(world.work_days.from_on(day)))
    if terms.days and day not in terms.days_of(day.year, day.month, world.work_days):
        planned = terms.next_day(day, world.work_days)
        raise DayPlanned(day, planned or day)


def _chosen(world: World, batch: Batch) -> Chosen:
    region = world.region(batch.region_code)
    scheme = region.scheme(batch.scheme)
    monthly = scheme.kind is PeriodKind.MONTH
    rule = region.agreement.moved(scheme.fund) if region.agreement else None
    return Chosen(
        period=str(Period(batch.day.year, batch.day.month)) if monthly else None,
        merges=scheme.deduction.merges,
        special_first=region.special_first,
        also_pays=rule.also_pays if rule else "",
        account_fund=Fund.PENSION if rule else "",
    )
