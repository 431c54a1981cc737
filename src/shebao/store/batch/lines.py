"""Lines of batches (批扣明细): what each person is collected, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shebao.core.deduction.batch import Batch
from shebao.core.deduction.line import BatchLine, LineState, Reason
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL: Final = Queries("lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which bills a line may have: of one month and before, or of any year that is open.

    Whoever also pays `also_pays` is collected from the account of `account_fund`.
    """

    period: str | None
    merges: bool
    special_first: bool
    also_pays: str = ""
    account_fund: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one step of a batch came to."""

    people: int
    lines: int
    fen: int
    after: str = ""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One line as its bank is asked for it, with the numbers still sealed."""

    serial: int
    amount: Money
    agreement: str
    account: bytes
    name: str
    id_number: bytes


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


async def build(tx: Tx, batch: Batch, chosen: Chosen, *, most: int, at: datetime) -> Chunk:
    """Write the lines of the next people of a batch. The batch is locked."""
    row = await tx.row(
        SQL.build_chunk,
        region_code=batch.region_code,
        batch_id=batch.id,
        fund=batch.fund,
        scheme=batch.scheme,
        day=batch.day,
        period=chosen.period,
        merges=chosen.merges,
        special_first=chosen.special_first,
        also_pays=chosen.also_pays,
        account_fund=chosen.account_fund,
        after=batch.after,
        lines=batch.lines,
        most=most,
        at=at,
    )
    assert row is not None
    return Chunk(row["people"], row["lines"], row["amount_fen"], row["after"] or batch.after)


async def hold(
    tx: Tx, batch: Batch, *, upto: int, declared: str, at: datetime, expires_at: datetime
) -> Chunk:
    """Let lines up to a serial take hold of their bills, or go. The batch is locked.

    What they hold is declared, under numbers that begin as this one does.
    """
    which = {"region_code": batch.region_code, "batch_id": batch.id, "after": batch.held_to}
    await tx.row(SQL.lock_bills, upto=upto, **which)
    row = await tx.row(
        SQL.hold_chunk,
        upto=upto,
        order_seed=batch.order_seed,
        attempt_seed=batch.attempt_seed,
        declared_seed=declared,
        at=at,
        expires_at=expires_at,
        **which,
    )
    assert row is not None
    return Chunk(upto - batch.held_to, row["held"], row["held_fen"])


async def without_mandate(tx: Tx, batch: Batch, *, upto: int) -> list[int]:
    """Lines up to a serial that wait though their mandate does not hold any more."""
    rows = await tx.rows(
        SQL.without_mandate,
        region_code=batch.region_code,
        batch_id=batch.id,
        after=batch.marked_to,
        upto=upto,
    )
    return [row["serial"] for row in rows]


async def release(
    tx: Tx, batch: Batch, *, serials: Sequence[int], reason: Reason, at: datetime
) -> int:
    """Let lines go that were not sent, and say how many there were."""
    row = await tx.row(
        SQL.release_lines,
        region_code=batch.region_code,
        batch_id=batch.id,
        serials=serials,
        reason=reason,
        order_seed=batch.order_seed,
        attempt_seed=batch.attempt_seed,
        at=at,
    )
    assert row is not None
    return int(row["released"])


async def mark_sent(tx: Tx, batch: Batch, *, upto: int, at: datetime) -> Chunk:
    """Let lines up to a serial be as good as sent. The batch is locked."""
    row = await tx.row(
        SQL.send_chunk,
        region_code=batch.region_code,
        batch_id=batch.id,
        after=batch.marked_to,
        upto=upto,
        order_seed=batch.order_seed,
        attempt_seed=batch.attempt_seed,
        at=at,
    )
    assert row is not None
    return Chunk(upto - batch.marked_to, row["sent"], row["sent_fen"])


async def demands(tx: Tx, batch: Batch, *, packet: int, after: int, most: int) -> list[Sealed]:
    """The next lines of a packet, as its bank is asked for them."""
    rows = await tx.rows(
        SQL.demands,
        region_code=batch.region_code,
        batch_id=batch.id,
        packet=packet,
        after=after,
        most=most,
    )
    return [
        Sealed(
            row["serial"],
            Money(row["amount_fen"]),
            row["agreement"],
            row["account_sealed"],
            row["name"],
            row["number_sealed"],
        )
        for row in rows
    ]


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


async def names(tx: Tx, batch: Batch, *, upto: int) -> dict[int, str]:
    """The names on lines up to a serial that wait."""
    rows = await tx.rows(
        SQL.names,
        region_code=batch.region_code,
        batch_id=batch.id,
        after=batch.marked_to,
        upto=upto,
    )
    return {row["serial"]: row["name"] for row in rows}


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
