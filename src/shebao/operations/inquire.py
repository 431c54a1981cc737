"""Inquire: ask channels what became of attempts they have not told us about.

A notice may be late, or never come. Whoever waits at the result page may ask too; nobody asks
about the same attempt more often than every few seconds.
"""

from __future__ import annotations

from typing import Final

from shebao.core.attempt import AttemptEvent, AttemptState
from shebao.core.channel import ChannelRefused, Forged, Method, Outcome, Told
from shebao.core.refusals import Unanswered
from shebao.operations.close_attempt import ASK_EVERY, ON_ITS_WAY, close_attempt
from shebao.operations.collect import judge_waiting, shelve_answer
from shebao.operations.counterpart import counterpart_of
from shebao.operations.world import World
from shebao.store import attempts, orders

BATCH_MAX: Final = 50


async def inquire_due(world: World, region_code: str) -> int:
    """Ask about the attempts of a region that nobody has asked about for a while."""
    async with world.db.reading() as tx:
        due = await attempts.to_ask_about(
            tx,
            region_code=region_code,
            asked_before=world.now() - ASK_EVERY,
            most=BATCH_MAX,
        )
    paid = 0
    for attempt_id, method in due:
        outcome = await inquire(
            world, region_code=region_code, method=method, attempt_id=attempt_id
        )
        paid += outcome is Outcome.PAID
    if paid:
        await judge_waiting(world, region_code)
    return len(due)


async def inquire(world: World, *, region_code: str, method: Method, attempt_id: str) -> Outcome:
    """Ask about one attempt and shelve what the channel says, if it holds money."""
    async with world.db.transaction() as tx:
        await attempts.asked(tx, region_code=region_code, attempt_ids=[attempt_id], at=world.now())
    try:
        asked = await counterpart_of(
            world, region_code=region_code, method=method, attempt_id=attempt_id
        )
        told = await asked.inquire(attempt_id)
    except (Unanswered, ChannelRefused, Forged):
        return Outcome.WAITING
    if told.outcome is Outcome.PAID:
        await shelve_answer(world, region_code=region_code, method=method, told=told)
    elif told.outcome is Outcome.UNHEARD_OF:
        await _never_arrived(world, region_code, attempt_id)
    elif told.outcome in {Outcome.FAILED, Outcome.CLOSED}:
        await _came_to_nothing(world, region_code, told)
    return told.outcome


async def _came_to_nothing(world: World, region_code: str, told: Told) -> None:
    """The bank said no, or the time at the cashier is over: the payer may begin again at once.

    A cashier lets people try again after a no, so it is closed before another one is offered.
    """
    async with world.db.transaction() as tx:
        attempt = await attempts.by_id(tx, region_code=region_code, attempt_id=told.attempt_id)
        if told.says:
            await attempts.keep_words(tx, attempt, told.says)
    await close_attempt(world, attempt)


async def _never_arrived(world: World, region_code: str, attempt_id: str) -> None:
    """The channel never saw it: once it cannot be on its way any more, the attempt is closed."""
    async with world.db.transaction() as tx:
        seen = await attempts.by_id(tx, region_code=region_code, attempt_id=attempt_id)
        await orders.lock(tx, region_code=region_code, order_ids=[seen.order_id])
        now = await attempts.by_id(tx, region_code=region_code, attempt_id=attempt_id)
        old = now.created_at <= world.now() - ON_ITS_WAY
        event = {
            AttemptState.SENT: AttemptEvent.UNANSWERED,
            AttemptState.UNKNOWN: AttemptEvent.CLOSED,
        }.get(now.state)
        if event is not None and old:
            await attempts.step(tx, region_code=region_code, moves=[(now, event)], at=world.now())
