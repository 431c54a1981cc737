"""Replays: what was told on a day as it came, and how things stood and moved then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shebao.core.channel import Method, Outcome, Told
from shebao.core.journal import Account, Entry, Line
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("replays")
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """A notice as it came, as it was read then, and what was made of it."""

    method: Method
    received_at: datetime
    headers: str
    body: bytes
    told: Told
    judged_at: datetime
    verdict: str


@dataclass(frozen=True, slots=True)
class Stood:
    """How a thing stood at a moment, and by which step it had come there."""

    state: str
    version: int
    event: str
    since: datetime


async def judged_between(
    tx: Tx, *, region_code: str, begins: datetime, ends: datetime
) -> AsyncIterator[list[Kept]]:
    """The notices judged in some time, in the order they were, those of one moment together."""
    together: list[Kept] = []
    async for rows in tx.stream(
        SQL.judged_between, at_once=_AT_ONCE, region_code=region_code, begins=begins, ends=ends
    ):
        for row in rows:
            kept = _kept(row)
            if together and together[-1].judged_at != kept.judged_at:
                yield together
                together = []
            together.append(kept)
    if together:
        yield together


async def stood_before(
    tx: Tx, subject_ids: Iterable[str], *, region_code: str, at: datetime
) -> Mapping[str, Stood]:
    """How things stood just before a moment."""
    rows = await tx.rows(
        SQL.stood_before, region_code=region_code, subject_ids=sorted({*subject_ids}), at=at
    )
    return {
        row["subject_id"]: Stood(row["state"], row["version"], row["event"], row["at"])
        for row in rows
    }


async def steps_at(
    tx: Tx, subject_ids: Iterable[str], *, region_code: str, at: datetime
) -> frozenset[tuple[str, str]]:
    """The steps some things took at a moment: whose, and which."""
    rows = await tx.rows(
        SQL.steps_at, region_code=region_code, subject_ids=sorted({*subject_ids}), at=at
    )
    return frozenset((row["subject_id"], row["event"]) for row in rows)


async def entry_of(tx: Tx, *, region_code: str, reference: str, at: datetime) -> Entry | None:
    """The entry under a reference, if there is one."""
    rows = await tx.rows(SQL.entry_of, region_code=region_code, reference=reference)
    lines = tuple(Line(Account(row["account"]), Money(row["amount_fen"])) for row in rows)
    return Entry(region_code, reference, at, lines) if lines else None


async def known_before(
    tx: Tx, references: Iterable[str], *, region_code: str, at: datetime
) -> set[tuple[Method, str]]:
    """Which sums of money were written down before a moment."""
    rows = await tx.rows(
        SQL.known_before, region_code=region_code, references=sorted({*references}), at=at
    )
    return {(Method(row["method"]), row["reference"]) for row in rows}


async def told_by_nobody(
    tx: Tx, *, region_code: str, begins: datetime, ends: datetime
) -> list[str]:
    """Entries of payments that rest on no notice and on no bank's batch."""
    rows = await tx.rows(SQL.told_by_nobody, region_code=region_code, begins=begins, ends=ends)
    return [row["reference"] for row in rows]


def _kept(row: Row) -> Kept:
    fen = row["amount_fen"]
    return Kept(
        method=Method(row["method"]),
        received_at=row["received_at"],
        headers=row["headers"],
        body=bytes(row["body"]),
        told=Told(
            attempt_id=row["subject_id"],
            outcome=Outcome(row["outcome"]),
            amount=None if fen is None else Money(fen),
            reference=row["reference"],
            happened_at=row["happened_at"],
            notice_id=row["id"],
        ),
        judged_at=row["judged_at"],
        verdict=row["verdict"],
    )
