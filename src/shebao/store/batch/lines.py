"""Lines of batches (批扣明细): what each person is collected, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shebao.core.deduction.batch import Batch
from shebao.core.deduction.line import Reason
from shebao.core.money import Money
from shebao.store.database import Tx
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
