"""Statements (对账单): the files others sent us, kept line by line, each in its region."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from shebao.core.books.statement import LineKind, StatementLine
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("statements")
PARTED = "#transfer"  # Behind the name of a file of the bank, where its transfers stand apart.
SHARED: Final = "all"  # Instead of a region, for what speaks of several of them.
_AT_ONCE: Final = 2000
_COLUMNS: Final = (
    "region_code",
    "source",
    "day",
    "number",
    "line",
    "kind",
    "our_id",
    "reference",
    "amount_fen",
    "fee_fen",
    "happened_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFile:
    """A file as one region has it: where it lies, its hash, and what its lines come to there."""

    region_code: str
    source: str
    day: date
    number: int
    name: str
    sha256: bytes
    size: int
    lines: int
    payments: Money
    refunds: Money
    fees: Money
    imported_at: datetime
    matched_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file about to be imported."""

    regions: tuple[str, ...]  # Whose it is; the first answers for lines that name nobody.
    source: str
    day: date
    number: int
    name: str
    sha256: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Request:
    """A file that was asked for: of a region, or SHARED."""

    region_code: str
    source: str
    day: date


async def known(tx: Tx, *, region_codes: Sequence[str], name: str) -> StatementFile | None:
    """A file by its name, if it was imported."""
    row = await tx.row(SQL.known_file, region_codes=list(region_codes), name=name)
    return None if row is None else _file(row)


async def known_sizes(tx: Tx, *, region_codes: Sequence[str]) -> dict[str, int]:
    """Every file that was imported, by name, with its size then."""
    rows = await tx.rows(SQL.known_names, region_codes=list(region_codes))
    return {row["name"]: row["bytes"] for row in rows}


async def lock(tx: Tx, *, region_code: str, source: str) -> None:
    """Let nobody else import or match a source of a region until the transaction ends."""
    await tx.rows(SQL.lock_source, region_code=region_code, source=source)


async def next_number(tx: Tx, *, region_codes: Sequence[str], source: str, day: date) -> int:
    """The number of the next file of a source and day."""
    row = await tx.row(SQL.next_number, region_codes=list(region_codes), source=source, day=day)
    assert row is not None
    number: int = row["number"]
    return number


async def insert(tx: Tx, file: NewFile, lines: Iterable[StatementLine], *, at: datetime) -> int:
    """Write a file down with all its lines, and say how many there were."""
    shared = len(file.regions) > 1
    where = SHARED if shared else file.regions[0]
    count = await tx.copy("statement_lines", _COLUMNS, _rows(where, file, lines))
    if shared:
        await tx.run(
            SQL.share_out,
            shared=SHARED,
            home=file.regions[0],
            region_codes=list(file.regions),
            source=file.source,
            day=file.day,
            number=file.number,
        )
    await tx.run(
        SQL.insert_files,
        region_codes=list(file.regions),
        source=file.source,
        day=file.day,
        number=file.number,
        name=file.name,
        digest=file.sha256,
        bytes=file.size,
        at=at,
    )
    return count


async def part_transfers(tx: Tx, *, region_code: str, day: date, at: datetime) -> None:
    """Let what the bank's files say of transfers be a statement of its own."""
    await tx.run(SQL.part_transfers, region_code=region_code, day=day, at=at)


async def remove(tx: Tx, *, region_codes: Sequence[str], name: str) -> None:
    """Take a file away with its lines, because its source sent another instead."""
    await tx.run(SQL.remove_file, region_codes=list(region_codes), name=name)


async def of_days(
    tx: Tx, *, region_code: str, first_day: date, last_day: date
) -> list[StatementFile]:
    """The files of a region for some days."""
    rows = await tx.rows(
        SQL.files_of_days, region_code=region_code, first_day=first_day, last_day=last_day
    )
    return [_file(row) for row in rows]


async def to_match(tx: Tx, *, region_code: str, since: date) -> list[tuple[str, date]]:
    """Sources and days that were never matched, or whose money has changed since, by day."""
    rows = await tx.rows(SQL.to_match, region_code=region_code, since=since)
    return [(row["source"], row["day"]) for row in rows]


