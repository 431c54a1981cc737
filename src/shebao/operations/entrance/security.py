"""Security (账户安全): how somebody can come in, where they are, and leaving elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.entrance.credential import CredentialState
from shebao.operations.world import World
from shebao.store import sessions
from shebao.store.entrance import app_users, credentials, passkeys
from shebao.store.entrance.passkeys import Passkey
from shebao.store.sessions import Place, Session


@dataclass(frozen=True, slots=True)
class Security:
    """Everything by which somebody can come in, and where they are in now."""

    user_name: str  # Empty without a password.
    passkeys: Sequence[Passkey]
    apps: Sequence[tuple[str, datetime]]
    places: Sequence[Place]


async def security_of(world: World, *, session: Session) -> Security:
    """How it stands with somebody's ways in."""
    code, person_id = session.region_code, session.person_id
    async with world.db.reading() as tx:
        credential = await credentials.of_person(tx, region_code=code, person_id=person_id)
        keys = await passkeys.of_person(tx, region_code=code, person_id=person_id)
        apps = await app_users.of_person(tx, region_code=code, person_id=person_id)
        places = await sessions.of_person(
            tx, region_code=code, person_id=person_id, now=world.now()
        )
    in_use = credential is not None and credential.state is CredentialState.IN_USE
    return Security(credential.user_name if in_use and credential else "", keys, apps, places)


async def sign_out_there(world: World, *, session: Session, place: str) -> None:
    """Sign out of one other place, named by the hash of its token in hexadecimal."""
    try:
        token_hash = bytes.fromhex(place)
    except ValueError:
        return
    async with world.db.transaction() as tx:
        await sessions.end_one_of(
            tx,
            region_code=session.region_code,
            person_id=session.person_id,
            token_hash=token_hash,
            region_codes=world.regions,
        )


async def sign_out_elsewhere(world: World, *, session: Session) -> None:
    """Sign out of every other place."""
    async with world.db.transaction() as tx:
        await sessions.end_others_of(
            tx,
            region_code=session.region_code,
            person_id=session.person_id,
            but=session.token_hash,
            region_codes=world.regions,
        )
