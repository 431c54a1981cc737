"""Collectors (代收单位): an operator adds them and says what each may collect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.period import Period
from shebao.core.policy.region import Region
from shebao.core.policy.scheme import PolicyUnconfirmed
from shebao.core.policy.window import open_periods
from shebao.core.roster.collector import (
    Collector,
    CollectorEvent,
    CollectorKind,
    CollectorState,
    CollectorUnknown,
    NotACollector,
    OfficeTaken,
    Scope,
    ScopeNeeded,
)
from shebao.core.roster.judging import categories_of
from shebao.core.roster.obstacles import CategoryNotKnown, DistrictNotKnown
from shebao.operations.world import World
from shebao.store.database import Tx
from shebao.store.roster import collectors


@dataclass(frozen=True, slots=True)
class NewCollector:
    """A place that shall collect."""

    office: str
    name: str
    kind: CollectorKind
    scopes: tuple[Scope, ...]


async def add_collector(world: World, *, region_code: str, new: NewCollector) -> Collector:
    """Add a collector. Raises OfficeTaken, ScopeNeeded, or what is wrong with a scope."""
    region = world.region(region_code)
    if not new.scopes or not new.office or not new.name:
        raise ScopeNeeded
    collector = Collector(
        region_code=region_code,
        id=world.mint("col"),
        office=new.office,
        name=new.name,
        kind=new.kind,
        scopes=tuple(scope_of(world, region, scope) for scope in new.scopes),
    )
    async with world.db.transaction() as tx:
        if not await collectors.insert(tx, collector, at=world.now()):
            raise OfficeTaken(new.office)
    return collector


async def give_scopes(
    world: World, *, region_code: str, office: str, scopes: Sequence[Scope]
) -> None:
    """Let a collector collect these and nothing else. Raises CollectorUnknown."""
    if not scopes:
        raise ScopeNeeded
    region = world.region(region_code)
    given = tuple(scope_of(world, region, scope) for scope in scopes)
    await _step(world, region_code, office, CollectorEvent.SCOPES_GIVEN, given)


async def close_collector(world: World, *, region_code: str, office: str) -> None:
    """Let a collector collect no more. Raises CollectorUnknown."""
    await _step(world, region_code, office, CollectorEvent.CLOSED)


async def open_collector(world: World, *, region_code: str, office: str) -> None:
    """Let a collector collect again. Raises CollectorUnknown."""
    await _step(world, region_code, office, CollectorEvent.OPENED_AGAIN)


async def collectors_of(world: World, region_code: str) -> list[Collector]:
    """The collectors of a region."""
    world.region(region_code)
    async with world.db.reading() as tx:
        return await collectors.of_region(tx, region_code=region_code)


async def collector_of(tx: Tx, clerk: Clerk) -> Collector:
    """The collector a clerk works for. Raises NotACollector."""
    clerk.must(Duty.ROSTER)
    found = await collectors.of_office(tx, region_code=clerk.region_code, office=clerk.office)
    if found is None or found.state is not CollectorState.ACTIVE:
        raise NotACollector(clerk.office)
    return found


async def who_collects(world: World, clerk: Clerk) -> Collector:
    """The same, for a page. Raises NotACollector."""
    async with world.db.reading() as tx:
        return await collector_of(tx, clerk)


def scope_of(world: World, region: Region, scope: Scope) -> Scope:
    """A scope with ids for whatever names it was written with. Raises what is not known."""
    scheme = region.scheme(scope.scheme)
    today = world.today(region.code)
    category, district = scope.category, scope.district
    if category:
        periods = open_periods(scheme, on=today) or (Period(today.year),)
        try:
            table = categories_of(scheme, periods[0], as_of=today)
        except PolicyUnconfirmed:
            table = {}
        if category not in table:
            offered = "、".join(dict.fromkeys(kind.name for kind in table.values()))
            raise CategoryNotKnown(category, offered)
        category = table[category].id
    if district:
        district = region.district_code(district)
        if district not in region.districts:
            raise DistrictNotKnown(scope.district or "")
    return Scope(scheme.id, category or None, district or None)


async def _step(
    world: World,
    region_code: str,
    office: str,
    event: CollectorEvent,
    scopes: tuple[Scope, ...] | None = None,
) -> None:
    world.region(region_code)
    async with world.db.transaction() as tx:
        seen = await collectors.lock(tx, region_code=region_code, office=office)
        if seen is None:
            raise CollectorUnknown(office)
        await collectors.step(tx, seen, event, at=world.now(), scopes=scopes)
