"""Sign in: a real name, a number, and a code sent to a telephone.

The name and number are checked before a code is sent, so a code costs nobody anything who
cannot come in. What the browser keeps is a random token; we keep only its keyed hash.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shebao.core.identity import IdNumber, IdType, parse_id
from shebao.core.person import masked_phone, parse_name, parse_phone
from shebao.core.realname import RealNameVerdict
from shebao.core.refusals import Refusal
from shebao.operations.world import World
from shebao.store import persons, sessions
from shebao.store.persons import NewPerson, PersonRow
from shebao.store.sessions import Session, SignIn

CODE_LIVES: Final = timedelta(minutes=5)
SESSION_LIVES: Final = timedelta(hours=2)
TRIES: Final = 5
_CODE_DIGITS: Final = 6
_TOKEN_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are, as they typed it."""

    name: str
    id_type: IdType
    number: str


@dataclass(eq=False)
class NameDoesNotMatch(Refusal):
    """The registry says that the name and the number do not belong together."""


@dataclass(eq=False)
class NumberUnknown(Refusal):
    """The registry has nobody under this number."""


@dataclass(eq=False)
class NumberBlocked(Refusal):
    """The registry says that this number is no longer in use."""


@dataclass(eq=False)
class CodeWrong(Refusal):
    """The code is not the one that was sent."""

    tries_left: int


@dataclass(eq=False)
class CodeExpired(Refusal):
    """The code was used, is too old, or was guessed at too often: a new one is needed."""


@dataclass(eq=False)
class SignedOut(Refusal):
    """Nobody is signed in, or not any more."""


async def identify(
    world: World, *, region_code: str, claim: Claim, phone: str | None = None
) -> NewPerson:
    """Check a name and a number with the registry. Raises what is wrong with either."""
    name = parse_name(claim.name)
    number = parse_id(claim.id_type, claim.number, on=world.today(region_code))
    verdict = await world.real_name.check(name=name, id_type=number.id_type, id_number=number.whole)
    match verdict:
        case RealNameVerdict.MATCH:
            return new_person(world, name=name, number=number, phone=phone)
        case RealNameVerdict.MISMATCH:
            raise NameDoesNotMatch
        case RealNameVerdict.UNKNOWN:
            raise NumberUnknown
        case RealNameVerdict.BLOCKED:
            raise NumberBlocked


def new_person(world: World, *, name: str, number: IdNumber, phone: str | None = None) -> NewPerson:
    """A person ready to be written down, personal numbers sealed."""
    return NewPerson(
        id=world.mint("per"),
        id_type=number.id_type,
        number_sealed=world.vault.seal(number.whole),
        number_hash=world.vault.hash("number", number.id_type, number.whole),
        number_masked=number.masked,
        name=name,
        born=number.born,
        sex=number.sex,
        phone_sealed=world.vault.seal(phone) if phone else None,
        phone_masked=masked_phone(phone) if phone else None,
        checked_at=world.now(),
    )


async def begin_sign_in(
    world: World, *, region_code: str, entry_channel: str, claim: Claim, phone: str
) -> tuple[str, PersonRow]:
    """Check who it is and send a code; the id of the sign-in, and whom it will let in."""
    phone = parse_phone(phone)
    identified = await identify(world, region_code=region_code, claim=claim, phone=phone)
    code = f"{int.from_bytes(world.entropy(8)) % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}"
    sign_in_id = world.mint("sgn")
    await world.messages.send(
        phone=phone, template="sign_in", parameters={"code": code, "minutes": "5"}
    )
    async with world.db.transaction() as tx:
        person = await persons.keep(tx, region_code=region_code, person=identified)
        sign_in = SignIn(
            id=sign_in_id,
            person_id=person.id,
            entry_channel=entry_channel,
            code_hash=world.vault.hash("code", sign_in_id, code),
            tries_left=TRIES,
            expires_at=world.now() + CODE_LIVES,
            used_at=None,
        )
        await sessions.begin_sign_in(tx, region_code=region_code, sign_in=sign_in)
    return sign_in_id, person


async def finish_sign_in(world: World, *, region_code: str, sign_in_id: str, code: str) -> str:
    """Take the code, begin a session, and give its token. Raises CodeWrong or CodeExpired."""
    now, token = world.now(), base64.urlsafe_b64encode(world.entropy(_TOKEN_BYTES)).decode()
    async with world.db.transaction() as tx:
        sign_in = await sessions.lock_sign_in(tx, region_code=region_code, sign_in_id=sign_in_id)
        if sign_in is None or sign_in.used_at or sign_in.expires_at <= now:
            raise CodeExpired
        if sign_in.tries_left < 1:
            raise CodeExpired
        right = hmac.compare_digest(
            sign_in.code_hash, world.vault.hash("code", sign_in_id, code.strip())
        )
        if right:
            await sessions.use_sign_in(tx, region_code=region_code, sign_in_id=sign_in_id, at=now)
            await sessions.begin(
                tx,
                region_code=region_code,
                token_hash=_token_hash(world, token),
                sign_in=sign_in,
                at=now,
                until=now + SESSION_LIVES,
            )
        else:
            await sessions.miss_sign_in(tx, region_code=region_code, sign_in_id=sign_in_id)
    if not right:  # The miss is written down before anybody hears of it.
        raise CodeWrong(sign_in.tries_left - 1)
    return token


async def who(world: World, visits: Sequence[tuple[str, str]]) -> list[Session | SignedOut]:
    """Whose tokens these are, by region and token: for all who ask at the same moment."""
    keys = [(region_code, _token_hash(world, token)) for region_code, token in visits]
    async with world.db.reading() as tx:
        found = await sessions.find(tx, keys=sorted(set(keys)), now=world.now())
    return [found.get(key) or SignedOut() for key in keys]


async def sign_out(world: World, *, session: Session) -> None:
    """End a session."""
    async with world.db.transaction() as tx:
        await sessions.end(tx, region_code=session.region_code, token_hash=session.token_hash)


def _token_hash(world: World, token: str) -> bytes:
    return world.vault.hash("session", token)
