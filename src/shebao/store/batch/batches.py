"""Batches (批扣): runs of collecting from many accounts, their packets and their answers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from shebao.core.deduction.batch import STEPS, Batch, BatchEvent, BatchState
from shebao.core.deduction.packet import Packet
from shebao.core.money import Money
from shebao.core.policy.fund import Fund
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL: Final = Queries("batches")


async def begin(tx: Tx, batch: Batch, *, funds: Collection[Fund]) -> bool:
    """Write a batch down, with a packet for each bank at which anybody agreed to these funds.

    No, when the day has one already.
    """
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
            funds=list(funds),
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


async def packet_taken(
    tx: Tx, packet: Packet, clerk_id: str, *, region_code: str, at: datetime
) -> None:
    """Keep who took the file of a packet to carry it."""
    await tx.run(
        SQL.packet_taken,
        region_code=region_code,
        batch_id=packet.batch_id,
        packet=packet.packet,
        taken_by=clerk_id,
        at=at,
    )


async def count_rows_again(tx: Tx) -> None:
    """Let the database count again how many rows there are, before many of them are asked for."""
    await tx.run(SQL.count_rows_again)


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
        taken_by=row["taken_by"],
        taken_at=row["taken_at"],
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
