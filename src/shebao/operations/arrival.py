"""Arrival (进入): somebody has shown who they are, by whatever way; a session begins.

A child is let in nowhere: a parent is. Whoever has not agreed to the edition in force must do so
before anything else; that is asked when the session begins, and remembered with it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shebao.core.entrance.child import ChildNeedsParent, is_child
from shebao.core.entrance.consent import ConsentState
from shebao.core.entrance.way import Place, Way
from shebao.operations.world import World
from shebao.store import persons, sessions
from shebao.store.database import Tx
from shebao.store.entrance import app_users, consents
from shebao.store.entrance.app_users import AppUser
from shebao.store.persons import NewPerson, PersonRow
from shebao.store.sessions import NewSession

SESSION_LIVES: Final = timedelta(hours=2)
KIOSK_LIVES: Final = timedelta(minutes=10)  # Others wait for the screen, and look over shoulders.
_TOKEN_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Along:
    """The token of a session in another city, with which somebody goes on, and until when."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Came:
    """What somebody came with: their device, and whom an app says they are."""

    device: str = ""
    app_user: AppUser | None = None
    along: Along | None = None


HERE: Final = Came()


def must_be_grown(world: World, *, region_code: str, person: PersonRow | NewPerson) -> None:
    """See that somebody is no child. Raises ChildNeedsParent."""
    if is_child(person.born, id_type=person.id_type, on=world.today(region_code)):
        raise ChildNeedsParent


async def begin_session(
    tx: Tx, world: World, *, person: PersonRow, entry_channel: str, way: Way, came: Came = HERE
) -> str:
    """Begin a session, and give its token. Raises ChildNeedsParent."""
    code, now = person.region_code, world.now()
    must_be_grown(world, region_code=code, person=person)
    user = came.app_user
    if user is not None:
        await app_users.keep(tx, region_code=code, user=user, person_id=person.id, at=now)
    until = now + session_lives(world, code, entry_channel)
    if came.along is not None:
        token, until = came.along.token, min(until, came.along.until)
    else:
        token = base64.urlsafe_b64encode(world.entropy(_TOKEN_BYTES)).decode()
    new = NewSession(
        person_id=person.id,
        entry_channel=entry_channel,
        way=way,
        device=came.device,
        app=user.app if user else "",
        app_user=user.id_hash if user else None,
        must_agree=await must_agree(tx, world, region_code=code, person_id=person.id),
    )
    await sessions.begin(
        tx,
        region_code=code,
        token_hash=token_hash(world, token),
        new=new,
        at=now,
        until=until,
    )
    return token


def session_lives(world: World, region_code: str, entry_channel: str) -> timedelta:
    """How long a session lasts: short where the next person stands behind one."""
    channel = world.region(region_code).channels.get(entry_channel)
    at_kiosk = channel is not None and channel.place is Place.KIOSK
    return KIOSK_LIVES if at_kiosk else SESSION_LIVES


async def begin_session_of(
    tx: Tx, world: World, *, whose: tuple[str, str], entry_channel: str, way: Way, came: Came
) -> str:
    """Begin a session of somebody known by region and id."""
    region_code, person_id = whose
    found = await persons.by_ids(tx, region_code=region_code, person_ids=[person_id])
    person = found[person_id]
    return await begin_session(
        tx, world, person=person, entry_channel=entry_channel, way=way, came=came
    )


async def must_agree(tx: Tx, world: World, *, region_code: str, person_id: str) -> bool:
    """Whether somebody has not agreed to all that is in force."""
    wanted = set(world.region(region_code).consents.items())
    given = await consents.of_person(tx, region_code=region_code, person_id=person_id)
    current = {(one.kind, one.edition) for one in given if one.state is ConsentState.GIVEN}
    return not wanted <= current


def token_hash(world: World, token: str) -> bytes:
    """What we keep of a token."""
    return world.vault.hash("session", token)
