"""Tell (发提醒): what waits goes out by text, each once, in daytime.

The carrier knows each text by a number that its matter gives it: when no answer came, the same
number is sent again, and whoever got it the first time gets nothing more.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from shebao.core.channel import Forged
from shebao.core.refusals import Refusal, Unanswered
from shebao.gateways.sms import TooManyMessages
from shebao.operations.reminding.choose import phone_hash
from shebao.operations.reminding.look import (
    disturbs,
    look_at_days,
    look_at_orders,
    look_at_receipts,
)
from shebao.operations.world import World
from shebao.store import reminders
from shebao.store.reminders import ToTell

TELL_MOST: Final = 50
AGAIN: Final = timedelta(minutes=2)
REFUSED_AGAIN: Final = timedelta(hours=1)
_NUMBER_BYTES: Final = 16


async def remind(world: World, region_code: str) -> int:
    """The worker's share: look for what there is to tell, and tell it; how much was looked at."""
    looked_at = 0
    for look in (look_at_days, look_at_receipts, look_at_orders):
        looked_at += await look(world, region_code)
    return looked_at + await tell(world, region_code)


async def tell(world: World, region_code: str) -> int:
    """Send what waits; how much it was. A carrier that does not answer is left alone for now."""
    if disturbs(world, region_code):
        return 0
    at = world.now()
    async with world.db.transaction() as tx:
        await reminders.drop_stale(tx, region_code=region_code, at=at)
        waiting = await reminders.waiting(tx, region_code=region_code, at=at, most=TELL_MOST)
    for place, one in enumerate(waiting):
        try:
            await _tell(world, region_code, one)
        except (Unanswered, Forged):
            for left in waiting[place:]:
                await _later(world, region_code, left, AGAIN)
            break
        except TooManyMessages:
            await _later(world, region_code, one, AGAIN)
        except Refusal:
            await _later(world, region_code, one, REFUSED_AGAIN)
    return len(waiting)


async def _tell(world: World, region_code: str, one: ToTell) -> None:
    phone = world.vault.open(one.phone_sealed) if one.phone_sealed else None
    if phone is not None:
        key = (region_code, one.person_id, one.matter, one.subject)
        await world.messages.send(
            phone=phone,
            template=one.matter.template,
            parameters=one.words,
            reference=world.vault.hash("reminder", *key)[:_NUMBER_BYTES].hex(),
        )
    known = phone_hash(world, phone) if phone else None
    async with world.db.transaction() as tx:
        await reminders.told(tx, one, region_code=region_code, phone_hash=known, at=world.now())


async def _later(world: World, region_code: str, one: ToTell, wait: timedelta) -> None:
    async with world.db.transaction() as tx:
        await reminders.try_later(tx, one, region_code=region_code, at=world.now() + wait)
