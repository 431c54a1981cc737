"""Take in (收下名册): the good lines of a judged file go on; the others stay where they are.

Who is enrolled gets a bill, if there is none yet; who is not, an application. Told twice is told
once: a roster that was taken in is not taken in again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from shebao.core.bill import ShareOfBill
from shebao.core.desk.clerk import Clerk
from shebao.core.enrolment import EnrolmentState
from shebao.core.money import ZERO
from shebao.core.policy.choice import Situation
from shebao.core.policy.window import window
from shebao.core.refusals import Refusal
from shebao.core.roster.entry import Entry
from shebao.core.roster.judging import Prices
from shebao.core.roster.line import LineEvent, LineState
from shebao.core.roster.roster import (
    Roster,
    RosterEvent,
    RosterFileGone,
    RosterState,
    RosterUnknown,
)
from shebao.operations.issue_bills import explanation_of, kind_of
from shebao.operations.roster.check import opened_file, read_file
from shebao.operations.roster.collectors import collector_of
from shebao.operations.sign_in import new_person
from shebao.operations.world import World
from shebao.store import bills, enrolments, persons
from shebao.store.bills import NewBill
from shebao.store.database import Tx
from shebao.store.enrolments import Application
from shebao.store.roster import roster_lines, rosters
from shebao.store.roster.roster_lines import Applicant, Decided, Move, Unbilled

KEPT: Final = timedelta(days=31)  # How long the file of a roster can be given back.
CHUNK: Final = 5_000
BATCH_MAX: Final = 2_000


async def take_in(world: World, clerk: Clerk, roster_id: str) -> Roster:
    """Let the good lines of a roster go on. Raises RosterUnknown."""
    async with world.db.transaction() as tx:
        roster = await locked(tx, clerk, roster_id)
        if roster.state is RosterState.OPEN:
            return roster
        await rosters.lock_scheme(tx, region_code=roster.region_code, scheme=roster.scheme)
        await rosters.step(tx, roster, RosterEvent.TAKEN_IN, at=world.now())
        await _apply(tx, world, roster)
        await bill(tx, world, roster)
        await roster_lines.remember_listing(tx, roster, at=world.now())
    return replace(roster, state=RosterState.OPEN, version=roster.version + 1)


async def discard(world: World, clerk: Clerk, roster_id: str) -> None:
    """Let a judged file be: nothing comes of it, and another may name the same people."""
    await _step(world, clerk, roster_id, RosterEvent.DISCARDED)


async def close_roster(world: World, clerk: Clerk, roster_id: str) -> None:
    """The collecting is over. What families owe they still owe, and pay by themselves."""
    await _step(world, clerk, roster_id, RosterEvent.CLOSED)


async def advance_rosters(world: World, region_code: str) -> int:
    """Let lines whose applications were answered go on, and forget old files; say how many."""
    async with world.db.transaction() as tx:
        before = world.now() - KEPT
        forgotten = await rosters.forget_files(tx, region_code=region_code, before=before)
        decided = await roster_lines.lock_decided(tx, region_code=region_code, most=BATCH_MAX)
        for roster_id in sorted({one.roster_id for one in decided}):
            of_roster = [one for one in decided if one.roster_id == roster_id]
            moves = [_move(one) for one in of_roster]
            await roster_lines.step(
                tx, region_code=region_code, roster_id=roster_id, moves=moves, at=world.now()
            )
            roster = await rosters.by_id(tx, region_code=region_code, roster_id=roster_id)
            assert roster is not None
            await bill(tx, world, roster)
    return forgotten + len(decided)


async def locked(tx: Tx, clerk: Clerk, roster_id: str) -> Roster:
    """A roster of the clerk's collector, held for this transaction. Raises RosterUnknown."""
    collector = await collector_of(tx, clerk)
    found = await rosters.lock(tx, region_code=clerk.region_code, roster_id=roster_id)
    if found is None or found.collector_id != collector.id:
        raise RosterUnknown
    return found


