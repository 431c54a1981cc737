"""Rosters (名册): files of collectors, judged and taken in, each kept sealed for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from shebao.core.bill import BillKind, BillState
from shebao.core.enrolment import Enrolment, EnrolmentState
from shebao.core.identity import Sex
from shebao.core.period import Period
from shebao.core.roster.judging import Known, KnownBill, Standing
from shebao.core.roster.line import RosterLine
from shebao.core.roster.roster import STEPS, Roster, RosterEvent, RosterState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL: Final = Queries("rosters")
_LINE_COLUMNS: Final = (
    "region_code", "roster_id", "line", "number_hash", "group", "person_id", "enrolment_id",
    "category", "district", "reason", "says", "state", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """What the books know of one staged line."""

    line: int
    known: Known | None
    standing: Standing | None


async def lock_scheme(tx: Tx, *, region_code: str, scheme: str) -> None:
    """Judge or take in one file of a region and scheme at a time."""
    await tx.run(SQL.lock_rosters_of_scheme, region_code=region_code, scheme=scheme)


async def ask_about(
    tx: Tx, roster: Roster, numbers: Sequence[tuple[int, bytes]], *, kind: BillKind
) -> list[About]:
    """What the books know of some people, by line and hashed number, in one query."""
    staged = ((roster.region_code, roster.id, line, hashed) for line, hashed in numbers)
    columns = ("region_code", "roster_id", "line", "number_hash")
    await tx.copy("roster_staging", columns, _each(staged))
    which = {"region_code": roster.region_code, "roster_id": roster.id}
    periods = [str(period) for period in roster.periods]
    rows = await tx.rows(
        SQL.about_staged, scheme=roster.scheme, kind=kind, periods=periods, **which
    )
    await tx.run(SQL.clear_staged, **which)
    return [_about(row, roster) for row in rows]


async def insert(
    tx: Tx, roster: Roster, lines: Sequence[RosterLine], *, file_sealed: bytes
) -> None:
    """Write a judged file down with all its lines."""
    which = {"region_code": roster.region_code, "roster_id": roster.id, "at": roster.made_at}
    await tx.run(
        SQL.insert_roster,
        collector_id=roster.collector_id,
        clerk_id=roster.clerk_id,
        scheme=roster.scheme,
        periods=[str(period) for period in roster.periods],
        title=roster.title,
        file_name=roster.file_name,
        file_sealed=file_sealed,
        lines=roster.lines,
        **which,
    )
    await tx.copy("roster_lines", _LINE_COLUMNS, _each(_columns(one) for one in lines))
    await tx.run(SQL.lines_began, **which)


async def by_id(tx: Tx, *, region_code: str, roster_id: str) -> Roster | None:
    """One roster."""
    row = await tx.row(SQL.roster_by_id, region_code=region_code, roster_id=roster_id)
    return None if row is None else _roster(row)


async def lock(tx: Tx, *, region_code: str, roster_id: str) -> Roster | None:
    """One, held until the transaction ends."""
    row = await tx.row(SQL.lock_roster, region_code=region_code, roster_id=roster_id)
    return None if row is None else _roster(row)


async def of_collector(tx: Tx, *, region_code: str, collector_id: str) -> list[Roster]:
    """The newest rosters of a collector."""
    rows = await tx.rows(
        SQL.rosters_of_collector, region_code=region_code, collector_id=collector_id
    )
    return [_roster(row) for row in rows]


async def step(tx: Tx, seen: Roster, event: RosterEvent, *, at: datetime) -> None:
    """Take one a step. It is locked."""
    moved = await tx.run(
        SQL.step_roster,
        region_code=seen.region_code,
        roster_id=seen.id,
        seen=seen.version,
        state=STEPS.after(seen.state, event),
        event=event,
        at=at,
    )
    assert moved == 1, "the roster was not locked"


async def sealed_file(tx: Tx, *, region_code: str, roster_id: str) -> bytes | None:
    """The file a roster came from, sealed; none, when it was kept long enough."""
    row = await tx.row(SQL.sealed_file, region_code=region_code, roster_id=roster_id)
    return None if row is None else row["file_sealed"]


async def forget_files(tx: Tx, *, region_code: str, before: datetime) -> int:
    """Forget files that were kept long enough; say how many."""
    return await tx.run(SQL.forget_files, region_code=region_code, before=before)


async def lock_files_sealed_before(
    tx: Tx, *, region_code: str, newest: int, most: int
) -> list[tuple[str, bytes]]:
    """Files sealed with an older key, held for this transaction."""
    rows = await tx.rows(
        SQL.lock_files_sealed_before, region_code=region_code, newest=newest, most=most
    )
    return [(row["id"], row["file_sealed"]) for row in rows]


async def keep_sealed_file(tx: Tx, *, region_code: str, roster_id: str, sealed: bytes) -> None:
    """Keep the same file, sealed with another key."""
    await tx.run(
        SQL.keep_sealed_file, region_code=region_code, roster_id=roster_id, file_sealed=sealed
    )


async def _each(rows: Any) -> AsyncIterator[tuple[Any, ...]]:
    for row in rows:
        yield row


def _columns(one: RosterLine) -> tuple[Any, ...]:
    return (
        one.region_code, one.roster_id, one.line, one.number_hash, one.group, one.person_id,
        one.enrolment_id, one.category, one.district, one.reason, one.says, one.state,
        one.version,
    )  # fmt: skip


def _roster(row: Row) -> Roster:
    return Roster(
        region_code=row["region_code"],
        id=row["id"],
        collector_id=row["collector_id"],
        clerk_id=row["clerk_id"],
        scheme=row["scheme"],
        periods=tuple(Period.parse(period) for period in row["periods"]),
        title=row["title"],
        file_name=row["file_name"],
        lines=row["lines"],
        made_at=row["made_at"],
        state=RosterState(row["state"]),
        version=row["version"],
    )


def _about(row: Row, roster: Roster) -> About:
    known = None if row["person_id"] is None else _known(row, roster)
    before = row["collector_id"]
    standing = None if before is None else Standing(before, row["title"])
    return About(row["line"], known, standing)


def _known(row: Row, roster: Roster) -> Known:
    enrolment = None
    if row["enrolment_id"] is not None:
        enrolment = Enrolment(
            region_code=roster.region_code,
            id=row["enrolment_id"],
            person_id=row["person_id"],
            scheme=roster.scheme,
            district=row["district"],
            category=row["category"],
            identity=row["identity"],
            subsidised_years=0,
            last_choice=None,
            state=EnrolmentState(row["enrolment_state"]),
        )
    return Known(
        person_id=row["person_id"],
        name=row["name"],
        born=row["born"],
        sex=Sex(row["sex"]) if row["sex"] else None,
        enrolment=enrolment,
        bills=tuple(
            KnownBill(
                period, BillState(state), through, date.fromisoformat(until) if until else None
            )
            for period, state, through, until in row["bills"] or ()
        ),
        special_waits=row["special_waits"],
    )
