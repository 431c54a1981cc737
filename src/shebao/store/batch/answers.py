"""Answers: what banks said of packets, put aside whole and posted bit by bit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shebao.core.deduction.batch import Batch
from shebao.core.deduction.packet import Answered, Packet
from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL: Final = Queries("answers")
_RESULTS: Final = (
    "region_code", "batch_id", "packet", "part", "serial", "amount_fen", "outcome", "reason",
    "reference", "happened_at", "says",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One part of a bank's answer, and how far it is posted."""

    packet: int
    part: int
    lines: int
    posted_to: int
    posted: int


async def answer_digest(
    tx: Tx, packet: Packet, *, region_code: str, part: int
) -> tuple[bytes, int] | None:
    """The hash and the lines of a part that was taken in."""
    row = await tx.row(
        SQL.answer,
        region_code=region_code,
        batch_id=packet.batch_id,
        packet=packet.packet,
        part=part,
    )
    return None if row is None else (row["digest"], row["lines"])


async def keep_results(
    tx: Tx, packet: Packet, *, region_code: str, part: int, results: AsyncIterator[Answered]
) -> int:
    """Put the lines of an answer aside to be posted, and say how many there are."""
    where = (region_code, packet.batch_id, packet.packet, part)
    return await tx.copy("batch_results", _RESULTS, _rows(where, results))


async def keep_answer(
    tx: Tx, packet: Packet, answer: Answer, *, region_code: str, digest: bytes, at: datetime
) -> None:
    """Write down that a part was taken in whole."""
    await tx.run(
        SQL.insert_answer,
        region_code=region_code,
        batch_id=packet.batch_id,
        packet=packet.packet,
        part=answer.part,
        digest=digest,
        lines=answer.lines,
        at=at,
    )


async def count_parts(tx: Tx, packet: Packet, *, region_code: str, parts: int) -> None:
    """Write down of how many parts an answer is."""
    await tx.run(
        SQL.count_parts,
        region_code=region_code,
        batch_id=packet.batch_id,
        packet=packet.packet,
        parts=parts,
    )


async def answers(tx: Tx, *, region_code: str, batch_id: str) -> list[Answer]:
    """Every part that has come."""
    rows = await tx.rows(SQL.answers, region_code=region_code, batch_id=batch_id)
    return [Answer(**row) for row in rows]


async def strangers(tx: Tx, packet: Packet, *, region_code: str, part: int) -> list[int]:
    """Lines of an answer that this packet never had, or that were never sent."""
    facts = {"batch_id": packet.batch_id, "packet": packet.packet, "part": part}
    rows = await tx.rows(SQL.strangers, region_code=region_code, **facts)
    return [row["serial"] for row in rows]


async def answered_before(tx: Tx, packet: Packet, *, region_code: str, part: int) -> list[int]:
    """Lines of an answer that another part has answered already."""
    facts = {"batch_id": packet.batch_id, "packet": packet.packet, "part": part}
    rows = await tx.rows(SQL.answered_before, region_code=region_code, **facts)
    return [row["serial"] for row in rows]


async def posted_further(tx: Tx, batch: Batch, answer: Answer, *, upto: int, posted: int) -> None:
    """Write down how far an answer is posted. The batch is locked."""
    await tx.run(
        SQL.posted_further,
        region_code=batch.region_code,
        batch_id=batch.id,
        packet=answer.packet,
        part=answer.part,
        upto=upto,
        posted=posted,
    )


async def forget_results(tx: Tx, batch: Batch) -> None:
    """Let go of what was put aside: it is posted, and the files are kept."""
    await tx.run(SQL.forget_results, region_code=batch.region_code, batch_id=batch.id)


async def _rows(
    where: tuple[str, str, int, int], results: AsyncIterator[Answered]
) -> AsyncIterator[tuple[Any, ...]]:
    async for one in results:
        yield (
            *where,
            one.serial,
            one.amount.fen,
            one.outcome,
            one.reason or "",
            one.reference,
            one.happened_at,
            one.says,
        )
