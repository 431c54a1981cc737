"""Check (核对名册): a file is read and every line of it judged; what is wrong is kept with it.

The lines are read in Python, all of them; then one query asks the books about everybody; then
each is judged by itself. A hundred thousand lines take seconds, and another thread, so that
whoever else is served meanwhile does not wait for them.
"""

from __future__ import annotations

import asyncio
import base64
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from shebao.core.desk.clerk import Clerk
from shebao.core.period import Period
from shebao.core.policy.scheme import PeriodKind, Scheme
from shebao.core.policy.window import must_be_open
from shebao.core.refusals import Refusal
from shebao.core.roster.collector import Collector
from shebao.core.roster.entry import NEEDED, Columns, Entry, group_of, read_entry, text_of
from shebao.core.roster.judging import Judge, Prices, Verdict, categories_of
from shebao.core.roster.line import LineState, RosterLine
from shebao.core.roster.obstacles import TwiceInFile
from shebao.core.roster.roster import (
    BYTES_MOST,
    LINES_MOST,
    HeadingMissing,
    Roster,
    RosterEmpty,
    RosterTooLong,
    RosterUnreadable,
)
from shebao.gateways.roster.reading import Sheet, SheetUnreadableError, read_sheet
from shebao.operations.issue_bills import kind_of
from shebao.operations.roster.collectors import collector_of
from shebao.operations.world import World
from shebao.store.database import Tx
from shebao.store.roster import rosters
from shebao.store.roster.rosters import About

Says = Callable[[Refusal], str]
TITLE_LETTERS_MOST: Final = 60
_HEADINGS_WITHIN: Final = 10  # Rows: above the headings people write titles and notes.


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody sent: for which scheme and periods, and what they call it."""

    scheme: str
    first: Period
    years: int
    title: str
    file_name: str
    content: bytes

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods it is for: one, or of a prepaid cohort several years."""
        if self.years == 1:
            return (self.first,)
        return tuple(Period(self.first.year + more) for more in range(self.years))


@dataclass(frozen=True, slots=True)
class Read:
    """A file, read: each line's entry, or what is wrong with it, with its hashed number."""

    entries: Mapping[int, Entry | Refusal]
    hashes: Mapping[int, bytes]
    groups: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """A judged file: its roster, and every line with what is said of it."""

    roster: Roster
    lines: Sequence[RosterLine]

    def count(self, *states: LineState) -> int:
        """How many lines stand so."""
        return sum(line.state in states for line in self.lines)


async def check_file(world: World, clerk: Clerk, upload: Upload, *, says: Says) -> Checked:
    """Judge a file, and keep nothing of it. Raises what keeps all of it from being judged."""
    async with world.db.transaction() as tx:
        return await _check(tx, world, clerk, upload, says)


async def keep_file(world: World, clerk: Clerk, upload: Upload, *, says: Says) -> Checked:
    """Judge a file, and keep it with what was said of its lines, until somebody decides."""
    async with world.db.transaction() as tx:
        checked = await _check(tx, world, clerk, upload, says)
        sealed = await asyncio.to_thread(sealed_file, world, upload.content)
        await rosters.insert(tx, checked.roster, checked.lines, file_sealed=sealed)
    return checked


def read_file(world: World, content: bytes, roster: Roster) -> Read:
    """Read every line of a file. Raises RosterUnreadable, HeadingMissing and the like."""
    sheet = sheet_of(content)
    first, columns = headings_of(sheet)
    rows = [
        (number, row)
        for number, row in enumerate(sheet.rows[first:], start=first + 1)
        if any(map(text_of, row))
    ]
    if not rows:
        raise RosterEmpty
    if len(rows) > LINES_MOST:
        raise RosterTooLong(LINES_MOST)
    on = world.today(roster.region_code)
    entries: dict[int, Entry | Refusal] = {}
    hashes: dict[int, bytes] = {}
    groups: dict[int, str] = {}
    seen: dict[bytes, int] = {}
    for number, row in rows:
        try:
            entry = read_entry(number, row, columns, on=on)
        except Refusal as refusal:
            entries[number] = refusal
            groups[number] = group_of(row, columns)
            continue
        hashed = world.vault.hash("number", entry.number.id_type, entry.number.whole)
        before = seen.setdefault(hashed, number)
        entries[number] = entry if before == number else TwiceInFile(before)
        hashes[number], groups[number] = hashed, entry.group
    return Read(entries, hashes, groups)


