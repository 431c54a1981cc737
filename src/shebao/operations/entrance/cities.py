"""Cities (别的城市): somebody who is signed in at one city goes on to another, as themselves.

The other city comes to know the same person by the same name and number, which were checked when
they signed in, and a session of its own begins there under the same token: its rules, its consent,
whom they have named there. It lasts no longer than the one they came with, and ends with it. A way
in that asks for another way of signing in is not opened so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from shebao.core.entrance.way import Place, Way
from shebao.core.identity import IdType, parse_id
from shebao.core.policy.region import EntryChannel, Region
from shebao.core.refusals import Refusal
from shebao.operations.arrival import Along, Came, begin_session, token_hash
from shebao.operations.sign_in import SignedOut, new_person
from shebao.operations.world import World
from shebao.store import persons, sessions
from shebao.store.database import Tx
from shebao.store.persons import NewPerson
from shebao.store.sessions import Session


@dataclass(eq=False)
class CityAsksToSignIn(Refusal):
    """The other city lets nobody in by the way they signed in here."""

    city: str


async def cities_of(world: World, token: str) -> list[Session]:
    """Every city somebody is signed in at with this token."""
    hashed = token_hash(world, token)
    async with world.db.reading() as tx:
        found = await sessions.find(
            tx, keys=[(code, hashed) for code in sorted(world.regions)], now=world.now()
        )
    return list(found.values())


async def go_to_city(world: World, *, session: Session, token: str, region_code: str) -> None:
    """Let somebody into another city, once. Raises RegionNotServed or CityAsksToSignIn."""
    region = world.region(region_code)
    here = world.region(session.region_code)
    if any(one.region_code == region.code for one in await cities_of(world, token)):
        return
    async with world.db.transaction() as tx:
        places = await sessions.of_person(
            tx,
            region_code=here.code,
            person_id=session.person_id,
            now=world.now(),
        )
        place = next((one for one in places if one.token_hash == session.token_hash), None)
        if place is None:
            raise SignedOut
        channel = way_like(world, region, here.channel(place.entry_channel), Way(place.way))
        person = await persons.keep(
            tx, region_code=region.code, person=await _same(tx, world, session, region)
        )
        await begin_session(
            tx,
            world,
            person=person,
            entry_channel=channel.id,
            way=Way(place.way),
            came=Came(place.device, along=Along(token, session.expires_at)),
        )


def way_like(world: World, region: Region, here: EntryChannel, way: Way) -> EntryChannel:
    """The way into another city most like the one somebody came by. Raises CityAsksToSignIn."""
    joins = not world.together.keys().isdisjoint(here.methods)
    open_to = [
        one
        for one in region.channels.values()
        if one.self_service and way in one.ways and Place.KIOSK not in {one.place, here.place}
    ]
    if not open_to:
        raise CityAsksToSignIn(region.name)
    return min(
        open_to,
        key=lambda one: (
            joins and world.together.keys().isdisjoint(one.methods),
            one.place is not here.place,
            one.place.app != here.place.app,
            one.id != region.default_channel,
        ),
    )


async def _same(tx: Tx, world: World, session: Session, region: Region) -> NewPerson:
    """Somebody as another city writes them down: the same name and number."""
    whose = {"region_code": session.region_code, "person_id": session.person_id}
    found = await persons.by_ids(
        tx, region_code=session.region_code, person_ids=[session.person_id]
    )
    one = found[session.person_id]
    whole = world.vault.open(await persons.sealed_number(tx, **whose))
    number = parse_id(IdType(one.id_type), whole, on=world.today(region.code))
    return replace(new_person(world, name=one.name, number=number), checked_at=None)
