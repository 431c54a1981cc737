"""Sign (复核批扣): a second clerk signs what was built, and its lines take hold of their bills.

What somebody has paid meanwhile is let go, so what is held is what is signed. A payer may have
their line released as long as it was not sent.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Final

from shebao.core.deduction.batch import (
    NEVER,
    STEPS,
    Batch,
    BatchEvent,
    BatchNotThere,
    BatchState,
    LineSent,
    SignedByBuilder,
)
from shebao.core.deduction.line import BatchLine, LineState, Reason
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.refusals import NotYours
from shebao.operations.batch.build import count_again, locked
from shebao.operations.world import World
from shebao.store.batch import batches, lines, outcomes, wishes

CHUNK: Final = 5_000


async def sign_batch(world: World, clerk: Clerk, batch_id: str) -> Batch:
    """Sign a batch that somebody else built. Signing it again changes nothing.

    Raises DutyMissing, BatchUnknown, SignedByBuilder and BatchNotThere.
    """
    clerk.must(Duty.BATCH_SIGN)
    async with world.db.transaction() as tx:
        batch = await locked(tx, clerk.region_code, batch_id)
        if batch.signed_by:
            return batch
        if batch.built_by == clerk.id:
            raise SignedByBuilder(batch_id)
        if not STEPS.allows(batch.state, BatchEvent.SIGNED):
            raise BatchNotThere(batch_id, batch.state)
        await batches.keep_signer(tx, batch, clerk.id)
        await batches.step(tx, batch, BatchEvent.SIGNED, at=world.now())
    return replace(batch, signed_by=clerk.id, state=BatchState.SIGNED, version=batch.version + 1)


async def hold_on(world: World, batch: Batch, *, most: int = CHUNK) -> AsyncGenerator[Batch, None]:
    """Let the lines of a signed batch take hold of their bills, so many at a time."""
    await count_again(world, batch.lines - batch.held_to)
    while True:
        async with world.db.transaction() as tx:
            now = await locked(tx, batch.region_code, batch.id)
            if now.state is not BatchState.SIGNED or now.holds_all:
                return
            upto = min(now.held_to + most, now.lines)
            chunk = await lines.hold(
                tx, now, upto=upto, declared=world.mint("dec"), at=world.now(), expires_at=NEVER
            )
            await batches.held_further(tx, now, upto=upto, held=chunk.lines, fen=chunk.fen)
        yield replace(now, held_to=upto, held=now.held + chunk.lines)


async def release_line(
    world: World, *, region_code: str, person_id: str, batch_id: str, serial: int
) -> BatchLine:
    """Release a line of one's own that was not sent yet. Raises NotYours and LineSent."""
    async with world.db.transaction() as tx:
        seen = await outcomes.of_person(tx, region_code=region_code, person_id=person_id)
        mine = [
            one.line for one in seen if (one.line.batch_id, one.line.serial) == (batch_id, serial)
        ]
        if not mine:
            raise NotYours(batch_id)
        [line] = mine
        batch = await batches.by_id(tx, region_code=region_code, batch_id=batch_id)
        assert batch is not None
        at, reason = world.now(), Reason.ASKED_FOR
        released = await lines.release(tx, batch, serials=[serial], reason=reason, at=at)
        if not released and line.state is not LineState.RELEASED:
            raise LineSent(line.day)
    return line


async def skip_next(world: World, *, region_code: str, person_id: str, scheme: str) -> None:
    """Leave somebody out once: out of a batch that was not sent yet, or out of the next one."""
    async with world.db.transaction() as tx:
        seen = await outcomes.of_person(tx, region_code=region_code, person_id=person_id)
        for one in seen:
            if one.line.state is not LineState.QUEUED or one.scheme != scheme:
                continue
            batch = await batches.by_id(tx, region_code=region_code, batch_id=one.line.batch_id)
            assert batch is not None
            at, reason = world.now(), Reason.ASKED_FOR
            if await lines.release(tx, batch, serials=[one.line.serial], reason=reason, at=at):
                return
        await wishes.skip_next(
            tx, region_code=region_code, person_id=person_id, scheme=scheme, at=world.now()
        )


async def unskip(world: World, *, region_code: str, person_id: str, scheme: str) -> None:
    """Leave somebody out no more."""
    async with world.db.transaction() as tx:
        await wishes.unskip(tx, region_code=region_code, person_id=person_id, scheme=scheme)


async def begin_again(world: World, *, region_code: str, person_id: str, scheme: str) -> bool:
    """Collect again from somebody whose collecting had stopped; say whether it had."""
    async with world.db.transaction() as tx:
        return bool(
            await wishes.begin_again(
                tx, region_code=region_code, person_id=person_id, scheme=scheme
            )
        )