def sheet_of(content: bytes) -> Sheet:
    """The first sheet of a file. Raises RosterUnreadable or RosterTooLong."""
    if len(content) > BYTES_MOST:
        raise RosterTooLong(LINES_MOST)
    if not content:
        raise RosterEmpty
    try:
        return read_sheet(content)
    except SheetUnreadableError as unreadable:
        raise RosterUnreadable(str(unreadable)) from unreadable


def sealed_file(world: World, content: bytes) -> bytes:
    """A file as it rests."""
    return world.vault.seal(base64.b85encode(zlib.compress(content, 1)).decode())


def opened_file(world: World, sealed: bytes) -> bytes:
    """The same, as it came."""
    return zlib.decompress(base64.b85decode(world.vault.open(sealed)))


async def _check(tx: Tx, world: World, clerk: Clerk, upload: Upload, says: Says) -> Checked:
    collector = await collector_of(tx, clerk)
    scheme = world.region(clerk.region_code).scheme(upload.scheme)
    judge = _judge(world, collector, scheme, upload.periods)
    roster = _roster(world, clerk, collector, upload)
    read = await asyncio.to_thread(read_file, world, upload.content, roster)
    await rosters.lock_scheme(tx, region_code=clerk.region_code, scheme=scheme.id)
    asked = [
        (line, read.hashes[line]) for line, one in read.entries.items() if isinstance(one, Entry)
    ]
    told = await rosters.ask_about(tx, roster, asked, kind=kind_of(scheme))
    lines = await asyncio.to_thread(_judged, judge, roster, read, told, says)
    return Checked(replace(roster, lines=len(lines)), lines)


def _judge(
    world: World, collector: Collector, scheme: Scheme, periods: tuple[Period, ...]
) -> Judge:
    today = world.today(collector.region_code)
    must_be_open(scheme, periods[0], on=today)
    assert len(periods) == 1 or scheme.kind is PeriodKind.YEAR
    return Judge(
        region=world.region(collector.region_code),
        prices=Prices(scheme, today),
        periods=periods,
        collector=collector,
        scopes=collector.scopes_of(scheme.id),
        table=categories_of(scheme, periods[0], as_of=today),
    )


def _roster(world: World, clerk: Clerk, collector: Collector, upload: Upload) -> Roster:
    title = " ".join(upload.title.split()) or upload.file_name.rpartition(".")[0]
    return Roster(
        region_code=clerk.region_code,
        id=world.mint("ros"),
        collector_id=collector.id,
        clerk_id=clerk.id,
        scheme=upload.scheme,
        periods=upload.periods,
        title=title[:TITLE_LETTERS_MOST],
        file_name=upload.file_name,
        lines=1,
        made_at=world.now(),
    )


def _judged(
    judge: Judge, roster: Roster, read: Read, told: Sequence[About], says: Says
) -> list[RosterLine]:
    about = {one.line: one for one in told}
    lines = []
    for line, entry in read.entries.items():
        known, verdict = None, Verdict(LineState.REFUSED)
        if isinstance(entry, Refusal):
            verdict = Verdict(LineState.REFUSED, entry)
        else:
            one = about[line]
            known, verdict = one.known, judge.judge(entry, one.known, one.standing)
        enrolment = known.enrolment if known and verdict.state is not LineState.REFUSED else None
        refusal = verdict.refusal
        lines.append(
            RosterLine(
                region_code=roster.region_code,
                roster_id=roster.id,
                line=line,
                number_hash=read.hashes.get(line, b""),
                group=read.groups.get(line, ""),
                state=verdict.state,
                person_id=known.person_id if enrolment and known else None,
                enrolment_id=enrolment.id if enrolment else None,
                category=verdict.category.id if verdict.category else None,
                district=verdict.district,
                reason=refusal.code if refusal else "",
                says=says(refusal) if refusal else "",
            )
        )
    return lines


def headings_of(sheet: Sheet) -> tuple[int, Columns]:
    """How many rows stand above the first line, and where each column is. Raises HeadingMissing."""
    nearest: Columns | None = None
    for number, row in enumerate(sheet.rows[:_HEADINGS_WITHIN], start=1):
        columns = Columns.find(row)
        if not columns.missing:
            return number, columns
        if columns.places:
            nearest = columns
    raise HeadingMissing("、".join(nearest.missing if nearest else NEEDED))
