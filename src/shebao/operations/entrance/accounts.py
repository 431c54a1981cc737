"""Accounts elsewhere (授权账号): a government portal, WeChat, Alipay or Baidu says who it is.

A portal has checked name and number, so whom it names is let in. An app knows only an id of its
own: the first time, the person signs in another way, and from then on the id is theirs.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from shebao.core.entrance.way import Way
from shebao.core.identity import IdType, parse_id
from shebao.core.person import parse_name
from shebao.core.policy.region import EntryChannel
from shebao.core.refusals import Refusal
from shebao.gateways.app_sign_in import AppSignIn
from shebao.gateways.portal import Journey, Portal, PortalUser
from shebao.operations.arrival import Came, begin_session, must_be_grown
from shebao.operations.sign_in import new_person
from shebao.operations.world import World
from shebao.store import persons
from shebao.store.entrance import app_users
from shebao.store.entrance.app_users import AppUser
from shebao.store.sessions import Session

_SECRET_BYTES: Final = 32


@dataclass(eq=False)
class WayNotOffered(Refusal):
    """This channel does not let anybody in that way."""

    way: str


@dataclass(frozen=True, slots=True)
class FromApp:
    """What an app's code led to: whom the app says it is, and the session if we know them."""

    user: AppUser
    token: str


async def begin_portal(world: World, channel: EntryChannel, *, back: str) -> tuple[str, Journey]:
    """Where the payer signs in at the portal, and what must be remembered meanwhile."""
    portal = _portal(world, channel)
    state, nonce, verifier = (_secret(world) for _ in range(3))
    journey = Journey(state=state, nonce=nonce, verifier=verifier, back=back)
    return await portal.authorize_url(journey), journey


async def finish_portal(
    world: World,
    channel: EntryChannel,
    *,
    region_code: str,
    code: str,
    journey: Journey,
    came: Came,
) -> str:
    """Bring the code that came back from a portal, begin a session, and give its token."""
    user = await _portal(world, channel).exchange(code, journey)
    known = _as_kept(world, channel.portal, user.subject)
    person = _person(world, region_code, user)
    must_be_grown(world, region_code=region_code, person=person)
    async with world.db.transaction() as tx:
        kept = await persons.keep(tx, region_code=region_code, person=person)
        at = world.now()
        await app_users.keep(tx, region_code=region_code, user=known, person_id=kept.id, at=at)
        return await begin_session(
            tx, world, person=kept, entry_channel=channel.id, way=Way.PORTAL, came=came
        )


def app_authorize_url(world: World, channel: EntryChannel, *, state: str, back: str) -> str:
    """Where a page inside an app sends somebody; nowhere, if only the app itself gives codes."""
    return _app(world, channel).authorize_url(state=state, back=back)


async def bring_app_code(
    world: World, channel: EntryChannel, *, region_code: str, code: str, came: Came
) -> FromApp:
    """Bring an app's code: whom it is, with a session if we know them. Raises AppCodeRefused."""
    openid = await _app(world, channel).exchange(code)
    user = _as_kept(world, channel.place.app, openid)
    async with world.db.transaction() as tx:
        person_id = await app_users.person_behind(tx, region_code=region_code, user=user)
        if person_id is None:
            return FromApp(user, "")
        people = await persons.by_ids(tx, region_code=region_code, person_ids=[person_id])
        token = await begin_session(
            tx,
            world,
            person=people[person_id],
            entry_channel=channel.id,
            way=Way.APP,
            came=Came(came.device, user),
        )
    return FromApp(user, token)


async def openid_of(world: World, session: Session) -> str | None:
    """Under which id the app a session is in knows its person; none, if it does not."""
    if session.app_user is None:
        return None
    async with world.db.reading() as tx:
        sealed = await app_users.sealed_id(
            tx, region_code=session.region_code, app=session.app, id_hash=session.app_user
        )
    return world.vault.open(sealed) if sealed else None


async def forget_app(world: World, *, region_code: str, person_id: str, app: str) -> None:
    """Let an app or a portal let somebody in no more."""
    async with world.db.transaction() as tx:
        await app_users.forget(tx, region_code=region_code, person_id=person_id, app=app)


def _as_kept(world: World, app: str, known_as: str) -> AppUser:
    return AppUser(app, world.vault.hash("app user", app, known_as), world.vault.seal(known_as))


def _person(world: World, region_code: str, user: PortalUser) -> persons.NewPerson:
    """Whom a portal names, as they are written down. Raises what is wrong with name or number."""
    id_type = IdType(user.id_type) if user.id_type in set(IdType) else IdType.RESIDENT
    number = parse_id(id_type, user.id_number, on=world.today(region_code))
    return new_person(world, name=parse_name(user.name), number=number)


def _portal(world: World, channel: EntryChannel) -> Portal:
    if Way.PORTAL not in channel.ways or channel.portal not in world.entrances.portals:
        raise WayNotOffered(Way.PORTAL.label)
    return world.entrances.portals[channel.portal]


def _app(world: World, channel: EntryChannel) -> AppSignIn:
    if Way.APP not in channel.ways or channel.place not in world.entrances.apps:
        raise WayNotOffered(Way.APP.label)
    return world.entrances.apps[channel.place]


def _secret(world: World) -> str:
    return base64.urlsafe_b64encode(world.entropy(_SECRET_BYTES)).decode().rstrip("=")
