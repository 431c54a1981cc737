"""Hear (合单通知): what a channel tells of all parts goes to the books of each city.

The notice is kept, as it came, in every city it speaks of; there each part is judged by itself.
Told twice is told once in each. A part that no city knows is money all the same, and is set aside
where the whole was paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.channel import Method, Told
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.world import World
from shebao.store import wholes
from shebao.store.notices import Notice


@dataclass(frozen=True, slots=True)
class HeardTogether:
    """A verified notice about several parts, as it came and as it reads."""

    home: str
    method: Method
    received_at: datetime
    headers: str
    body: bytes
    told: Sequence[Told]


async def shelve_together(world: World, heard: HeardTogether) -> list[str]:
    """Write a notice down in every city it speaks of; which they are."""
    async with world.db.reading() as tx:
        cities = await wholes.regions_of(
            tx, region_codes=world.regions, attempt_ids=[one.attempt_id for one in heard.told]
        )
    notices = [
        Notice(
            region_code=cities.get(one.attempt_id, heard.home),
            method=heard.method,
            received_at=heard.received_at,
            headers=heard.headers,
            body=heard.body,
            told=one,
        )
        for one in heard.told
    ]
    await shelve(world, notices)
    return sorted({one.region_code for one in notices})


async def judge_together(world: World, cities: Sequence[str]) -> None:
    """Judge what waits in each of some cities, each by itself."""
    for region_code in cities:
        await judge_waiting(world, region_code)
