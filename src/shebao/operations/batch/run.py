"""Run (批扣进度): a batch is taken as far as it goes, from wherever it stands.

Building, holding, sending, asking the bank, taking its answer in and posting it: each picks up
where the books say it stopped, so whoever was cut off just begins again.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shebao.core.channel import ChannelRefused, Forged, Method, Outcome, Told
from shebao.core.deduction.batch import Batch, BatchEmpty, BatchState
from shebao.core.deduction.line import Reason
from shebao.core.deduction.packet import (
    Answered,
    Packet,
    PacketStanding,
    ResultDiffers,
    ResultNotAskedFor,
    ResultUnreadable,
)
from shebao.core.money import ZERO
from shebao.core.refusals import Refusal, Unanswered
from shebao.operations.batch.build import build_on, locked
from shebao.operations.batch.post import post_on, settle_line
from shebao.operations.batch.send import hand_over, heard, mark_on, write_on
from shebao.operations.batch.sign import hold_on
from shebao.operations.batch.take_in import take_in
from shebao.operations.world import SHANGHAI, World
from shebao.store.batch import answers as batch_answers
from shebao.store.batch import batches, errands
from shebao.store.batch.answers import Answer

LOOK_EVERY: Final = timedelta(seconds=60)
ASK_MOST: Final = 50
TEMPLATE: Final = "batch_failed"
_AWAY: Final = frozenset({PacketStanding.ACCEPTED, PacketStanding.ANSWERED})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one stage of a run has come."""

    stage: str
    done: int
    total: int


async def go_on(
    world: World, batch: Batch, *, early: bool = True
) -> AsyncGenerator[Progress, None]:
    """Take a batch as far as it goes without anybody else, telling how far each stage is.

    Unless it may go early, its files go out on its day, before the hour the banks have named.
    """
    batch = await _now(world, batch)
    async with aclosing(build_on(world, batch)) as going:
        async for now in going:
            yield Progress("build", now.people, now.people)
    async with aclosing(hold_on(world, batch)) as going:
        async for now in going:
            yield Progress("hold", now.held_to, now.lines)
    now = await _now(world, batch)
    if now.state is BatchState.SIGNED and (early or goes_out(world, now)):
        async with aclosing(mark_on(world, batch)) as going:
            async for now in going:
                yield Progress("send", now.marked_to, now.lines)
    now = await _now(world, batch)
    if now.state is BatchState.SENT:
        written = []
        async with aclosing(write_on(world, now)) as writing:
            async for file in writing:
                written.append(file)
                yield Progress("write", sum(one.head.count for one in written), now.sent)
        await hand_over(world, now, written)
    async with aclosing(answers_on(world, now)) as hearing:
        async for progress in hearing:
            yield progress


async def answers_on(world: World, batch: Batch) -> AsyncGenerator[Progress, None]:
    """Ask the bank for its answer, take in what is ready, and post it."""
    now = await _now(world, batch)
    if now.state in {BatchState.SENT, BatchState.ACKED}:
        done = sum(one.lines for one in await _come(world, now))
        async with aclosing(_answers(world, now)) as coming:
            async for taken in coming:
                done += taken
                yield Progress("read", done, now.sent)
    now = await _now(world, batch)
    if now.state in {BatchState.SENT, BatchState.SIGNED, BatchState.ACKED, BatchState.RETURNED}:
        done = sum(one.posted for one in await _come(world, now))
        async with aclosing(post_on(world, now)) as posting:
            async for posted in posting:
                done += posted
                yield Progress("post", done, now.sent)


async def advance_batches(world: World, region_code: str) -> int:
    """The worker's share: whatever batches of a region can do without a clerk."""
    async with world.db.reading() as tx:
        running = await batches.running(tx, region_code=region_code)
    for batch_id in running:
        async with world.db.reading() as tx:
            batch = await batches.by_id(tx, region_code=region_code, batch_id=batch_id)
        assert batch is not None
        try:
            async with aclosing(go_on(world, batch, early=False)) as going:
                async for _ in going:
                    pass
        except BatchEmpty:
            continue  # It is cancelled, and says so.
    return len(running)


def goes_out(world: World, batch: Batch) -> bool:
    """Whether it is the day of a batch, and not too late in it; in a rehearsal always."""
    if batch.region_code in world.rehearsal:
        return True
    terms = world.region(batch.region_code).scheme(batch.scheme).deduction
    hour = world.now().astimezone(SHANGHAI).hour
    return world.today(batch.region_code) == batch.day and hour < terms.cutoff_hour


async def inquire_lines(world: World, region_code: str) -> int:
    """Ask the bank about lines nobody knows the end of."""
    at = world.now()
    async with world.db.reading() as tx:
        doubtful = await errands.in_doubt(
            tx, region_code=region_code, looked_before=at - LOOK_EVERY, most=ASK_MOST
        )
    for line in doubtful:
        await _inquire(world, region_code, line)
    for batch_id in dict.fromkeys(batch_id for batch_id, _ in doubtful):
        async with world.db.reading() as tx:
            batch = await batches.by_id(tx, region_code=region_code, batch_id=batch_id)
        assert batch is not None
        async with aclosing(post_on(world, batch)) as posting:  # It may have been the last line.
            async for _ in posting:
                pass
    return len(doubtful)


