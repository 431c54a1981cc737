"""Look (看名册): what was wrong with a file, who has paid, who has not, and who cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from shebao.core.desk.clerk import Clerk
from shebao.core.money import Money
from shebao.core.roster.collector import Collector
from shebao.core.roster.entry import REASON
from shebao.core.roster.line import LineUnknown
from shebao.core.roster.roster import Roster, RosterFileGone, RosterUnknown
from shebao.gateways.roster.reading import FileKind
from shebao.gateways.roster.writing import Reasons, write_back
from shebao.operations.roster.check import headings_of, opened_file, sheet_of
from shebao.operations.roster.collectors import collector_of
from shebao.operations.world import World
from shebao.store.database import Tx
from shebao.store.roster import progress, roster_lines, rosters
from shebao.store.roster.progress import BillSeen, LineSeen, OrderOfRoster, Tally
from shebao.store.roster.roster_lines import Counted

LINES_A_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """A roster with how far it has come, group by group."""

    collector: Collector
    roster: Roster
    judged: Sequence[Counted]
    tallies: Sequence[Tally]
    orders: Sequence[OrderOfRoster]

    def lines(self, *standings: str) -> int:
        """How many lines stand like this."""
        return sum(one.lines for one in self.tallies if one.standing in standings)

    def amount(self, *standings: str) -> Money:
        """What they come to."""
        return Money(sum(one.amount.fen for one in self.tallies if one.standing in standings))


@dataclass(frozen=True, slots=True)
class LineInFull:
    """One line with the bills it stands for."""

    roster: Roster
    line: LineSeen
    bills: Sequence[BillSeen]


@dataclass(frozen=True, slots=True)
class Returned:
    """A file to be given back: its name as it came, and what it holds now."""

    name: str
    kind: FileKind
    content: bytes


async def rosters_of(world: World, clerk: Clerk) -> tuple[Collector, list[Roster]]:
    """A collector with its newest rosters."""
    async with world.db.snapshot() as tx:
        collector = await collector_of(tx, clerk)
        found = await rosters.of_collector(
            tx, region_code=clerk.region_code, collector_id=collector.id
        )
    return collector, found


async def look_at_roster(world: World, clerk: Clerk, roster_id: str) -> Progress:
    """How far a roster has come. Raises RosterUnknown."""
    async with world.db.snapshot() as tx:
        collector, roster = await found(tx, clerk, roster_id)
        return Progress(
            collector=collector,
            roster=roster,
            judged=await roster_lines.counted(tx, roster),
            tallies=await progress.tallies(tx, roster),
            orders=await progress.orders(tx, roster),
        )


async def look_at_lines(
    world: World,
    clerk: Clerk,
    roster_id: str,
    *,
    standings: Sequence[str] = (),
    group: str | None = None,
    page: int = 1,
) -> list[LineSeen]:
    """Lines of a roster, a page of them. Raises RosterUnknown."""
    async with world.db.snapshot() as tx:
        _, roster = await found(tx, clerk, roster_id)
        return await progress.lines_seen(
            tx,
            roster,
            standings=standings,
            group=group,
            skip=(page - 1) * LINES_A_PAGE,
            most=LINES_A_PAGE,
        )


async def look_at_line(world: World, clerk: Clerk, roster_id: str, line: int) -> LineInFull:
    """One line of a roster. Raises RosterUnknown or LineUnknown."""
    async with world.db.snapshot() as tx:
        _, roster = await found(tx, clerk, roster_id)
        seen = await progress.line_seen(tx, roster, line)
        if seen is None:
            raise LineUnknown
        return LineInFull(roster, seen, await progress.bills_of(tx, roster, line))


async def file_with_reasons(world: World, clerk: Clerk, roster_id: str, *, only: bool) -> Returned:
    """The file as it came, with what is wrong beside each line. Raises RosterFileGone."""
    async with world.db.snapshot() as tx:
        _, roster = await found(tx, clerk, roster_id)
        reasons = await roster_lines.reasons(tx, roster)
        sealed = await rosters.sealed_file(tx, region_code=clerk.region_code, roster_id=roster.id)
    if sealed is None:
        raise RosterFileGone
    given_back = partial(_given_back, world, roster.file_name, sealed, reasons, only=only)
    return await asyncio.to_thread(given_back)


async def found(tx: Tx, clerk: Clerk, roster_id: str) -> tuple[Collector, Roster]:
    """A roster of the clerk's collector. Raises RosterUnknown."""
    collector = await collector_of(tx, clerk)
    roster = await rosters.by_id(tx, region_code=clerk.region_code, roster_id=roster_id)
    if roster is None or roster.collector_id != collector.id:
        raise RosterUnknown
    return collector, roster


def with_reasons(content: bytes, reasons: Mapping[int, str], *, only: bool) -> Returned:
    """A file with a column of reasons, written as it came."""
    sheet = sheet_of(content)
    titles, _ = headings_of(sheet)
    return Returned("", sheet.kind, write_back(sheet, Reasons(reasons, REASON, titles), only=only))


def _given_back(
    world: World, name: str, sealed: bytes, reasons: Mapping[int, str], *, only: bool
) -> Returned:
    back = with_reasons(opened_file(world, sealed), reasons, only=only)
    stem = name.rpartition(".")[0] or name
    return Returned(f"{stem}-核对结果.{back.kind}", back.kind, back.content)
