"""Outcomes (批扣结果): what became of lines, for clerks to count and for payers to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shebao.core.deduction.batch import Batch
from shebao.core.deduction.line import BatchLine, LineState, Reason
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL: Final = Queries("outcomes")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many lines stand where, and what they come to."""

    state: LineState
    reason: str
    lines: int
    amount: Money


@dataclass(frozen=True, slots=True)
class LineSeen:
    """A line with its batch, as its payer sees it."""

    line: BatchLine
    scheme: str
    batch_state: str
    held: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """A line that ended for some reason, with whose it is, as clerks see it."""

    serial: int
    amount: Money
    state: LineState
    says: str
    name: str
    number_masked: str
    bank: str
    account_masked: str
    next_on: date | None
    untold: bool


async def counts(tx: Tx, *, region_code: str, batch_id: str) -> list[Counted]:
    """How many lines of a batch stand where, and why."""
    rows = await tx.rows(SQL.counts, region_code=region_code, batch_id=batch_id)
    return [
        Counted(LineState(row["state"]), row["reason"], row["lines"], Money(row["amount_fen"]))
        for row in rows
    ]


async def of_reason(tx: Tx, batch: Batch, *, reason: Reason, after: int, most: int) -> list[Ended]:
    """Lines of a batch that ended for one reason, by serial."""
    rows = await tx.rows(
        SQL.of_reason,
        region_code=batch.region_code,
        batch_id=batch.id,
        reason=reason,
        after=after,
        most=most,
    )
    return [
        Ended(
            row["serial"],
            Money(row["amount_fen"]),
            LineState(row["state"]),
            row["says"],
            row["name"],
            row["number_masked"],
            row["bank"],
            row["account_masked"],
            row["next_on"],
            row["untold"],
        )
        for row in rows
    ]


async def any_open(tx: Tx, batch: Batch) -> bool:
    """Whether the bank still has to say something of a line."""
    row = await tx.row(SQL.any_open, region_code=batch.region_code, batch_id=batch.id)
    assert row is not None
    return bool(row["open"])


async def of_person(tx: Tx, *, region_code: str, person_id: str) -> list[LineSeen]:
    """The last lines of a person, the newest day first."""
    found = await of_persons(tx, region_code=region_code, person_ids=[person_id])
    return found.get(person_id, [])


async def of_persons(
    tx: Tx, *, region_code: str, person_ids: Sequence[str]
) -> dict[str, list[LineSeen]]:
    """The last lines of each of some people, the newest day first."""
    found: dict[str, list[LineSeen]] = {}
    for row in await tx.rows(SQL.of_persons, region_code=region_code, person_ids=person_ids):
        held = row["serial"] <= row["held_to"]
        seen = LineSeen(_line(row), row["scheme"], row["batch_state"], held)
        found.setdefault(row["person_id"], []).append(seen)
    return found


def _line(row: Row) -> BatchLine:
    return BatchLine(
        region_code=row["region_code"],
        batch_id=row["batch_id"],
        serial=row["serial"],
        packet=row["packet"],
        person_id=row["person_id"],
        mandate_id=row["mandate_id"],
        amount=Money(row["amount_fen"]),
        bill_ids=tuple(row["bill_ids"]),
        state=LineState(row["state"]),
        version=row["version"],
        day=row["day"],
        reason=row["reason"],
        says=row["says"],
    )