async def tell_failed(world: World, region_code: str) -> int:
    """Tell payers by message that they could not be collected from, and where to pay."""
    at = world.now()
    async with world.db.reading() as tx:
        waiting = await errands.untold(
            tx, region_code=region_code, looked_before=at - LOOK_EVERY, most=ASK_MOST
        )
    for one in waiting:
        told = await _tell(world, one)
        async with world.db.transaction() as tx:
            if told:
                await errands.told(
                    tx, region_code=region_code, batch_id=one.batch_id, serial=one.serial
                )
            else:
                line = (one.batch_id, one.serial)
                await errands.looked(tx, region_code=region_code, errand="tell", line=line, at=at)
    return len(waiting)


async def _now(world: World, batch: Batch) -> Batch:
    async with world.db.reading() as tx:
        found = await batches.by_id(tx, region_code=batch.region_code, batch_id=batch.id)
    assert found is not None
    return found


async def _come(world: World, batch: Batch) -> list[Answer]:
    """The parts of answers that were taken in."""
    async with world.db.reading() as tx:
        return await batch_answers.answers(tx, region_code=batch.region_code, batch_id=batch.id)


async def _answers(world: World, batch: Batch) -> AsyncGenerator[int, None]:
    """What the bank says of each packet; what it has answered is taken in, and its lines told."""
    bank = world.batches.get(Method.AGREEMENT)
    if bank is None:
        return
    async with world.db.reading() as tx:
        packets = await batches.packets(tx, region_code=batch.region_code, batch_id=batch.id)
    come = {(one.packet, one.part) for one in await _come(world, batch)}
    for packet in packets:
        if not packet.lines:
            continue
        try:
            told = await bank.inquire_packet(packet.number)
            if told.standing in {*_AWAY, PacketStanding.REFUSED}:
                await heard(world, batch, packet.number, told.standing, told.says)
            for part in told.parts:
                if (packet.packet, part) not in come:
                    yield await _fetch(world, batch, packet, part)
        except (Unanswered, ChannelRefused, Forged):
            continue  # The next round asks again.


async def _fetch(world: World, batch: Batch, packet: Packet, part: int) -> int:
    """Bring a part and take in its lines; one not believed is kept in its place, and told."""
    into = world.packets.answer(batch.region_code, packet.number, part)
    await world.batches[Method.AGREEMENT].fetch_answer(packet.number, part, into)
    try:
        return (await take_in(world, batch.region_code, into, format_name=batch.format)).lines
    except (ResultUnreadable, ResultNotAskedFor, ResultDiffers) as wrong:
        async with world.db.transaction() as tx:
            await batches.packet_told(
                tx, packet, region_code=batch.region_code,
                standing=PacketStanding.ACCEPTED, says=f"回盘文件有误：{wrong}",
            )  # fmt: skip
        return 0


async def _inquire(world: World, region_code: str, line: tuple[str, int]) -> None:
    batch_id, serial = line
    async with world.db.transaction() as tx:
        batch = await locked(tx, region_code, batch_id)
        await errands.looked(tx, region_code=region_code, errand="ask", line=line, at=world.now())
    try:
        told = await world.channel(Method.AGREEMENT).inquire(batch.attempt_id(serial))
    except (Unanswered, ChannelRefused, Forged):
        return
    answered = _answered(serial, told)
    if answered is None:
        return
    async with world.db.transaction() as tx:
        batch = await locked(tx, region_code, batch_id)
        await settle_line(tx, world, batch, answered)


def _answered(serial: int, told: Told) -> Answered | None:
    """What the bank says of one line; None while it does not know, or never heard of it."""
    if told.outcome is Outcome.PAID:
        assert told.amount is not None
        assert told.reference is not None
        return Answered(
            serial=serial,
            amount=told.amount,
            outcome=Outcome.PAID,
            reference=told.reference,
            happened_at=told.happened_at,
        )
    if told.outcome in {Outcome.FAILED, Outcome.CLOSED}:
        return Answered(
            serial=serial,
            amount=told.amount or ZERO,
            outcome=Outcome.FAILED,
            reason=Reason.OTHER,
            says=told.says,
        )
    return None


async def _tell(world: World, one: errands.ToTell) -> bool:
    """Whether the message is on its way; without a telephone, the pages alone tell."""
    if one.phone_sealed is None:
        return True
    words = {
        "amount": str(one.amount),
        "reason": Reason(one.reason).label,
        "again": f"{one.next_on:%m-%d}" if one.next_on else "未定",
        "day": f"{one.day:%m-%d}",
    }
    try:
        await world.messages.send(
            phone=world.vault.open(one.phone_sealed), template=TEMPLATE, parameters=words
        )
    except (Refusal, Unanswered, Forged):
        return False
    return True
