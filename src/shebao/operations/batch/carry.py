"""Carry (人工送盘): a clerk takes a packet's file to the bank, and brings the answer back."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from shebao.core.deduction.batch import BatchNotThere, BatchState, BatchUnknown
from shebao.core.desk.clerk import Clerk, Duty
from shebao.operations.batch.build import locked
from shebao.operations.batch.send import write_file
from shebao.operations.batch.take_in import Taken, take_in
from shebao.operations.world import World
from shebao.store.batch import batches


async def carry_file(world: World, clerk: Clerk, batch_id: str, packet: int) -> Path:
    """The file of a packet; account numbers are in it, so who took it is kept.

    Raises DutyMissing, BatchUnknown, and BatchNotThere before the batch was sent.
    """
    clerk.must(Duty.BATCH_SIGN)
    region_code, away = clerk.region_code, {BatchState.SENT, BatchState.ACKED, BatchState.RETURNED}
    async with world.db.transaction() as tx:
        batch = await locked(tx, region_code, batch_id)
        if batch.state not in away:
            raise BatchNotThere(batch_id, batch.state)
        all_of = await batches.packets(tx, region_code=region_code, batch_id=batch_id)
        found = next((one for one in all_of if one.packet == packet and one.lines), None)
        if found is None:
            raise BatchUnknown(batch_id)
        at = world.now()
        await batches.packet_taken(tx, found, clerk.id, region_code=region_code, at=at)
    return (await write_file(world, batch, found)).file


async def bring_answer(world: World, clerk: Clerk, batch_id: str, content: bytes) -> Taken:
    """Take in an answer that a clerk brought; the file is kept, whatever becomes of it.

    Raises DutyMissing, BatchUnknown, and what `take_in` raises.
    """
    clerk.must(Duty.BATCH_SIGN)
    region_code = clerk.region_code
    async with world.db.reading() as tx:
        batch = await batches.by_id(tx, region_code=region_code, batch_id=batch_id)
    if batch is None:
        raise BatchUnknown(batch_id)
    into = world.packets.folder / region_code / "brought"
    file = into / f"{hashlib.sha256(content).hexdigest()}.txt"
    await asyncio.to_thread(_keep, file, content)
    return await take_in(world, region_code, file, format_name=batch.format)


def _keep(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
