"""Password (密码登录): a user name or a number, a password, and then a second step.

The password is checked before anything is locked, because it takes ten milliseconds of a core;
the miss is written down under a lock, so that guesses that come together count one by one and
those after the fifth are worth nothing, right or wrong.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shebao.core.entrance.credential import (
    CredentialEvent,
    CredentialState,
    Strength,
    UserNameTaken,
    check_password,
    parse_user_name,
)
from shebao.core.identity import IdType, parse_id
from shebao.core.person import PhoneWrong, parse_phone
from shebao.core.refusals import Refusal
from shebao.operations.arrival import must_be_grown
from shebao.operations.codes import CodeExpired, keep_code, send_code, take_code
from shebao.operations.desk.proofs import hashed, is_password
from shebao.operations.world import World
from shebao.store import persons, sessions
from shebao.store.database import Tx
from shebao.store.entrance import credentials
from shebao.store.entrance.credentials import Chosen, Credential
from shebao.store.sessions import Purpose

MISSES_MOST: Final = 5
RESTS: Final = timedelta(minutes=15)
HALF_WAY_LIVES: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Somebody who knew the password, and has yet to take the second step."""

    region_code: str
    person_id: str
    entry_channel: str
    until: datetime


@dataclass(eq=False)
class NotLetIn(Refusal):
    """The name or number and the password do not belong together, or there is none."""


@dataclass(eq=False)
class Resting(Refusal):
    """There were too many misses: nobody is let in until then."""

    minutes: int


@dataclass(eq=False)
class NoPhoneKnown(Refusal):
    """We know no telephone to send a code to."""


@dataclass(eq=False)
class HalfWayTooLongAgo(Refusal):
    """The first step is too long ago: begin again."""


async def bring_password(
    world: World, *, region_code: str, entry_channel: str, who: str, password: str
) -> HalfWay:
    """The first step. Raises NotLetIn or Resting; does not tell which part was wrong."""
    now = world.now()
    async with world.db.reading() as tx:
        seen = await _find(tx, world, region_code, who)
    right = await is_password(seen.password if seen else None, password)
    if seen is None:
        raise NotLetIn
    async with world.db.transaction() as tx:
        held = await credentials.lock(tx, region_code=region_code, person_id=seen.person_id)
        assert held is not None
        rests = _rests(held, now)
        let_in = right and held.password == seen.password and held.state is CredentialState.IN_USE
        if rests is None and let_in:
            await credentials.keep_tries(tx, held, misses=0, resting_until=None)
        elif rests is None:
            rests = await _miss(tx, held, now)
    if rests is not None:  # The miss is written down before anybody hears of it.
        raise rests
    if not let_in:
        raise NotLetIn
    return HalfWay(region_code, seen.person_id, entry_channel, now + HALF_WAY_LIVES)


async def choose_password(
    world: World, *, region_code: str, person_id: str, user_name: str, password: str
) -> Strength:
    """Choose a user name and password, or others than before. Raises what is wrong with them."""
    name = parse_user_name(user_name)
    async with world.db.reading() as tx:
        seen = await credentials.of_person(tx, region_code=region_code, person_id=person_id)
        taken = await credentials.is_taken(
            tx, region_code=region_code, person_id=person_id, user_name=name
        )
        about, phone_hash = await _about(tx, world, region_code, person_id)
    strength = check_password(password, of_owner=[*about, name])
    if taken:
        raise UserNameTaken
    chosen = Chosen(name, await hashed(password, world.entropy), phone_hash)
    async with world.db.transaction() as tx:
        if seen is None:
            free = await credentials.insert(
                tx, region_code=region_code, person_id=person_id, chosen=chosen, at=world.now()
            )
            if not free:
                raise UserNameTaken
        else:
            held = await credentials.lock(tx, region_code=region_code, person_id=person_id)
            assert held is not None
            removed = held.state is CredentialState.REMOVED
            event = CredentialEvent.CHOSEN if removed else CredentialEvent.CHANGED
            await credentials.step(tx, held, event, at=world.now(), chosen=chosen)
    return strength


async def begin_reset(
    world: World, *, region_code: str, entry_channel: str, who: str
) -> tuple[str, str]:
    """Send a code to the telephone of whoever forgot: the code's id, and the masked telephone.

    Raises NotLetIn or NoPhoneKnown.
    """
    async with world.db.reading() as tx:
        seen = await _find(tx, world, region_code, who)
    if seen is None:
        raise NotLetIn
    whose = (seen.person_id, entry_channel)
    return await send_to_known_phone(
        world, region_code=region_code, whose=whose, purpose=Purpose.RESET
    )


