"""Rehearse (演练批扣): people are made up and billed as they are in life, to be collected from."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from shebao.core.period import Period
from shebao.core.policy.rules import ByCategory
from shebao.core.policy.scheme import in_force
from shebao.core.refusals import Refusal
from shebao.operations.batch.build import count_again
from shebao.operations.batch.run import Progress
from shebao.operations.levy import begin, forecast, go_on
from shebao.operations.world import World
from shebao.store.batch import rehearsal

_CHUNK: Final = 20_000  # People a transaction.


@dataclass(eq=False)
class SchemeNotRehearsed(Refusal):
    """A run is only played of a scheme that bills by category."""


async def settle_town(
    world: World, *, region_code: str, scheme: str, period: Period, people: int
) -> AsyncGenerator[Progress, None]:
    """Fill an empty city with people, bills and mandates. Raises SchemeNotRehearsed."""
    region = world.region(region_code)
    found = region.scheme(scheme)
    rule = in_force(found, period, as_of=world.today(region_code)).rule
    if not isinstance(rule, ByCategory):
        raise SchemeNotRehearsed
    category = next(one.id for one in rule.categories if one.personal is not None)
    kind = (next(iter(region.districts)), category)
    for before in range(0, people, _CHUNK):
        some = range(before + 1, min(before + _CHUNK, people) + 1)
        async with world.db.transaction() as tx:
            at = world.now()
            await rehearsal.settle(
                tx, region_code=region_code, scheme=scheme, kind=kind, people=some, at=at
            )
            await rehearsal.agree(
                tx, region_code=region_code, fund=found.fund, people=some, sealed=_sealing(world),
                at=at,
            )  # fmt: skip
        yield Progress("settle", some[-1], people)
    await count_again(world, people)
    await begin(world, await forecast(world, region_code=region_code, scheme=scheme, period=period))
    levying = go_on(world, region_code=region_code, scheme=scheme, period=period)
    async with aclosing(levying) as going:
        async for levy in going:
            yield Progress("levy", levy.seen, people)


def _sealing(world: World) -> Callable[[str], tuple[bytes, bytes]]:
    return lambda number: (world.vault.seal(number), world.vault.hash(number))
