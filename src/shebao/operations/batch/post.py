"""Post (入账): what a bank answered goes into the books, so many lines at a time.

Lines that were collected to the fen are of a few kinds: the core judges each kind once, and one
statement writes all of them. Any other line is judged by itself, like any other money. How far an
answer is posted is written with what was posted, so a run that is cut off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from shebao.core.channel import Method, Outcome, Told
from shebao.core.deduction.alike import Alike, Kind, judge_alike
from shebao.core.deduction.batch import Batch, BatchEvent, BatchState
from shebao.core.deduction.line import Reason
from shebao.core.deduction.packet import Answered
from shebao.core.order import OrderState
from shebao.core.policy.batch_days import BatchTerms
from shebao.operations.batch.build import count_again, locked
from shebao.operations.collect import Judged
from shebao.operations.collect import take_in as take_money_in
from shebao.operations.world import SHANGHAI, World
from shebao.store.batch import answers as batch_answers
from shebao.store.batch import batches, outcomes, posting
from shebao.store.batch.answers import Answer
from shebao.store.batch.posting import Chunk, Failed
from shebao.store.database import Tx

CHUNK: Final = 5_000


class _NotAlikeError(Exception):
    """A line did not stand where its bank has it; nothing of the chunk was written."""


async def post_on(world: World, batch: Batch, *, most: int = CHUNK) -> AsyncGenerator[int, None]:
    """Post what was put aside, telling after each chunk how many lines it was; close at the end."""
    pen = _Pen(world, world.region(batch.region_code).scheme(batch.scheme).deduction)
    async with world.db.reading() as tx:
        found = await batch_answers.answers(tx, region_code=batch.region_code, batch_id=batch.id)
    await count_again(world, sum(one.lines - one.posted for one in found))
    while True:
        try:
            posted = await _next(pen, batch, most=most, one_by_one=False)
        except _NotAlikeError:
            posted = await _next(pen, batch, most=most, one_by_one=True)
        if not posted:
            return
        yield posted


async def settle_line(tx: Tx, world: World, batch: Batch, one: Answered) -> None:
    """Post the bank's word on a single line that was in doubt."""
    pen = _Pen(world, world.region(batch.region_code).scheme(batch.scheme).deduction)
    await pen.write_each(tx, batch, [one])


async def _next(pen: _Pen, batch: Batch, *, most: int, one_by_one: bool) -> int:
    """Post the next chunk of a batch in a transaction; nought when all was posted."""
    async with pen.world.db.transaction() as tx:
        now = await locked(tx, batch.region_code, batch.id)
        answer = await _waiting(tx, now)
        if answer is None:
            await _end(tx, pen.world, now)
            return 0
        await posting.find_by_index(tx)
        chunk = await posting.next_chunk(
            tx, now, packet=answer.packet, part=answer.part, after=answer.posted_to, most=most
        )
        assert chunk.lines, "an answer has fewer lines than it was taken in with"
        written = 0 if one_by_one else await pen.write_alike(tx, now, chunk)
        await pen.write_others(tx, now, chunk, written=written)
        await batch_answers.posted_further(tx, now, answer, upto=chunk.upto, posted=chunk.lines)
    return chunk.lines


@dataclass(slots=True)
class _Pen:
    """Writes results into the books, and remembers what the core said of each kind of line."""

    world: World
    terms: BatchTerms
    known: dict[Kind, Alike | None] = field(default_factory=dict)

    async def write_alike(self, tx: Tx, batch: Batch, chunk: Chunk) -> int:
        """Write the lines that were collected to the fen, and say how many. Raises _NotAlikeError.

        Kinds that were not met before are judged, and looked for again.
        """
        at, written = self.world.now(), 0
        while written < chunk.paid:
            alike = [one for one in self.known.values() if one is not None]
            if alike:
                day = f"{at.astimezone(SHANGHAI):%y%m%d}"
                posted = await posting.post_alike(tx, batch, chunk, alike, day=day, at=at)
                if not posted.whole:
                    raise _NotAlikeError
                written += posted.lines
            if written < chunk.paid and not await self._learn(tx, batch, chunk):
                break
        return written

    async def _learn(self, tx: Tx, batch: Batch, chunk: Chunk) -> bool:
        """Judge the kinds of a chunk that were not met before; say whether there were any."""
        found = [one for one in await posting.kinds(tx, batch, chunk) if one not in self.known]
        for kind in found:
            self.known[kind] = judge_alike(batch.region_code, Method.AGREEMENT, kind)
        return bool(found)

    async def write_others(self, tx: Tx, batch: Batch, chunk: Chunk, *, written: int) -> None:
        """Write what was not collected, what is in doubt, and what the core must look at."""
        at = self.world.now()
        if chunk.paid < chunk.lines:
            again = self.terms.again_on(batch.day, self.world.work_days)
            await posting.fail(tx, batch, chunk, self.terms, again_on=again, at=at)
            await posting.doubt(tx, batch, chunk, at=at)
        if written < chunk.paid:
            await self.write_each(tx, batch, await posting.unlike(tx, batch, chunk))

    async def write_each(self, tx: Tx, batch: Batch, some: Sequence[Answered]) -> None:
        """Judge each line by itself; then write the lines, a statement each way."""
        at = self.world.now()
        paid = [
            (Method.AGREEMENT, _told(batch, one)) for one in some if one.outcome is Outcome.PAID
        ]
        judged = await take_money_in(tx, batch.region_code, paid, at=at)
        ends = {one.told.attempt_id: _end_of(one) for one in judged}
        outcomes = [(one, ends.get(batch.attempt_id(one.serial), one.outcome)) for one in some]
        good = [one.serial for one, end in outcomes if end is Outcome.PAID]
        doubtful = [one.serial for one, end in outcomes if end is Outcome.WAITING]
        bad = [_failed(one) for one, end in outcomes if end not in {Outcome.PAID, Outcome.WAITING}]
        if good:
            await posting.succeed(tx, batch, serials=good, at=at)
        if bad:
            again = self.terms.again_on(batch.day, self.world.work_days)
            await posting.fail(tx, batch, bad, self.terms, again_on=again, at=at)
        if doubtful:
            await posting.doubt(tx, batch, doubtful, at=at)


async def _waiting(tx: Tx, batch: Batch) -> Answer | None:
    """The first part that is not posted whole."""
    found = await batch_answers.answers(tx, region_code=batch.region_code, batch_id=batch.id)
    return next((one for one in found if one.posted < one.lines), None)


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
    if batch.state is BatchState.RETURNED and not await outcomes.any_open(tx, batch):
        await batches.step(tx, batch, BatchEvent.CLOSED, at=at)
        await batch_answers.forget_results(tx, batch)


def _end_of(one: Judged) -> Outcome:
    """How a line ends whose bank says that it was paid: set aside, its money goes back."""
    if one.verdict is not None:
        return Outcome.PAID if one.verdict.applied else Outcome.FAILED
    paid = one.case is not None and one.case.order.state is OrderState.PAID
    return Outcome.PAID if paid else Outcome.WAITING  # Under a number that other money has.


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