async def matched(tx: Tx, *, region_code: str, source: str, day: date, at: datetime) -> None:
    """Remember when a source and day were compared with our books."""
    await tx.run(SQL.matched, region_code=region_code, source=source, day=day, at=at)


async def is_read(tx: Tx, *, region_code: str, source: str, day: date) -> bool:
    """Whether there is a file of a source and day."""
    row = await tx.row(SQL.read, region_code=region_code, source=source, day=day)
    assert row is not None
    here: bool = row["here"]
    return here


async def lines_of_day(tx: Tx, *, region_code: str, source: str, day: date) -> list[StatementLine]:
    """Every line of a source and day: of a bank or the treasury, which write few."""
    rows = await tx.rows(SQL.lines_of_day, region_code=region_code, source=source, day=day)
    return [_line(row) for row in rows]


async def line_of(
    tx: Tx, *, region_code: str, source: str, day: date, line: int, number: str
) -> StatementLine | None:
    """One line that speaks of a number, as it stands in the files of a source and day."""
    row = await tx.row(
        SQL.line_of,
        region_code=region_code,
        source=source,
        day=day,
        line=line,
        subject_number=number,
    )
    return None if row is None else _line(row)


async def begin_request(tx: Tx, key: Request, *, at: datetime, asked_before: datetime) -> bool:
    """Take the turn to ask for a file; no when somebody asked a short while ago."""
    taken = await tx.run(
        SQL.begin_request,
        region_code=key.region_code,
        source=key.source,
        day=key.day,
        at=at,
        asked_before=asked_before,
    )
    return taken > 0


async def answer_request(tx: Tx, key: Request, *, says: str) -> None:
    """Keep what came of asking for a file."""
    await tx.run(
        SQL.answer_request,
        region_code=key.region_code,
        source=key.source,
        day=key.day,
        says=says,
    )


async def requests(
    tx: Tx, *, region_code: str, first_day: date, last_day: date
) -> dict[tuple[str, date], str]:
    """What came of asking for the files of some days, by source and day."""
    rows = await tx.rows(
        SQL.requests, region_code=region_code, first_day=first_day, last_day=last_day
    )
    return {(row["source"], row["day"]): row["says"] for row in rows}


async def moved_days(
    tx: Tx, *, region_code: str, begins: datetime, ends: datetime
) -> set[tuple[str, date]]:
    """The methods and days on which we say that money moved."""
    rows = await tx.rows(SQL.moved_days, region_code=region_code, begins=begins, ends=ends)
    return {(row["source"], row["day"]) for row in rows}


async def first_payment_at(tx: Tx, *, region_codes: Sequence[str]) -> datetime | None:
    """When money first moved in some regions."""
    row = await tx.row(SQL.first_payment, region_codes=list(region_codes))
    assert row is not None
    at: datetime | None = row["at"]
    return at


async def _rows(
    where: str, file: NewFile, lines: Iterable[StatementLine]
) -> AsyncIterator[tuple[Any, ...]]:
    """Lines as rows. Now and then somebody else has a turn: a day may have a million."""
    facts = where, file.source, file.day, file.number
    for count, line in enumerate(lines, start=1):
        yield (
            *facts,
            line.line,
            line.kind,
            line.our_id,
            line.reference or line.our_id,
            line.amount.fen,
            line.fee.fen,
            line.happened_at,
        )
        if not count % _AT_ONCE:
            await asyncio.sleep(0)


def _file(row: Row) -> StatementFile:
    return StatementFile(
        region_code=row["region_code"],
        source=row["source"],
        day=row["day"],
        number=row["number"],
        name=row["name"],
        sha256=row["sha256"],
        size=row["bytes"],
        lines=row["lines"],
        payments=Money(row["payments_fen"]),
        refunds=Money(row["refunds_fen"]),
        fees=Money(row["fees_fen"]),
        imported_at=row["imported_at"],
        matched_at=row["matched_at"],
    )


def _line(row: Row) -> StatementLine:
    return StatementLine(
        line=row["line"],
        kind=LineKind(row["kind"]),
        our_id=row["our_id"],
        reference=row["reference"],
        amount=Money(row["amount_fen"]),
        fee=Money(row["fee_fen"]),
        happened_at=row["happened_at"],
    )
