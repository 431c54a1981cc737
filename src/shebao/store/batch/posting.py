"""Posting: what a bank said of lines that were sent, written on them and on what they held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from asyncpg import UniqueViolationError

from shebao.core.bill import ShareOfBill
from shebao.core.channel import Method, Outcome
from shebao.core.deduction.alike import Alike, Kind
from shebao.core.deduction.batch import Batch
from shebao.core.deduction.line import Reason
from shebao.core.deduction.packet import Answered
from shebao.core.money import Money
from shebao.core.policy.batch_days import BatchTerms
from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL: Final = Queries("posting")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines of one part of an answer, after one serial and up to another."""

    packet: int
    part: int
    after: int
    upto: int
    lines: int
    paid: int


NO_CHUNK: Final = Chunk(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Failed:
    """A line of which nothing was collected, and why."""

    serial: int
    reason: Reason
    says: str


@dataclass(frozen=True, slots=True)
class Posted:
    """How many lines were written as alike, and whether every step of theirs was taken."""

    lines: int
    whole: bool


async def find_by_index(tx: Tx) -> None:
    """For the rest of the transaction, find rows by index: a chunk is small beside the tables."""
    await tx.row(SQL.find_by_index)


async def next_chunk(
    tx: Tx, batch: Batch, *, packet: int, part: int, after: int, most: int
) -> Chunk:
    """The next lines of an answer that are not posted."""
    row = await tx.row(
        SQL.chunk,
        region_code=batch.region_code,
        batch_id=batch.id,
        packet=packet,
        part=part,
        after=after,
        most=most,
    )
    assert row is not None
    return Chunk(packet, part, after, row["upto"], row["lines"], row["paid"])


async def kinds(tx: Tx, batch: Batch, chunk: Chunk) -> list[Kind]:
    """Which kinds there are among the lines of a chunk that were collected to the fen."""
    return [
        Kind(
            Money(row["amount_fen"]),
            tuple(
                tuple(ShareOfBill(fund, payer, Money(fen)) for fund, payer, fen in bill)
                for bill in row["shares"]
            ),
        )
        for row in await tx.rows(SQL.kinds, **_which(batch, chunk))
    ]


async def post_alike(
    tx: Tx, batch: Batch, chunk: Chunk, alike: Sequence[Alike], *, day: str, at: datetime
) -> Posted:
    """Write everything of the lines of a chunk that are of these kinds. The batch is locked.

    Unless all of it was written, the transaction must not be kept.
    """
    one = alike[0]
    assert all((k.attempt, k.order, k.bill) == (one.attempt, one.order, one.bill) for k in alike)
    try:
        row = await tx.row(
            SQL.post_alike,
            **_which(batch, chunk),
            order_seed=batch.order_seed,
            attempt_seed=batch.attempt_seed,
            scheme=batch.scheme,
            method=Method.AGREEMENT,
            kinds=[_kind(kind) for kind in alike],
            attempt_event=one.attempt[0],
            attempt_state=one.attempt[1],
            order_event=one.order[0],
            order_state=one.order[1],
            bill_event=one.bill[0],
            bill_state=one.bill[1],
            day=day,
            at=at,
        )
    except UniqueViolationError:
        return Posted(0, whole=False)
    assert row is not None
    lines = row["lines"]
    each = {row[name] for name in ("attempts", "orders", "payments", "ended")}
    return Posted(lines, each == {lines} and row["settled"] == row["bills"])


async def unlike(tx: Tx, batch: Batch, chunk: Chunk) -> list[Answered]:
    """Lines of a chunk that were collected and are of no known kind, or stand elsewhere."""
    rows = await tx.rows(SQL.unlike, **_which(batch, chunk))
    return [
        Answered(
            serial=row["serial"],
            amount=Money(row["amount_fen"]),
            outcome=Outcome(row["outcome"]),
            reason=Reason(row["reason"]) if row["reason"] else None,
            reference=row["reference"],
            happened_at=row["happened_at"],
            says=row["says"],
        )
        for row in rows
    ]


async def succeed(tx: Tx, batch: Batch, *, serials: Sequence[int], at: datetime) -> None:
    """Lines whose money is in the books."""
    await tx.run(
        SQL.succeed,
        region_code=batch.region_code,
        batch_id=batch.id,
        scheme=batch.scheme,
        serials=serials,
        at=at,
    )


async def fail(
    tx: Tx,
    batch: Batch,
    which: Chunk | Sequence[Failed],
    terms: BatchTerms,
    *,
    again_on: date | None,
    at: datetime,
) -> None:
    """Lines of which nothing was collected, of a chunk or by name: bills can be paid again."""
    chunk, named = (which, ()) if isinstance(which, Chunk) else (NO_CHUNK, which)
    await tx.row(
        SQL.fail,
        **_which(batch, chunk),
        scheme=batch.scheme,
        day=batch.day,
        serials=[one.serial for one in named],
        reasons=[one.reason for one in named],
        words=[one.says for one in named],
        order_seed=batch.order_seed,
        attempt_seed=batch.attempt_seed,
        stop_after=terms.stop_after_months,
        next_on=again_on,
        at=at,
    )


async def doubt(tx: Tx, batch: Batch, which: Chunk | Sequence[int], *, at: datetime) -> None:
    """Lines, of a chunk or by serial, of which the bank does not know what became of them."""
    chunk, named = (which, ()) if isinstance(which, Chunk) else (NO_CHUNK, which)
    await tx.run(
        SQL.doubt,
        **_which(batch, chunk),
        serials=named,
        attempt_seed=batch.attempt_seed,
        at=at,
    )


async def reverse(tx: Tx, *, region_code: str, attempt_id: str, at: datetime) -> None:
    """The line, if it was one, whose money a bank took back."""
    await tx.run(SQL.reverse, region_code=region_code, attempt_id=attempt_id, at=at)


def _which(batch: Batch, chunk: Chunk) -> dict[str, Any]:
    return {
        "region_code": batch.region_code,
        "batch_id": batch.id,
        "packet": chunk.packet,
        "part": chunk.part,
        "after": chunk.after,
        "upto": chunk.upto,
    }


def _kind(one: Alike) -> dict[str, Any]:
    return {
        "amount_fen": one.kind.amount.fen,
        "shares": [
            [[share.fund, share.payer, share.amount.fen] for share in bill]
            for bill in one.kind.shares
        ],
        "accounts": [line.account for line in one.lines],
        "amounts": [line.amount.fen for line in one.lines],
    }
