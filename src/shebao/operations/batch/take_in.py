"""Take in (回盘): a bank's answer is judged whole, put aside, and posted so many lines at a time.

The money of a line is judged like any other. What was not collected can be paid again at once;
what the bank does not know is asked about. How far an answer is posted is written with what was
posted, so a run that is cut off goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from shebao.core.channel import Method, Outcome, Told
from shebao.core.deduction.batch import Batch, BatchEvent, BatchState
from shebao.core.deduction.line import Reason
from shebao.core.deduction.packet import (
    Answered,
    Packet,
    PacketHead,
    ResultDiffers,
    ResultNotAskedFor,
)
from shebao.core.order import OrderState
from shebao.core.policy.batch_days import BatchTerms
from shebao.gateways.packet.reading import Reading
from shebao.operations.batch.build import locked
from shebao.operations.collect import Judged
from shebao.operations.collect import take_in as take_money_in
from shebao.operations.world import World
from shebao.store.batch import answers as batch_answers
from shebao.store.batch import batches, lines, posting
from shebao.store.batch.answers import Answer
from shebao.store.batch.posting import Failed
from shebao.store.database import Tx

CHUNK: Final = 500  # Entries and their lines are joined row by row: more at once cost more each.
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


async def post_on(world: World, batch: Batch, *, most: int = CHUNK) -> AsyncGenerator[int, None]:
    """Post what was put aside, telling after each chunk how many lines it was; close at the end."""
    terms = world.region(batch.region_code).scheme(batch.scheme).deduction
    while True:
        async with world.db.transaction() as tx:
            now = await locked(tx, batch.region_code, batch.id)
            waiting = await _waiting(tx, now)
            if waiting is None:
                await _end(tx, world, now)
                return
            posted = await _post(tx, world, now, waiting, terms, most=most)
        yield posted


async def settle_line(tx: Tx, world: World, batch: Batch, one: Answered) -> None:
    """Post the bank's word on a single line that was in doubt."""
    terms = world.region(batch.region_code).scheme(batch.scheme).deduction
    await _write(tx, world, batch, [one], terms)


async def _waiting(tx: Tx, batch: Batch) -> Answer | None:
    """The first part that is not posted whole."""
    found = await batch_answers.answers(tx, region_code=batch.region_code, batch_id=batch.id)
    return next((one for one in found if one.posted < one.lines), None)


async def _post(
    tx: Tx, world: World, batch: Batch, answer: Answer, terms: BatchTerms, *, most: int
) -> int:
    some = await batch_answers.next_results(tx, batch, answer, most=most)
    assert some, "an answer has fewer lines than it was taken in with"
    await _write(tx, world, batch, some, terms)
    await batch_answers.posted_further(tx, batch, answer, upto=some[-1].serial, posted=len(some))
    return len(some)


async def _write(
    tx: Tx, world: World, batch: Batch, some: list[Answered], terms: BatchTerms
) -> None:
    """Money into the books, line by line; then the lines themselves, a statement each way."""
    at = world.now()
    paid = [(Method.AGREEMENT, _told(batch, one)) for one in some if one.outcome is Outcome.PAID]
    judged = await take_money_in(tx, batch.region_code, paid, at=at)
    ends = {one.told.attempt_id: _end_of(one) for one in judged}
    good, doubtful = [], []
    bad: list[Failed] = []
    for one in some:
        outcome = ends.get(batch.attempt_id(one.serial), one.outcome)
        if outcome is Outcome.PAID:
            good.append(one.serial)
        elif outcome is Outcome.WAITING:
            doubtful.append(one.serial)
        else:
            bad.append(_failed(one))
    if good:
        await posting.succeed(tx, batch, serials=good, at=at)
    if bad:
        again = terms.again_on(batch.day, world.work_days)
        await posting.fail(tx, batch, bad, terms, again_on=again, at=at)
    if doubtful:
        await posting.doubt(tx, batch, serials=doubtful, at=at)


async def _end(tx: Tx, world: World, batch: Batch) -> None:
    """All is posted: the batch has returned when every part has come, and is closed then."""
    region_code, at = batch.region_code, world.now()
    packets = await batches.packets(tx, region_code=region_code, batch_id=batch.id)
    found = await batch_answers.answers(tx, region_code=region_code, batch_id=batch.id)
    come = {packet.packet: 0 for packet in packets}
    for one in found:
        come[one.packet] += 1
    whole = all(0 < one.parts <= come[one.packet] for one in packets if one.lines)
    if whole and batch.state is BatchState.SENT:  # The answer was faster than the receipt.
        await batches.step(tx, batch, BatchEvent.ACKED, at=at)
        batch = replace(batch, state=BatchState.ACKED, version=batch.version + 1)
    if whole and batch.state is BatchState.ACKED:
        await batches.step(tx, batch, BatchEvent.RETURNED, at=at)
        batch = replace(batch, state=BatchState.RETURNED, version=batch.version + 1)
    if batch.state is BatchState.RETURNED and not await lines.any_open(tx, batch):
        await batches.step(tx, batch, BatchEvent.CLOSED, at=at)
        await batch_answers.forget_results(tx, batch)


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


def _end_of(one: Judged) -> Outcome:
    """How a line ends whose bank says that it was paid: set aside, its money goes back."""
    if one.verdict is not None:
        return Outcome.PAID if one.verdict.applied else Outcome.FAILED
    paid = one.case is not None and one.case.order.state is OrderState.PAID
    return Outcome.PAID if paid else Outcome.WAITING  # Under a number that other money has.


def _listed(serials: list[int]) -> str:
    return "、".join(map(str, serials[:5]))


def _told(batch: Batch, one: Answered) -> Told:
    return Told(
        attempt_id=batch.attempt_id(one.serial),
        outcome=Outcome.PAID,
        amount=one.amount,
        reference=one.reference or batch.attempt_id(one.serial),
        happened_at=one.happened_at,
    )


def _failed(one: Answered) -> Failed:
    if one.outcome is Outcome.PAID:
        return Failed(one.serial, Reason.SET_ASIDE, "")
    return Failed(one.serial, one.reason or Reason.OTHER, one.says)


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
