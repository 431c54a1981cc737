"""Close attempt: ask a channel to let nobody pay an attempt any more, and believe its answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from shebao.core.attempt import STEPS, Attempt, AttemptEvent
from shebao.core.channel import ChannelRefused, Forged, Outcome
from shebao.core.refusals import Unanswered
from shebao.operations.collect import judge_waiting, shelve_answer
from shebao.operations.counterpart import counterpart_of
from shebao.operations.world import World
from shebao.store import attempts, orders

ASK_EVERY: Final = timedelta(seconds=5)
ON_ITS_WAY: Final = timedelta(seconds=60)  # A request may take that long to arrive.
BATCH_MAX: Final = 50


async def close_attempt(world: World, attempt: Attempt) -> Outcome:
    """Ask, close, ask again if need be: CLOSED, PAID, or WAITING when nobody can say yet.

    Money the channel holds is taken in on the way.
    """
    try:
        outcome = await _ask_and_close(world, attempt)
    except (Unanswered, ChannelRefused, Forged):
        await _keep(world, attempt, AttemptEvent.UNANSWERED)
        return Outcome.WAITING
    if outcome is Outcome.CLOSED:
        await _keep(world, attempt, AttemptEvent.CLOSING)
        await _keep(world, attempt, AttemptEvent.CLOSED)
    return outcome


async def close_left_over(world: World, region_code: str) -> int:
    """Close the attempts of a region whose order other money has paid; say how many there were.

    Money of a closed attempt that comes late may pay its order while the payer is at another
    cashier already. Nobody shall pay there too.
    """
    async with world.db.reading() as tx:
        left = await attempts.left_over(
            tx, region_code=region_code, asked_before=world.now() - ASK_EVERY, most=BATCH_MAX
        )
    for attempt in left:
        async with world.db.transaction() as tx:
            await attempts.asked(
                tx, region_code=region_code, attempt_ids=[attempt.id], at=world.now()
            )
        await close_attempt(world, attempt)
    return len(left)


async def _ask_and_close(world: World, attempt: Attempt) -> Outcome:
    channel = await counterpart_of(
        world,
        region_code=attempt.region_code,
        method=attempt.method,
        attempt_id=attempt.id,
    )
    for _ in range(2):  # It may be paid between the question and the closing.
        told = await channel.inquire(attempt.id)
        if told.outcome is Outcome.PAID:
            await shelve_answer(
                world, region_code=attempt.region_code, method=attempt.method, told=told
            )
            await judge_waiting(world, attempt.region_code)
            return Outcome.PAID
        if told.outcome is Outcome.CLOSED:
            return Outcome.CLOSED
        if told.outcome is Outcome.UNHEARD_OF:
            # What we asked for may still be on its way there, and be paid when it has arrived.
            old = attempt.created_at <= world.now() - ON_ITS_WAY
            return Outcome.CLOSED if old else Outcome.WAITING
        if await channel.close(attempt.id) is Outcome.CLOSED:
            return Outcome.CLOSED
    return Outcome.WAITING


async def _keep(world: World, attempt: Attempt, event: AttemptEvent) -> None:
    """Take the attempt a step, if it stands where the step is allowed."""
    async with world.db.transaction() as tx:
        await orders.lock(tx, region_code=attempt.region_code, order_ids=[attempt.order_id])
        now = await attempts.by_id(tx, region_code=attempt.region_code, attempt_id=attempt.id)
        if STEPS.allows(now.state, event):
            await attempts.step(
                tx, region_code=now.region_code, moves=[(now, event)], at=world.now()
            )
