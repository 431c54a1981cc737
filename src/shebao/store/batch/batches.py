"""Batches (批扣): runs of collecting from many accounts, their packets and their answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from shebao.core.channel import Outcome
from shebao.core.deduction.batch import STEPS, Batch, BatchEvent, BatchState
from shebao.core.deduction.line import Reason
from shebao.core.deduction.packet import Answered
from shebao.core.money import Money
from shebao.core.policy.fund import Fund
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL: Final = Queries("batches")
_RESULTS: Final = (
    "region_code", "batch_id", "packet", "part", "serial", "amount_fen", "outcome", "reason",
    "reference", "happened_at", "says",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Packet:
    """The lines of a batch for one bank, and how the bank says that they stand."""

    batch_id: str
    packet: int
    bank: str
    number: str
    lines: int
    amount: Money
    standing: str
    says: str
    parts: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One part of a bank's answer, and how far it is posted."""

    packet: int
    part: int
    lines: int
    posted_to: int
    posted: int


async def begin(tx: Tx, batch: Batch) -> bool:
    """Write a batch down with its packets; no, when the day has one already."""
    begun = await tx.run(
        SQL.insert_batch,
        region_code=batch.region_code,
        batch_id=batch.id,
        scheme=batch.scheme,
        fund=batch.fund,
        day=batch.day,
        format=batch.format,
        built_by=batch.built_by,
        at=batch.built_at,
        order_seed=batch.order_seed,
        attempt_seed=batch.attempt_seed,
    )
    if begun:
        await tx.run(
            SQL.insert_packets,
            region_code=batch.region_code,
            batch_id=batch.id,
            fund=batch.fund,
            day=f"{batch.day:%Y%m%d}",
        )
    return begun > 0


async def lock(tx: Tx, *, region_code: str, batch_id: str) -> Batch | None:
    """One batch, held until the transaction ends."""
    row = await tx.row(SQL.lock_batch, region_code=region_code, batch_id=batch_id)
    return None if row is None else _batch(row)


async def by_id(tx: Tx, *, region_code: str, batch_id: str) -> Batch | None:
    """One batch, to look at."""
    row = await tx.row(SQL.by_id, region_code=region_code, batch_id=batch_id)
    return None if row is None else _batch(row)


async def of_day(tx: Tx, *, region_code: str, scheme: str, day: date) -> str | None:
    """The id of the batch of a scheme and day, unless it was cancelled."""
    row = await tx.row(SQL.of_day, region_code=region_code, scheme=scheme, day=day)
    return None if row is None else str(row["id"])


async def of_region(tx: Tx, *, region_code: str, most: int) -> list[Batch]:
    """The batches of a region, the newest day first."""
    rows = await tx.rows(SQL.of_region, region_code=region_code, most=most)
    return [_batch(row) for row in rows]


async def running(tx: Tx, *, region_code: str) -> list[str]:
    """The ids of batches that are with their banks."""
    return [row["id"] for row in await tx.rows(SQL.running, region_code=region_code)]


async def step(tx: Tx, batch: Batch, event: BatchEvent, *, at: datetime) -> None:
    """Take a batch a step. It is locked."""
    moved = await tx.run(
        SQL.step_batch,
        region_code=batch.region_code,
        batch_id=batch.id,
        seen=batch.version,
        state=STEPS.after(batch.state, event),
        event=event,
        at=at,
    )
    assert moved == 1, "the batch was not locked"


async def keep_signer(tx: Tx, batch: Batch, clerk_id: str) -> None:
    """Keep who signed. The batch is locked."""
    await tx.run(
        SQL.keep_signer, region_code=batch.region_code, batch_id=batch.id, signed_by=clerk_id
    )


async def grown(tx: Tx, batch: Batch, *, after: str, people: int, lines: int, fen: int) -> None:
    """Write down how far a batch has been built. It is locked."""
    await tx.run(
        SQL.grown,
        region_code=batch.region_code,
        batch_id=batch.id,
        after=after,
        people=people,
        lines=lines,
        amount_fen=fen,
    )


async def held_further(tx: Tx, batch: Batch, *, upto: int, held: int, fen: int) -> None:
    """Write down up to which line bills are held. The batch is locked."""
    await tx.run(
        SQL.held_further,
        region_code=batch.region_code,
        batch_id=batch.id,
        upto=upto,
        held=held,
        held_fen=fen,
    )


async def marked_further(tx: Tx, batch: Batch, *, upto: int, sent: int, fen: int) -> None:
    """Write down up to which line everything is as good as sent. The batch is locked."""
    await tx.run(
        SQL.marked_further,
        region_code=batch.region_code,
        batch_id=batch.id,
        upto=upto,
        sent=sent,
        sent_fen=fen,
    )


async def total_packets(tx: Tx, batch: Batch) -> None:
    """Write down what each packet comes to. The lines of the batch are final."""
    await tx.run(SQL.total_packets, region_code=batch.region_code, batch_id=batch.id)


async def packets(tx: Tx, *, region_code: str, batch_id: str) -> list[Packet]:
    """The packets of a batch."""
    rows = await tx.rows(SQL.packets, region_code=region_code, batch_id=batch_id)
    return [_packet({**row, "batch_id": batch_id}) for row in rows]


async def by_number(tx: Tx, *, region_code: str, number: str) -> Packet | None:
    """The packet of a number."""
    row = await tx.row(SQL.by_number, region_code=region_code, number=number)
    return None if row is None else _packet(row)


async def packet_told(
    tx: Tx, packet: Packet, *, region_code: str, standing: str, says: str
) -> None:
    """Keep how a bank says that a packet stands. The batch is locked."""
    await tx.run(
        SQL.packet_told,
        region_code=region_code,
        batch_id=packet.batch_id,
        packet=packet.packet,
        standing=standing,
        says=says,
    )


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


async def next_results(tx: Tx, batch: Batch, answer: Answer, *, most: int) -> list[Answered]:
    """The next lines of an answer that are not posted, by serial."""
    rows = await tx.rows(
        SQL.next_results,
        region_code=batch.region_code,
        batch_id=batch.id,
        packet=answer.packet,
        part=answer.part,
        after=answer.posted_to,
        most=most,
    )
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


def _packet(row: Row) -> Packet:
    return Packet(
        batch_id=row["batch_id"],
        packet=row["packet"],
        bank=row["bank"],
        number=row["number"],
        lines=row["lines"],
        amount=Money(row["amount_fen"]),
        standing=row["standing"],
        says=row["says"],
        parts=row["parts"],
    )


def _batch(row: Row) -> Batch:
    return Batch(
        region_code=row["region_code"],
        id=row["id"],
        scheme=row["scheme"],
        fund=Fund(row["fund"]),
        day=row["day"],
        format=row["format"],
        state=BatchState(row["state"]),
        version=row["version"],
        built_by=row["built_by"],
        built_at=row["built_at"],
        order_seed=row["order_seed"],
        attempt_seed=row["attempt_seed"],
        after=row["after"],
        people=row["people"],
        lines=row["lines"],
        amount=Money(row["amount_fen"]),
        signed_by=row["signed_by"],
        held_to=row["held_to"],
        held=row["held"],
        held_amount=Money(row["held_fen"]),
        marked_to=row["marked_to"],
        sent=row["sent"],
        sent_amount=Money(row["sent_fen"]),
    )
