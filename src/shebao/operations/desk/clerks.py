"""Clerks (经办人): they are added, given duties, locked and given new keys by whoever runs us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shebao.core.desk.clerk import ClerkEvent, ClerkUnknown, Duty, NumberTaken
from shebao.core.person import parse_name
from shebao.operations.desk import proofs
from shebao.operations.world import World
from shebao.store.desk import clerks
from shebao.store.desk.clerks import ClerkAtDoor, ClerkRow, NewClerk


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who shall work for a region, and as what."""

    number: str
    name: str
    office: str
    duties: frozenset[Duty]


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What a clerk needs to come in. Shown once, and never again."""

    password: str
    secret: str


async def add_clerk(
    world: World, *, region_code: str, who: Appointment, keys: Keys | None = None
) -> Keys:
    """Add a clerk; what they need to come in. Raises NumberTaken."""
    world.region(region_code)
    keys = keys or _new_keys(world)
    new = NewClerk(
        id=world.mint("clk"),
        number=who.number,
        name=parse_name(who.name),
        office=who.office,
        duties=who.duties,
        password=await proofs.hashed(keys.password, world.entropy),
        second_step=world.vault.seal(keys.secret),
    )
    async with world.db.transaction() as tx:
        free = await clerks.insert(tx, region_code=region_code, new=new, at=world.now())
    if not free:
        raise NumberTaken(who.number)
    return keys


async def clerks_of(world: World, region_code: str) -> list[ClerkRow]:
    """The clerks of a region. Raises RegionNotServed."""
    world.region(region_code)
    async with world.db.reading() as tx:
        return await clerks.of_region(tx, region_code=region_code)


async def give_duties(
    world: World, *, region_code: str, number: str, duties: Iterable[Duty]
) -> None:
    """Give a clerk these duties and no others. Raises ClerkUnknown."""
    seen = await _step(
        world, region_code, number, ClerkEvent.DUTIES_GIVEN, duties=frozenset(duties)
    )
    assert seen.number == number


async def lock_clerk(world: World, *, region_code: str, number: str) -> None:
    """Let a clerk in nowhere any more, from this moment. Raises ClerkUnknown."""
    await _step(world, region_code, number, ClerkEvent.LOCKED)


async def unlock_clerk(world: World, *, region_code: str, number: str) -> None:
    """Let a clerk in again. Raises ClerkUnknown."""
    await _step(world, region_code, number, ClerkEvent.UNLOCKED)


async def renew_keys(world: World, *, region_code: str, number: str) -> Keys:
    """Give a clerk a new password and a new second step. Raises ClerkUnknown."""
    keys = _new_keys(world)
    hashed = await proofs.hashed(keys.password, world.entropy)
    sealed = world.vault.seal(keys.secret)
    await _step(world, region_code, number, ClerkEvent.RENEWED, keys=(hashed, sealed))
    return keys


async def _step(
    world: World,
    region_code: str,
    number: str,
    event: ClerkEvent,
    *,
    duties: frozenset[Duty] | None = None,
    keys: tuple[str, bytes] | None = None,
) -> ClerkAtDoor:
    """Take a clerk a step; whoever works under their name now must come in again."""
    async with world.db.transaction() as tx:
        seen = await clerks.lock(tx, region_code=region_code, number=number)
        if seen is None:
            raise ClerkUnknown(number)
        await clerks.step(tx, seen, event, at=world.now(), duties=duties, keys=keys)
        await clerks.end_sessions_of(tx, seen.clerk)
    return seen


def _new_keys(world: World) -> Keys:
    return Keys(proofs.new_password(world.entropy), proofs.new_secret(world.entropy))