async def finish_reset(
    world: World, *, region_code: str, code_id: str, code: str, password: str
) -> Strength:
    """Take the code and the new password; whoever is signed in anywhere must come in again."""
    async with world.db.reading() as tx:
        person_id = await sessions.whose_code(tx, region_code=region_code, sign_in_id=code_id)
        if person_id is None:
            raise CodeExpired
        about, _ = await _about(tx, world, region_code, person_id)
    strength = check_password(password, of_owner=about)
    new = Chosen(None, await hashed(password, world.entropy))
    async with world.db.transaction() as tx:
        kept, wrong = await take_code(
            tx, world, region_code=region_code, code_id=code_id, code=code, purpose=Purpose.RESET
        )
        if wrong is None:
            held = await credentials.lock(tx, region_code=region_code, person_id=kept.person_id)
            assert held is not None
            await credentials.step(tx, held, CredentialEvent.RESET, at=world.now(), chosen=new)
            await sessions.end_others_of(
                tx,
                region_code=region_code,
                person_id=kept.person_id,
                region_codes=world.regions,
            )
    if wrong is not None:
        raise wrong
    return strength


async def remove_password(world: World, *, region_code: str, person_id: str) -> None:
    """Let nobody in by a password any more."""
    async with world.db.transaction() as tx:
        held = await credentials.lock(tx, region_code=region_code, person_id=person_id)
        if held is not None and held.state is CredentialState.IN_USE:
            removed = CredentialEvent.REMOVED
            await credentials.step(tx, held, removed, at=world.now(), chosen=Chosen(None, None))


async def send_to_known_phone(
    world: World, *, region_code: str, whose: tuple[str, str], purpose: Purpose
) -> tuple[str, str]:
    """Send a code to the telephone we know of somebody: its id, and the masked telephone."""
    person_id, _ = whose
    async with world.db.reading() as tx:
        people = await persons.by_ids(tx, region_code=region_code, person_ids=[person_id])
        sealed = await persons.sealed_phone(tx, region_code=region_code, person_id=person_id)
    must_be_grown(world, region_code=region_code, person=people[person_id])
    if sealed is None:
        raise NoPhoneKnown
    sent = await send_code(world, phone=world.vault.open(sealed), purpose=purpose)
    async with world.db.transaction() as tx:
        code_id = await keep_code(tx, world, region_code=region_code, sent=sent, whose=whose)
    return code_id, people[person_id].phone_masked or ""


async def _find(tx: Tx, world: World, region_code: str, who: str) -> Credential | None:
    """Whose user name, certificate number or telephone it is."""
    try:
        phone_hash = world.vault.hash("phone", parse_phone(who))
    except PhoneWrong:
        phone_hash = None
    return await credentials.find(
        tx,
        region_code=region_code,
        user_name=who.strip().lower(),
        number_hashes=[*_number_hashes(world, region_code, who)],
        phone_hash=phone_hash,
    )


def _number_hashes(world: World, region_code: str, who: str) -> Iterator[bytes]:
    """The hashes of a number, as that of every certificate it may be of."""
    for id_type in IdType:
        with contextlib.suppress(Refusal):
            number = parse_id(id_type, who, on=world.today(region_code))
            yield world.vault.hash("number", number.id_type, number.whole)


async def _about(
    tx: Tx, world: World, region_code: str, person_id: str
) -> tuple[list[str], bytes | None]:
    """What is easily found out of somebody, and the hash of their telephone."""
    people = await persons.by_ids(tx, region_code=region_code, person_ids=[person_id])
    sealed = await persons.sealed_phone(tx, region_code=region_code, person_id=person_id)
    number = await persons.sealed_number(tx, region_code=region_code, person_id=person_id)
    phone = world.vault.open(sealed) if sealed else ""
    born = people[person_id].born
    about = [world.vault.open(number), phone, f"{born:%Y%m%d}" if born else ""]
    return about, world.vault.hash("phone", phone) if phone else None


def _rests(held: Credential, now: datetime) -> Resting | None:
    until = held.resting_until
    return Resting(_minutes(until - now)) if until and until > now else None


async def _miss(tx: Tx, held: Credential, now: datetime) -> Resting | None:
    misses = held.misses + 1
    over = misses >= MISSES_MOST
    await credentials.keep_tries(
        tx, held, misses=0 if over else misses, resting_until=now + RESTS if over else None
    )
    return Resting(_minutes(RESTS)) if over else None


def _minutes(left: timedelta) -> int:
    return -(-int(left.total_seconds()) // 60)
