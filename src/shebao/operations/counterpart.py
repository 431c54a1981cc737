"""Counterpart: whom to ask about an attempt, and to close it: its channel, by the right number.

The channel knows a part of a payment for several cities only by the number of the whole. Closing
one part closes all of them, as the channel wants it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shebao.core.channel import Method, Outcome, Part, Told
from shebao.core.ids import kind_of
from shebao.core.whole import PART, Try
from shebao.gateways.channel import Together
from shebao.operations.world import MethodNotOffered, World
from shebao.store import attempts, wholes


class Counterpart(Protocol):
    """Somebody who knows what became of an attempt, and can close it."""

    async def inquire(self, attempt_id: str) -> Told:
        """Ask what became of it."""

    async def close(self, attempt_id: str) -> Outcome:
        """Ask that nobody may pay it any more."""


@dataclass(frozen=True, slots=True)
class SeveralCities:
    """The channel of a payment for several cities, asked about one of its parts."""

    together: Together
    number: str
    parts: tuple[Part, ...]

    async def inquire(self, attempt_id: str) -> Told:
        """Ask about all parts, and say what became of one."""
        told = await self.together.inquire(self.number, [part.attempt_id for part in self.parts])
        return next(one for one in told if one.attempt_id == attempt_id)

    async def close(self, attempt_id: str) -> Outcome:
        """Close the whole payment, and with it this part."""
        assert any(part.attempt_id == attempt_id for part in self.parts)
        return await self.together.close(self.number, self.parts)


async def counterpart_of(
    world: World, *, region_code: str, method: Method, attempt_id: str
) -> Counterpart:
    """Whom to ask about an attempt. Raises MethodNotOffered when nobody is connected."""
    if kind_of(attempt_id) != PART:
        return world.channel(method)
    async with world.db.reading() as tx:
        found = await wholes.try_of(tx, region_code=region_code, attempt_id=attempt_id)
    if found is None or method not in world.together:
        raise MethodNotOffered(method)
    return SeveralCities(world.together[method], found.id, await parts_of(world, found))


async def parts_of(world: World, begun: Try) -> tuple[Part, ...]:
    """The parts of a try as the channel is told of them."""
    parts = []
    async with world.db.reading() as tx:
        for region_code, attempt_id in begun.parts:
            attempt = await attempts.by_id(tx, region_code=region_code, attempt_id=attempt_id)
            says = f"{world.region(region_code).name}社会保险费"
            parts.append(Part(region_code, attempt_id, attempt.amount, says))
    return tuple(parts)
