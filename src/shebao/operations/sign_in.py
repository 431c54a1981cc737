"""Sign in: a real name, a number, and a code sent to a telephone.

The name and number are checked before a code is sent, so a code costs nobody anything who
cannot come in. What the browser keeps is a random token; we keep only its keyed hash.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from shebao.core.entrance.way import Way
from shebao.core.identity import IdNumber, IdType, parse_id
from shebao.core.person import masked_phone, parse_name, parse_phone
from shebao.core.realname import RealNameVerdict
from shebao.core.refusals import Refusal, Unanswered
from shebao.operations.arrival import HERE, Came, begin_session_of, must_be_grown, token_hash
from shebao.operations.codes import keep_code, send_code, take_code
from shebao.operations.world import World
from shebao.store import persons, sessions
from shebao.store.database import Tx
from shebao.store.persons import NewPerson, PersonRow
from shebao.store.sessions import Purpose, Session, SignIn


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
class SignedOut(Refusal):
    """Nobody is signed in, or not any more."""


async def identify(world: World, *, region_code: str, claim: Claim) -> NewPerson:
    """Check a name and a number with the registry. Raises what is wrong with either."""
    name = parse_name(claim.name)
    number = parse_id(claim.id_type, claim.number, on=world.today(region_code))
    verdict = await world.real_name.check(name=name, id_type=number.id_type, id_number=number.whole)
    match verdict:
        case RealNameVerdict.MATCH:
            return new_person(world, name=name, number=number)
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
    identified = await identify(world, region_code=region_code, claim=claim)
    must_be_grown(world, region_code=region_code, person=identified)
    sent = await send_code(world, phone=phone, purpose=Purpose.SIGN_IN)
    async with world.db.transaction() as tx:
        person = await persons.keep(tx, region_code=region_code, person=identified)
        whose = (person.id, entry_channel)
        await keep_code(tx, world, region_code=region_code, sent=sent, whose=whose)
    return sent.id, person


async def finish_sign_in(
    world: World, *, region_code: str, sign_in_id: str, code: str, came: Came = HERE
) -> str:
    """Take the code, begin a session, and give its token. Raises CodeWrong or CodeExpired."""
    token, before = "", None
    async with world.db.transaction() as tx:
        kept, wrong = await take_code(
            tx,
            world,
            region_code=region_code,
            code_id=sign_in_id,
            code=code,
            purpose=Purpose.SIGN_IN,
        )
        if wrong is None:
            before = await _keep_phone(tx, world, region_code, kept)
            token = await begin_session_of(
                tx,
                world,
                whose=(region_code, kept.person_id),
                entry_channel=kept.entry_channel,
                way=Way.SMS,
                came=came,
            )
    if wrong is not None:  # The miss is written down before anybody hears of it.
        raise wrong
    await _tell_of_new_phone(world, before, kept)
    return token


async def _keep_phone(tx: Tx, world: World, region_code: str, kept: SignIn) -> str | None:
    """Keep the telephone that brought the code; the one there was before."""
    assert kept.phone_sealed is not None
    whose = {"region_code": region_code, "person_id": kept.person_id}
    before = await persons.sealed_phone(tx, **whose)
    await persons.keep_phone(
        tx, **whose, phone_sealed=kept.phone_sealed, phone_masked=kept.phone_masked
    )
    return world.vault.open(before) if before else None


async def _tell_of_new_phone(world: World, before: str | None, kept: SignIn) -> None:
    """Tell the telephone there was before that another one is used: it may be a stranger's."""
    assert kept.phone_sealed is not None
    if before is None or before == world.vault.open(kept.phone_sealed):
        return
    says = {"phone": kept.phone_masked or ""}
    with contextlib.suppress(Unanswered, Refusal):  # Who has signed in is in all the same.
        await world.messages.send(phone=before, template="new_phone", parameters=says)


async def who(world: World, visits: Sequence[tuple[str, str]]) -> list[Session | SignedOut]:
    """Whose tokens these are, by region and token: for all who ask at the same moment."""
    keys = [(region_code, token_hash(world, token)) for region_code, token in visits]
    async with world.db.reading() as tx:
        found = await sessions.find(tx, keys=sorted(set(keys)), now=world.now())
    return [found.get(key) or SignedOut() for key in keys]


async def sign_out(world: World, *, session: Session) -> None:
    """End a session, in every city it has gone on to."""
    async with world.db.transaction() as tx:
        await sessions.end(tx, region_codes=world.regions, token_hash=session.token_hash)
