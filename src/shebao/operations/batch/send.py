"""Send (送盘): lines are marked as sent, then each bank's file is written and handed over.

The marks come first, so a run that is cut off anywhere is mended by writing the same file again:
the same lines, the same bytes, the same packet number.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from shebao.core.channel import ChannelRefused, Forged, Method
from shebao.core.deduction.batch import Batch, BatchEvent, BatchNotThere, BatchState
from shebao.core.deduction.line import Reason
from shebao.core.deduction.packet import Demand, Packet, PacketHead, PacketStanding
from shebao.core.refusals import Unanswered
from shebao.gateways.packet.format import Format
from shebao.gateways.packet.writing import Written, is_writable, write_packet
from shebao.operations.batch.build import count_again, locked
from shebao.operations.world import World
from shebao.store.batch import batches, lines
from shebao.store.batch.lines import Sealed
from shebao.store.database import Tx

CHUNK: Final = 5_000
_READ: Final = 2_000
_HEARD: Final = frozenset({PacketStanding.ACCEPTED, PacketStanding.ANSWERED})


async def mark_on(world: World, batch: Batch, *, most: int = CHUNK) -> AsyncGenerator[Batch, None]:
    """Mark the lines of a signed batch as sent, and the batch with the last of them.

    Raises BatchNotThere while lines are still to take hold of their bills.
    """
    await count_again(world, batch.lines - batch.marked_to)
    while True:
        async with world.db.transaction() as tx:
            now = await locked(tx, batch.region_code, batch.id)
            if now.state is not BatchState.SIGNED:
                return
            if not now.holds_all:
                raise BatchNotThere(now.id, now.state)
            at, upto = world.now(), min(now.marked_to + most, now.lines)
            await _let_go(tx, world, now, upto=upto, at=at)
            chunk = await lines.mark_sent(tx, now, upto=upto, at=at)
            await batches.marked_further(tx, now, upto=upto, sent=chunk.lines, fen=chunk.fen)
            if upto == now.lines:
                await batches.total_packets(tx, now)
                await batches.step(tx, now, BatchEvent.SENT, at=at)
        yield replace(now, marked_to=upto, sent=now.sent + chunk.lines)


async def _let_go(tx: Tx, world: World, batch: Batch, *, upto: int, at: datetime) -> None:
    """Release what cannot be sent: the mandate ended, or the bank's file cannot say the name."""
    gone = await lines.without_mandate(tx, batch, upto=upto)
    if gone:
        await lines.release(tx, batch, serials=gone, reason=Reason.MANDATE_ENDED, at=at)
    written = world.packets.format(batch.format)
    if written.says_everything:
        return
    named = await lines.names(tx, batch, upto=upto)
    unwritable = [serial for serial, name in named.items() if not is_writable(name, written)]
    if unwritable:
        await lines.release(tx, batch, serials=unwritable, reason=Reason.UNWRITABLE, at=at)


async def write_on(world: World, batch: Batch) -> AsyncGenerator[Written, None]:
    """Write the file of every packet its bank has not accepted yet, one after the other.

    Raises FormatUnknown and CharacterOutside.
    """
    async with world.db.reading() as tx:
        packets = await batches.packets(tx, region_code=batch.region_code, batch_id=batch.id)
    for packet in packets:
        if packet.lines and packet.standing not in _HEARD:
            yield await write_file(world, batch, packet)


async def hand_over(world: World, batch: Batch, written: Sequence[Written]) -> None:
    """Hand files over to the bank. Without an answer, they are handed over again later."""
    bank = world.batches.get(Method.AGREEMENT)
    if bank is None:
        return  # Somebody carries the files.
    url = world.notify_url(batch.region_code, Method.AGREEMENT)
    for one in written:
        try:
            if not await _wanted(world, batch, one.head.number):
                continue
            await bank.send_packet(one.head, one.file, sha256=one.sha256, notify_url=url)
            await heard(world, batch, one.head.number, PacketStanding.WAITING)
        except ChannelRefused as refused:
            await heard(world, batch, one.head.number, PacketStanding.REFUSED, refused.says)
        except (Unanswered, Forged):
            continue


async def _wanted(world: World, batch: Batch, number: str) -> bool:
    """Whether a bank has to be given a packet: it never heard of it, or refused it before.

    It may know the number alone: who was cut off while handing the file over does not know of it.
    A refusal nobody has heard yet is heard here, and the batch is signed again first.
    """
    told = await world.batches[Method.AGREEMENT].inquire_packet(number)
    async with world.db.reading() as tx:
        known = await batches.by_number(tx, region_code=batch.region_code, number=number)
    assert known is not None
    if told.standing is PacketStanding.WAITING:
        return known.standing != PacketStanding.WAITING
    if told.standing is not PacketStanding.REFUSED:
        return told.standing is PacketStanding.UNHEARD_OF
    if known.standing == PacketStanding.REFUSED:
        return True
    await heard(world, batch, number, told.standing, told.says)
    return False


async def heard(
    world: World, batch: Batch, number: str, standing: PacketStanding, says: str = ""
) -> None:
    """Keep how a bank says that a packet stands: all accepted, or one refused, is a step."""
    region_code = batch.region_code
    async with world.db.transaction() as tx:
        now = await locked(tx, region_code, batch.id)
        packet = await batches.by_number(tx, region_code=region_code, number=number)
        assert packet is not None
        if packet.standing in _HEARD and standing is not PacketStanding.ANSWERED:
            return
        await batches.packet_told(tx, packet, region_code=region_code, standing=standing, says=says)
        if now.state is not BatchState.SENT:
            return
        all_of = await batches.packets(tx, region_code=region_code, batch_id=now.id)
        if standing is PacketStanding.REFUSED:
            await batches.step(tx, now, BatchEvent.REFUSED, at=world.now())
        elif all(one.standing in _HEARD for one in all_of if one.lines):
            await batches.step(tx, now, BatchEvent.ACKED, at=world.now())


async def write_file(world: World, batch: Batch, packet: Packet) -> Written:
    """Write the file of a packet: the same lines, the same bytes each time."""
    written = world.packets.format(batch.format)
    head = PacketHead(number=packet.number, day=batch.day, count=packet.lines, total=packet.amount)
    words = {
        "tax_office": f"1{batch.region_code}0000",
        "project": written.projects.get(batch.scheme, ""),
    }
    into = world.packets.demand(batch.region_code, packet.number, written)
    demands = _demands(world, batch, packet, written)
    return await write_packet(into, head, demands, written, words=words)


async def _demands(
    world: World, batch: Batch, packet: Packet, written: Format
) -> AsyncIterator[Sequence[Demand]]:
    after = 0
    while True:
        async with world.db.reading() as tx:
            some = await lines.demands(tx, batch, packet=packet.packet, after=after, most=_READ)
        if not some:
            return
        after = some[-1].serial
        yield [_demand(world, batch, one, named=written.needs_id_numbers) for one in some]


def _demand(world: World, batch: Batch, one: Sealed, *, named: bool) -> Demand:
    return Demand(
        serial=one.serial,
        account=world.vault.open(one.account),
        name=one.name,
        id_number=world.vault.open(one.id_number) if named else "",
        amount=one.amount,
        agreement=one.agreement,
        attempt_id=batch.attempt_id(one.serial),
    )