async def bill(tx: Tx, world: World, roster: Roster) -> None:
    """Give every line of a roster its bills: those there are, and new ones where none are."""
    scheme = world.region(roster.region_code).scheme(roster.scheme)
    kind = kind_of(scheme)
    missing = await roster_lines.without_bills(tx, roster, kind=kind)
    new = _bills(world, roster, missing)
    for at in range(0, len(new), CHUNK):
        some = new[at : at + CHUNK]
        await bills.issue(tx, region_code=roster.region_code, bills=some, at=world.now())
    await roster_lines.bind_bills(tx, roster, kind=kind)


def _bills(world: World, roster: Roster, missing: list[Unbilled]) -> list[NewBill]:
    """The bills of who has none; what a kind of person owes is worked out once."""
    today = world.today(roster.region_code)
    scheme = world.region(roster.region_code).scheme(roster.scheme)
    prices = Prices(scheme, today)
    until = window(scheme, roster.periods[0], on=today).payable_until
    new = []
    for one in missing:
        try:
            owed = prices.owed(_situation(one))
        except Refusal:
            continue  # It stays unbilled in plain sight, and whoever looks at the person reads why.
        if owed.personal == ZERO:
            continue
        new.append(
            NewBill(
                id=world.mint("bil"),
                person_id=one.enrolment.person_id,
                enrolment_id=one.enrolment.id,
                scheme=scheme.id,
                period=one.period,
                kind=kind_of(scheme),
                label=owed.label,
                amount=owed.personal,
                shares=tuple(
                    ShareOfBill(share.fund, share.payer, share.amount) for share in owed.shares
                ),
                explanation=explanation_of(owed),
                payable_until=until,
            )
        )
    return new


def _situation(one: Unbilled) -> Situation:
    return Situation(
        period=one.period,
        category=one.enrolment.category,
        district=one.enrolment.district,
        identity=one.enrolment.identity,
        born=one.born,
        sex=one.sex,
        subsidised_years=one.enrolment.subsidised_years,
    )


async def _apply(tx: Tx, world: World, roster: Roster) -> None:
    """Start an application for everybody who is not enrolled."""
    wanted = await roster_lines.that_apply(tx, roster)
    if not wanted:
        return
    sealed = await rosters.sealed_file(tx, region_code=roster.region_code, roster_id=roster.id)
    if sealed is None:
        raise RosterFileGone
    read = read_file(world, opened_file(world, sealed), roster)
    code, at = roster.region_code, world.now()
    for begins in range(0, len(wanted), CHUNK):
        some = wanted[begins : begins + CHUNK]
        named = [(one, read.entries[one.line]) for one in some]
        people = [
            replace(new_person(world, name=entry.name, number=entry.number), checked_at=None)
            for _, entry in named
            if isinstance(entry, Entry)
        ]
        await persons.keep_new(tx, region_code=code, people=people)
        await enrolments.apply_for(
            tx,
            region_code=code,
            scheme=roster.scheme,
            applications=[_application(world, one) for one in some],
            at=at,
        )
    await roster_lines.point_at_enrolments(tx, roster)


def _application(world: World, one: Applicant) -> Application:
    return Application(world.mint("enr"), one.number_hash, one.category, one.district)


def _move(one: Decided) -> Move:
    if one.state is EnrolmentState.ACTIVE:
        return Move(one.line, one.version, LineState.APPLYING, LineEvent.ADMITTED)
    return Move(
        one.line,
        one.version,
        LineState.APPLYING,
        LineEvent.TURNED_AWAY,
        reason="enrolment_over",
        says="参保登记没有通过",
    )


async def _step(world: World, clerk: Clerk, roster_id: str, event: RosterEvent) -> None:
    async with world.db.transaction() as tx:
        roster = await locked(tx, clerk, roster_id)
        await rosters.step(tx, roster, event, at=world.now())
