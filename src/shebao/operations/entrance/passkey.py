"""Passkey (通行密钥): a key in somebody's own device, as the second step after a password.

The device signs a challenge of ours and says which site it signed for; what it would sign for
another site is worth nothing here, so nobody can be talked out of it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from shebao.core.entrance.way import Way
from shebao.core.refusals import Refusal
from shebao.operations.arrival import Came, begin_session_of
from shebao.operations.entrance.password import HalfWay, HalfWayTooLongAgo
from shebao.operations.world import World
from shebao.store import persons
from shebao.store.entrance import passkeys
from shebao.store.entrance.passkeys import Passkey

CHALLENGE_BYTES: Final = 32
PASSKEYS_MOST: Final = 10
_NAME_MOST: Final = 40
_LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is asked to sign, as it takes it, and the challenge inside."""

    options: str
    challenge: bytes


@dataclass(eq=False)
class PasskeyNotBelieved(Refusal):
    """What the device signed is not what was asked, or is of no passkey of theirs."""


@dataclass(eq=False)
class PasskeysTooMany(Refusal):
    """Somebody has as many passkeys as we keep."""

    most: int


async def passkeys_of(world: World, *, region_code: str, person_id: str) -> list[Passkey]:
    """Somebody's passkeys, the oldest first."""
    async with world.db.reading() as tx:
        return await passkeys.of_person(tx, region_code=region_code, person_id=person_id)


async def ask_to_register(world: World, *, region_code: str, person_id: str) -> Asked:
    """What a browser needs to make a passkey. Raises PasskeysTooMany."""
    async with world.db.reading() as tx:
        people = await persons.by_ids(tx, region_code=region_code, person_ids=[person_id])
        known = await passkeys.of_person(tx, region_code=region_code, person_id=person_id)
    if len(known) >= PASSKEYS_MOST:
        raise PasskeysTooMany(PASSKEYS_MOST)
    challenge = world.entropy(CHALLENGE_BYTES)
    options = generate_registration_options(
        rp_id=_site(world)[0],
        rp_name=f"{world.region(region_code).name}社保缴费",
        user_id=person_id.encode(),
        user_name=people[person_id].number_masked,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.id) for one in known],
    )
    return Asked(options_to_json(options), challenge)


async def register_passkey(
    world: World,
    *,
    region_code: str,
    person_id: str,
    name: str,
    challenge: bytes,
    answer: str,
) -> None:
    """Keep the passkey a browser has made. Raises PasskeyNotBelieved."""
    rp_id, origin = _site(world)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
        )
    except WebAuthnException as wrong:
        raise PasskeyNotBelieved from wrong
    passkey = Passkey(
        id=made.credential_id,
        name=name[:_NAME_MOST],
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        added_at=world.now(),
    )
    async with world.db.transaction() as tx:
        await passkeys.insert(tx, region_code=region_code, person_id=person_id, passkey=passkey)


async def remove_passkey(
    world: World, *, region_code: str, person_id: str, passkey_id: str
) -> None:
    """Let a passkey let nobody in any more; its id as `shown_id` writes it."""
    async with world.db.transaction() as tx:
        for one in await passkeys.of_person(tx, region_code=region_code, person_id=person_id):
            if shown_id(one) == passkey_id:
                await passkeys.remove(
                    tx, region_code=region_code, person_id=person_id, passkey_id=one.id
                )


async def ask_to_sign(world: World, half_way: HalfWay) -> Asked:
    """What a browser needs to use a passkey as the second step."""
    known = await passkeys_of(world, region_code=half_way.region_code, person_id=half_way.person_id)
    challenge = world.entropy(CHALLENGE_BYTES)
    options = generate_authentication_options(
        rp_id=_site(world)[0],
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one.id) for one in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(options_to_json(options), challenge)


async def bring_passkey(
    world: World, half_way: HalfWay, *, challenge: bytes, answer: str, came: Came
) -> str:
    """Believe what a device signed, begin a session, and give its token."""
    if half_way.until <= world.now():
        raise HalfWayTooLongAgo
    region_code, person_id = half_way.region_code, half_way.person_id
    known = await passkeys_of(world, region_code=region_code, person_id=person_id)
    passkey, count = _signed(world, known, challenge, answer)
    async with world.db.transaction() as tx:
        used = await passkeys.use(
            tx, region_code=region_code, passkey_id=passkey.id, sign_count=count, at=world.now()
        )
        if not used:
            raise PasskeyNotBelieved
        return await begin_session_of(
            tx,
            world,
            whose=(region_code, person_id),
            entry_channel=half_way.entry_channel,
            way=Way.PASSWORD,
            came=came,
        )


def shown_id(passkey: Passkey) -> str:
    """The id of a passkey as pages carry it."""
    return base64.urlsafe_b64encode(passkey.id).decode().rstrip("=")


def _signed(
    world: World, known: list[Passkey], challenge: bytes, answer: str
) -> tuple[Passkey, int]:
    """Which passkey signed, and how often it has by now."""
    rp_id, origin = _site(world)
    for passkey in known:
        try:
            verified = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=rp_id,
                expected_origin=origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except WebAuthnException:
            continue
        if verified.credential_id == passkey.id:
            return passkey, verified.new_sign_count
    raise PasskeyNotBelieved


def _site(world: World) -> tuple[str, str]:
    """The name passkeys are bound to, and the origin they are used at.

    Browsers know no passkeys for an address of digits: this machine is localhost to them.
    """
    parts = urlsplit(world.base_url)
    host = parts.hostname or ""
    if host == _LOOPBACK:
        host = "localhost"
    port = f":{parts.port}" if parts.port else ""
    return host, f"{parts.scheme}://{host}{port}"
