"""Take in (回盘): a bank's answer is judged whole, and put aside to be posted (`post.py`)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shebao.core.deduction.batch import Batch, BatchState
from shebao.core.deduction.packet import (
    Answered,
    Packet,
    PacketHead,
    ResultDiffers,
    ResultNotAskedFor,
)
from shebao.gateways.packet.reading import Reading
from shebao.operations.batch.build import locked
from shebao.operations.world import World
from shebao.store.batch import answers as batch_answers
from shebao.store.batch import batches
from shebao.store.batch.answers import Answer
from shebao.store.database import Tx

_TURN: Final = 5_000  # Lines after which somebody else has a turn.
_PIECE: Final = 1 << 20
_WITH_BANK: Final = frozenset({BatchState.SENT, BatchState.SIGNED, BatchState.ACKED})


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: whose it is, which part, and whether it is new."""

    batch_id: str
    number: str
    part: int
    lines: int
    is_new: bool


async def take_in(world: World, region_code: str, file: Path, *, format_name: str) -> Taken:
    """Judge an answer whole and put its lines aside to be posted. The same again is nothing new.

    Raises ResultUnreadable, ResultNotAskedFor and ResultDiffers; then none of it is kept.
    """
    reading = Reading(file, world.packets.format(format_name))
    head, digest = reading.head, await asyncio.to_thread(_digest, file)
    async with world.db.transaction() as tx:
        packet = await batches.by_number(tx, region_code=region_code, number=head.number)
        if packet is None:
            raise ResultNotAskedFor(f"没有编号为 {head.number} 的报文包")
        batch = await locked(tx, region_code, packet.batch_id)
        known = await batch_answers.answer_digest(
            tx, packet, region_code=region_code, part=head.part
        )
        if known is not None:
            if known[0] != digest:
                raise ResultDiffers(head.number, head.part)
            return Taken(batch.id, head.number, head.part, known[1], is_new=False)
        _fits(batch, packet, head)
        count = await batch_answers.keep_results(
            tx, packet, region_code=region_code, part=head.part,
            results=_in_turn(reading.lines()),
        )  # fmt: skip
        await _judge_whole(tx, packet, head, region_code=region_code)
        answer = Answer(packet.packet, head.part, count, 0, 0)
        await batch_answers.keep_answer(
            tx, packet, answer, region_code=region_code, digest=digest, at=world.now()
        )
        await batch_answers.count_parts(tx, packet, region_code=region_code, parts=head.parts)
    return Taken(batch.id, head.number, head.part, count, is_new=True)


def _fits(batch: Batch, packet: Packet, head: PacketHead) -> None:
    """See that an answer is one to what was sent."""
    if batch.state not in _WITH_BANK or not packet.lines:
        raise ResultNotAskedFor(f"报文包 {head.number} 没有送盘，或者已经回盘")
    if head.day != batch.day:
        raise ResultNotAskedFor(f"扣款日是 {head.day}，应为 {batch.day}")
    if packet.parts and packet.parts != head.parts:
        raise ResultNotAskedFor(f"上一份说共 {packet.parts} 份，这一份说 {head.parts} 份")
    if head.count > packet.lines or (head.parts == 1 and head.count != packet.lines):
        raise ResultNotAskedFor(f"送盘 {packet.lines} 笔，回盘 {head.count} 笔")


async def _judge_whole(tx: Tx, packet: Packet, head: PacketHead, *, region_code: str) -> None:
    strange = await batch_answers.strangers(tx, packet, region_code=region_code, part=head.part)
    if strange:
        raise ResultNotAskedFor(f"有没送过的序号：{_listed(strange)}")
    if head.parts > 1:
        twice = await batch_answers.answered_before(
            tx, packet, region_code=region_code, part=head.part
        )
        if twice:
            raise ResultNotAskedFor(f"别的部分已经回过的序号：{_listed(twice)}")


def _listed(serials: list[int]) -> str:
    return "、".join(map(str, serials[:5]))


async def _in_turn(found: Iterator[Answered]) -> AsyncIterator[Answered]:
    for count, one in enumerate(found, start=1):
        yield one
        if not count % _TURN:
            await asyncio.sleep(0)


def _digest(file: Path) -> bytes:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.digest()
