"""Rehearse (演练批扣): people are made up and billed as they are in life, to be collected from."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

from shebao.core.period import Period
from shebao.core.policy.rules import ByCategory
from shebao.core.policy.scheme import in_force
from shebao.core.refusals import Refusal
from shebao.operations.levy import begin, forecast, go_on
from shebao.operations.world import World
from shebao.store.batch import rehearsal


@dataclass(eq=False)
class SchemeNotRehearsed(Refusal):
    """A run is only played of a scheme that bills by category."""


async def settle_town(
    world: World, *, region_code: str, scheme: str, period: Period, people: int
) -> None:
    """Fill an empty city with people, bills and mandates. Raises SchemeNotRehearsed."""
    region = world.region(region_code)
    found = region.scheme(scheme)
    rule = in_force(found, period, as_of=world.today(region_code)).rule
    if not isinstance(rule, ByCategory):
        raise SchemeNotRehearsed
    category = next(one.id for one in rule.categories if one.personal is not None)
    async with world.db.transaction() as tx:
        await rehearsal.settle(
            tx,
            region_code=region_code,
            scheme=scheme,
            kind=(next(iter(region.districts)), category),
            people=people,
            at=world.now(),
        )
        await rehearsal.agree(
            tx,
            region_code=region_code,
            fund=found.fund,
            people=people,
            sealed=lambda number: (world.vault.seal(number), world.vault.hash(number)),
            at=world.now(),
        )
    await begin(world, await forecast(world, region_code=region_code, scheme=scheme, period=period))
    levying = go_on(world, region_code=region_code, scheme=scheme, period=period)
    async with aclosing(levying) as going:
        async for _ in going:
            pass
