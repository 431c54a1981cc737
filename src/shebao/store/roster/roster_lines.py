"""Lines of rosters (名册明细): who is listed, which bills they stand for, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shebao.core.bill import BillKind
from shebao.core.enrolment import Enrolment, EnrolmentState
from shebao.core.identity import Sex
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.roster.line import STEPS, LineEvent, LineState, RosterLine
from shebao.core.roster.roster import Roster
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL: Final = Queries("roster_lines")


@dataclass(frozen=True, slots=True)
class Unbilled:
    """Somebody of a roster who has no bill yet for one of its periods."""

    enrolment: Enrolment
    born: date | None
    sex: Sex | None
    period: Period


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who is to be enrolled: found by a hashed number, and as what."""

    line: int
    number_hash: bytes
    category: str | None
    district: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A line whose application the agency has answered."""

    roster_id: str
    line: int
    version: int
    state: EnrolmentState


@dataclass(frozen=True, slots=True)
class Move:
    """A line that takes a step, and what is said of it from then on."""

    line: int
    version: int
    state: LineState
    event: LineEvent
    reason: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many lines were judged alike."""

    state: LineState
    reason: str
    lines: int


async def without_bills(tx: Tx, roster: Roster, *, kind: BillKind) -> list[Unbilled]:
    """Who of a roster has no bill yet."""
    rows = await tx.rows(
        SQL.without_bills, region_code=roster.region_code, roster_id=roster.id, kind=kind
    )
    return [_unbilled(roster.region_code, row) for row in rows]


async def bind_bills(tx: Tx, roster: Roster, *, kind: BillKind) -> int:
    """Let every line stand for the bills of its person; say how many were new."""
    return await tx.run(
        SQL.bind_bills, region_code=roster.region_code, roster_id=roster.id, kind=kind
    )


async def that_apply(tx: Tx, roster: Roster) -> list[Applicant]:
    """Who of a roster is to be enrolled and has no application yet."""
    rows = await tx.rows(SQL.lines_that_apply, region_code=roster.region_code, roster_id=roster.id)
    return [
        Applicant(row["line"], row["number_hash"], row["category"], row["district"]) for row in rows
    ]


async def point_at_enrolments(tx: Tx, roster: Roster) -> None:
    """Let lines that apply point at their applications."""
    await tx.run(
        SQL.point_at_enrolments,
        region_code=roster.region_code,
        roster_id=roster.id,
        scheme=roster.scheme,
    )


async def remember_listing(tx: Tx, roster: Roster, *, at: datetime) -> None:
    """Remember that a collector has listed these people."""
    await tx.run(
        SQL.remember_listing,
        region_code=roster.region_code,
        roster_id=roster.id,
        clerk_id=roster.clerk_id,
        at=at,
    )


async def lock_decided(tx: Tx, *, region_code: str, most: int) -> list[Decided]:
    """Lines whose application was answered, held for this transaction."""
    rows = await tx.rows(SQL.lock_decided, region_code=region_code, most=most)
    return [
        Decided(row["roster_id"], row["line"], row["version"], EnrolmentState(row["state"]))
        for row in rows
    ]


async def lock(tx: Tx, roster: Roster, line: int) -> RosterLine | None:
    """One line, held until the transaction ends."""
    row = await tx.row(
        SQL.lock_line, region_code=roster.region_code, roster_id=roster.id, line=line
    )
    return None if row is None else _line(row)


async def step(
    tx: Tx, *, region_code: str, roster_id: str, moves: Sequence[Move], at: datetime
) -> None:
    """Take lines of a roster a step each. They are locked."""
    if not moves:
        return
    moved = await tx.run(
        SQL.step_lines,
        region_code=region_code,
        roster_id=roster_id,
        lines=[one.line for one in moves],
        versions=[one.version for one in moves],
        events=[one.event for one in moves],
        states=[STEPS.after(one.state, one.event) for one in moves],
        reasons=[one.reason for one in moves],
        says=[one.says for one in moves],
        at=at,
    )
    assert moved == len(moves), "a line was not locked"


async def reasons(tx: Tx, roster: Roster) -> dict[int, str]:
    """What was said against lines, by the file's own row numbers."""
    rows = await tx.rows(SQL.reasons, region_code=roster.region_code, roster_id=roster.id)
    return {row["line"]: row["says"] for row in rows}


async def counted(tx: Tx, roster: Roster) -> list[Counted]:
    """How the lines of a roster were judged."""
    rows = await tx.rows(SQL.counts_of_states, region_code=roster.region_code, roster_id=roster.id)
    return [Counted(LineState(row["state"]), row["reason"], row["lines"]) for row in rows]


async def unpaid_bills(tx: Tx, roster: Roster, *, today: date) -> list[str]:
    """The bills of a roster that can be paid today."""
    rows = await tx.rows(
        SQL.unpaid_bills, region_code=roster.region_code, roster_id=roster.id, today=today
    )
    return [row["id"] for row in rows]


async def pay_with(tx: Tx, roster: Roster, order_id: str) -> None:
    """An order pays for lines of a roster."""
    await tx.run(
        SQL.insert_roster_order,
        region_code=roster.region_code,
        order_id=order_id,
        roster_id=roster.id,
    )


def _unbilled(region_code: str, row: Row) -> Unbilled:
    last = row["last_choice_fen"]
    enrolment = Enrolment(
        region_code=region_code,
        id=row["enrolment_id"],
        person_id=row["person_id"],
        scheme=row["scheme"],
        district=row["district"],
        category=row["category"],
        identity=row["identity"],
        subsidised_years=row["subsidised_years"],
        last_choice=None if last is None else Money(last),
        state=EnrolmentState(row["state"]),
    )
    sex = Sex(row["sex"]) if row["sex"] else None
    return Unbilled(enrolment, row["born"], sex, Period.parse(row["period"]))


def _line(row: Row) -> RosterLine:
    return RosterLine(
        region_code=row["region_code"],
        roster_id=row["roster_id"],
        line=row["line"],
        number_hash=row["number_hash"],
        group=row["group"],
        person_id=row["person_id"],
        enrolment_id=row["enrolment_id"],
        category=row["category"],
        district=row["district"],
        reason=row["reason"],
        says=row["says"],
        state=LineState(row["state"]),
        version=row["version"],
    )
