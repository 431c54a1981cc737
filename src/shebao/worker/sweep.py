"""Sweep: whatever waits is a row in its own state, and the worker looks at all of it again.

There is no queue beside the books: a notice not yet judged, an order past its time, an attempt
nobody has asked about or that is left over, money set aside and a refund under way are each
found by their state.
So nothing can be lost between a queue and the books, and killing a worker loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from shebao.core.refusals import Unanswered
from shebao.operations.batch.run import advance_batches, inquire_lines, tell_failed
from shebao.operations.books.fetch import keep_books
from shebao.operations.close_attempt import close_left_over
from shebao.operations.collect import judge_waiting
from shebao.operations.deduction.confirm import advance_mandates, judge_mandate_notices
from shebao.operations.deduction.reverse import judge_reversals, tell_payers
from shebao.operations.expire import expire_due
from shebao.operations.inquire import inquire_due
from shebao.operations.refund import (
    advance_refunds,
    judge_refund_notices,
    refund_set_aside,
)
from shebao.operations.reminding.tell import remind
from shebao.operations.roster.take_in import advance_rosters
from shebao.operations.world import World
from shebao.store.work import regions_with_work

LOG: Final = logging.getLogger(__name__)
EVERY_SECONDS: Final = 1
BATCHES_EVERY_SECONDS: Final = 10
REMINDERS_EVERY_SECONDS: Final = 10
BOOKS_EVERY_SECONDS: Final = 60  # Files come once a day: a minute is soon enough.
Duty = Callable[[World, str], Awaitable[int]]
DUTIES: Final[tuple[Duty, ...]] = (
    judge_waiting,
    judge_refund_notices,
    inquire_due,
    expire_due,
    close_left_over,
    refund_set_aside,
    advance_refunds,
    judge_mandate_notices,
    advance_mandates,
    judge_reversals,
    tell_payers,
    inquire_lines,
    tell_failed,
    advance_rosters,
)


async def sweep(world: World) -> int:
    """Do every duty once wherever anything waits; say how many things were looked at."""
    looked_at = 0
    async with world.db.reading() as tx:
        waiting = await regions_with_work(tx)
    for region_code in waiting:
        for duty in DUTIES:
            looked_at += await _do(duty, world, region_code)
    return looked_at


async def sweep_until(world: World, stop: asyncio.Event) -> None:
    """Sweep every second until told to stop; a round under way is finished first."""
    while not stop.is_set():
        try:
            await sweep(world)
        except Unanswered as silence:
            LOG.warning("no answer from %s; everything is looked at again", silence.whom)
        except Exception:
            LOG.exception("the books could not be read and are read again")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY_SECONDS)


async def keep_books_until(world: World, stop: asyncio.Event) -> None:
    """Fetch, read and compare statements, and close days, until told to stop.

    It runs beside the sweep: a file may have a million lines, and no notice waits for them.
    """
    while not stop.is_set():
        try:
            await keep_books(world)
        except Exception:
            LOG.exception("the books could not be kept and are looked at again")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), BOOKS_EVERY_SECONDS)


async def collect_batches_until(world: World, stop: asyncio.Event) -> None:
    """Fetch, judge and post what banks answer to batches, until told to stop, beside the sweep."""
    while not stop.is_set():
        for region_code in world.regions:
            await _do(advance_batches, world, region_code)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), BATCHES_EVERY_SECONDS)


async def remind_until(world: World, stop: asyncio.Event) -> None:
    """Look for what people asked to be told of, and tell it, until told to stop.

    While there is more it goes on; it runs beside the sweep, and no notice waits for it.
    """
    while not stop.is_set():
        looked_at = 0
        for region_code in world.regions:
            looked_at += await _do(remind, world, region_code)
        if not looked_at:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), REMINDERS_EVERY_SECONDS)


async def _do(duty: Duty, world: World, region_code: str) -> int:
    """One duty for one region; what goes wrong with it keeps nothing else waiting."""
    try:
        return await duty(world, region_code)
    except Unanswered as silence:
        LOG.warning("%s in %s: no answer from %s", duty.__name__, region_code, silence.whom)
        return 0
    except Exception:
        LOG.exception("%s failed in %s and is tried again", duty.__name__, region_code)
        return 0
