"""Differences (对账差异): found by one statement a day and source, and kept until they fall."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from shebao.core.books.reconciliation import (
    STEPS,
    Candidate,
    Difference,
    DifferenceEvent,
    DifferenceKind,
    DifferenceState,
    Finding,
    Subject,
)
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("differences")
_AT_ONCE: Final = 2000
# A day's lines are joined whole: by hashes, in memory, as planned for just this day.
_SETTINGS: Final = (
    "SET LOCAL work_mem = '128MB'; SET LOCAL hash_mem_multiplier = 2;"
    "SET LOCAL plan_cache_mode = force_custom_plan"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of one source, and when it begins and ends there."""

    region_code: str
    source: str
    day: date
    begins: datetime
    ends: datetime
    ends_earlier: timedelta
    next_day_read: bool


async def candidates(tx: Tx, day: Day) -> AsyncIterator[list[Candidate]]:
    """The numbers on which a day's two sides do not say exactly the same, some at a time."""
    await tx.script(_SETTINGS)
    for subject, query in ((Subject.PAYMENT, SQL.odd_payments), (Subject.REFUND, SQL.odd_refunds)):
        async for rows in tx.stream(
            query,
            at_once=_AT_ONCE,
            region_code=day.region_code,
            source=day.source,
            day=day.day,
            begins=day.begins,
            ends=day.ends,
            ends_earlier=day.ends_earlier,
        ):
            yield [_candidate(row, subject, day) for row in rows]


async def keep(tx: Tx, day: Day, findings: Sequence[tuple[str, Finding]], *, at: datetime) -> None:
    """Write findings of one subject down, each under the id it has if it is new."""
    if not findings:
        return
    [subject] = {one.candidate.subject for _, one in findings}
    await tx.run(
        SQL.keep,
        region_code=day.region_code,
        source=day.source,
        day=day.day,
        subject=subject,
        ids=[id_ for id_, _ in findings],
        numbers=[one.candidate.number for _, one in findings],
        kinds=[one.kind for _, one in findings],
        our_ids=[one.candidate.our_id for _, one in findings],
        lines=[one.candidate.line for _, one in findings],
        theirs=[one.candidate.theirs.fen for _, one in findings],
        ours=[one.candidate.ours.fen for _, one in findings],
        happened_ats=[one.candidate.happened_at for _, one in findings],
        at=at,
    )
    paired = [one.candidate.number for _, one in findings if one.paired]
    if paired:
        await tx.run(
            SQL.clear_pairs,
            region_code=day.region_code,
            source=day.source,
            subject=subject,
            numbers=paired,
            at=at,
        )
    await tx.run(
        SQL.open_again,
        region_code=day.region_code,
        source=day.source,
        day=day.day,
        subject=subject,
        numbers=[one.candidate.number for _, one in findings if not one.paired],
        at=at,
    )


async def fall(tx: Tx, *, region_code: str, source: str, day: date, at: datetime) -> None:
    """Let go of differences of a day that the match at this moment did not find."""
    await tx.run(SQL.fall, region_code=region_code, source=source, day=day, at=at)


async def harden(tx: Tx, *, region_code: str, source: str, day: date) -> None:
    """The next day's file is read: what waited for it at the edge of this day is missing."""
    await tx.run(SQL.harden, region_code=region_code, source=source, day=day)


async def step(tx: Tx, one: Difference, event: DifferenceEvent, *, at: datetime) -> None:
    """Take a difference a step. It is locked."""
    moved = await tx.run(
        SQL.step,
        region_code=one.region_code,
        difference_id=one.id,
        seen=one.version,
        state=STEPS.after(one.state, event),
        event=event,
        at=at,
    )
    assert moved == 1, "the difference was not locked"


async def agree(tx: Tx, one: Difference) -> None:
    """Our side says now what theirs says."""
    await tx.run(SQL.agree, region_code=one.region_code, difference_id=one.id)


async def lock(tx: Tx, *, region_code: str, difference_id: str) -> Difference:
    """One difference, held until the transaction ends. Raises LookupError."""
    row = await tx.row(SQL.lock, region_code=region_code, difference_id=difference_id)
    if row is None:
        raise LookupError(difference_id)
    return _difference(row)


async def of_days(
    tx: Tx, day: tuple[date, date], *, region_code: str, source: str | None, only_open: bool,
    most: int,
) -> list[Difference]:  # fmt: skip
    """The differences from one day to another, of one source or all; those to be done first."""
    rows = await tx.rows(
        SQL.of_days,
        region_code=region_code,
        first_day=day[0],
        last_day=day[1],
        source=source,
        only_open=only_open,
        most=most,
    )
    return [_difference(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """How many differences of one kind stand, how many are open, and what they come to."""

    source: str
    kind: DifferenceKind
    times: int
    gap: Money
    open: int


async def standing(tx: Tx, *, region_code: str, day: date) -> list[Standing]:
    """What stands between a region's sources and our books on a day, kind by kind."""
    rows = await tx.rows(SQL.standing, region_code=region_code, day=day)
    return [
        Standing(
            row["source"],
            DifferenceKind(row["kind"]),
            row["times"],
            Money(row["gap_fen"]),
            row["open"],
        )
        for row in rows
    ]


def _candidate(row: Row, subject: Subject, day: Day) -> Candidate:
    return Candidate(
        subject=subject,
        number=row["number"],
        our_id=row["our_id"],
        line=row["line"],
        theirs_count=row["theirs_count"],
        theirs=Money(row["theirs_fen"]),
        each=_money(row["each_fen"]),
        ours_count=row["ours_count"],
        ours=Money(row["ours_fen"]),
        family_theirs=Money(row["family_theirs_fen"]),
        family_ours=Money(row["family_ours_fen"]),
        elsewhere=_money(row["elsewhere_fen"]),
        elsewhere_matched=row["elsewhere_matched"],
        opposite=_money(row["opposite_fen"]),
        known=row["known"],
        next_day_read=day.next_day_read,
        day_ends_at=day.ends,
        happened_at=row["happened_at"],
    )


def _money(fen: int | None) -> Money | None:
    return None if fen is None else Money(fen)


def _difference(row: Row) -> Difference:
    return Difference(
        region_code=row["region_code"],
        id=row["id"],
        source=row["source"],
        day=row["day"],
        subject=Subject(row["subject"]),
        number=row["number"],
        kind=DifferenceKind(row["kind"]),
        our_id=row["our_id"],
        line=row["line"],
        theirs=Money(row["theirs_fen"]),
        ours=Money(row["ours_fen"]),
        happened_at=row["happened_at"],
        stands=row["stands"],
        state=DifferenceState(row["state"]),
        version=row["version"],
    )
