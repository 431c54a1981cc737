"""Choose (选提醒): somebody says what they want to be told of by text, or that it shall stop.

Nobody is told anything they have not asked for. A telephone that was told something may stop it
by answering, without signing in: it may belong to somebody else by now.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from shebao.core.refusals import Refusal
from shebao.core.reminder import Matter
from shebao.gateways.sms import Reply
from shebao.operations.world import World
from shebao.store import persons, reminders
from shebao.store.reminders import Wish

LOG: Final = logging.getLogger(__name__)


@dataclass(eq=False)
class NoTelephone(Refusal):
    """We know no telephone of theirs, so nothing can be told by text."""


async def reminded_of(world: World, *, region_code: str, person_id: str) -> frozenset[Matter]:
    """What somebody is told of now."""
    async with world.db.reading() as tx:
        return await reminders.wish_of(tx, region_code=region_code, person_id=person_id)


async def remind_of(
    world: World,
    *,
    region_code: str,
    person_id: str,
    entry_channel: str,
    matters: Collection[Matter],
) -> None:
    """Tell somebody of these matters from now on, and of no others. Raises NoTelephone."""
    async with world.db.transaction() as tx:
        await reminders.drop_unwanted(
            tx, region_code=region_code, person_id=person_id, matters=matters
        )
        if not matters:
            await reminders.drop_wish(tx, region_code=region_code, person_id=person_id)
            return
        if await persons.sealed_phone(tx, region_code=region_code, person_id=person_id) is None:
            raise NoTelephone
        wish = Wish(person_id, frozenset(matters), entry_channel)
        await reminders.keep_wish(tx, region_code=region_code, wish=wish, at=world.now())


async def answered(world: World, reply: Reply) -> int:
    """What a telephone answers to a text: a stop word ends all reminders to it, in every city."""
    if not reply.stops:
        return 0
    stopped = 0
    for region_code in world.regions:
        async with world.db.transaction() as tx:
            stopped += await reminders.stop_of_phone(
                tx, region_code=region_code, phone_hash=phone_hash(world, reply.phone)
            )
    LOG.info("reminders of %s people were stopped by an answer", stopped)
    return stopped


def phone_hash(world: World, phone: str) -> bytes:
    """By what a telephone is known again that was told something."""
    return world.vault.hash("reminded", phone)
