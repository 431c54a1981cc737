"""Naming (帮其他人缴): a payer names somebody to pay for, as the entry channel demands.

Name and number; on some channels also a code that the person's own telephone must bring. A child
under fourteen is entrusted to us by a parent. Who was forbidden to stays forbidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shebao.core.entrance.child import GuardianNeeded, is_child
from shebao.core.entrance.consent import ConsentKind
from shebao.core.family.kin import (
    ForbiddenByPerson,
    KinEvent,
    KinState,
    PhoneCodeNeeded,
    PhoneNotTheirs,
)
from shebao.core.person import masked_name, parse_phone
from shebao.core.policy.region import PaysFor
from shebao.core.refusals import Refusal
from shebao.operations.codes import CodeExpired, keep_code, send_code, take_code
from shebao.operations.sign_in import Claim, identify
from shebao.operations.world import World
from shebao.store import persons
from shebao.store.database import Tx
from shebao.store.entrance import consents
from shebao.store.family import kin
from shebao.store.persons import NewPerson, PersonRow
from shebao.store.sessions import Purpose

LOOKED: Final = "pay_for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Whom a payer names, and whether they say that they are the child's guardian."""

    region_code: str
    entry_channel: str
    payer_id: str
    claim: Claim
    guardian: bool = False


@dataclass(eq=False)
class OnlyForOneself(Refusal):
    """仅支持本人缴费: on this channel one pays only for oneself."""

    entry_channel: str


async def name_payee(
    world: World,
    *,
    region_code: str,
    entry_channel: str,
    payer_id: str,
    claim: Claim,
    guardian: bool = False,
) -> PersonRow:
    """Let a payer pay for somebody whose name and number they know; the look is recorded."""
    naming = Naming(
        region_code=region_code,
        entry_channel=entry_channel,
        payer_id=payer_id,
        claim=claim,
        guardian=guardian,
    )
    identified = await _identified(world, naming)
    if _pays_for(world, naming) is PaysFor.OTHERS_BY_PHONE_CODE:
        raise PhoneCodeNeeded
    async with world.db.transaction() as tx:
        person = await persons.keep(tx, region_code=region_code, person=identified)
        await _allow(tx, world, naming, person)
    return person


async def begin_naming(world: World, naming: Naming, *, phone: str) -> str:
    """Send a code to the telephone of whom a payer names; the id that `finish_naming` takes.

    Raises PhoneNotTheirs when the person has signed in with another telephone.
    """
    phone = parse_phone(phone)
    identified = await _identified(world, naming)
    code = naming.region_code
    async with world.db.transaction() as tx:
        person = await persons.keep(tx, region_code=code, person=identified)
        await _not_forbidden(tx, naming, person)
        sealed = await persons.sealed_phone(tx, region_code=code, person_id=person.id)
        payers = await persons.by_ids(tx, region_code=code, person_ids=[naming.payer_id])
    child = is_child(person.born, id_type=person.id_type, on=world.today(code))
    if sealed is not None and not child and world.vault.open(sealed) != phone:
        raise PhoneNotTheirs
    payer = masked_name(payers[naming.payer_id].name)
    sent = await send_code(world, phone=phone, purpose=Purpose.PAYEE, payer=payer)
    async with world.db.transaction() as tx:
        whose = (person.id, naming.entry_channel)
        return await keep_code(
            tx, world, region_code=code, sent=sent, whose=whose, asked_by=naming.payer_id
        )


async def finish_naming(world: World, naming: Naming, *, code_id: str, code: str) -> PersonRow:
    """Take the code the other telephone was sent. Raises CodeWrong or CodeExpired."""
    region_code = naming.region_code
    async with world.db.transaction() as tx:
        kept, wrong = await take_code(
            tx, world, region_code=region_code, code_id=code_id, code=code, purpose=Purpose.PAYEE
        )
        if kept.asked_by != naming.payer_id:  # Somebody else signed in before this browser.
            raise CodeExpired
        found = await persons.by_ids(tx, region_code=region_code, person_ids=[kept.person_id])
        person = found[kept.person_id]
        if wrong is None:
            await _allow(tx, world, naming, person)
    if wrong is not None:
        raise wrong
    return person


def _pays_for(world: World, naming: Naming) -> PaysFor:
    return world.region(naming.region_code).channels[naming.entry_channel].pays_for


async def _identified(world: World, naming: Naming) -> NewPerson:
    if not _pays_for(world, naming).others:
        raise OnlyForOneself(naming.entry_channel)
    code = naming.region_code
    person = await identify(world, region_code=code, claim=naming.claim)
    child = is_child(person.born, id_type=person.id_type, on=world.today(code))
    if child and not naming.guardian:
        raise GuardianNeeded
    return person


async def _not_forbidden(tx: Tx, naming: Naming, person: PersonRow) -> kin.Kin | None:
    between = await kin.lock(
        tx, region_code=naming.region_code, payer_id=naming.payer_id, person_id=person.id
    )
    if between is not None and between.state is KinState.FORBIDDEN:
        raise ForbiddenByPerson
    return between


async def _allow(tx: Tx, world: World, naming: Naming, person: PersonRow) -> None:
    """Let the payer see and pay, and write down that they looked; a parent's word, too."""
    code, payer_id, at = naming.region_code, naming.payer_id, world.now()
    if person.id == payer_id:
        return
    between = await _not_forbidden(tx, naming, person)
    if between is not None:
        await kin.step(tx, between, KinEvent.NAMED, at=at)
    else:
        await kin.insert(tx, region_code=code, payer_id=payer_id, person_id=person.id, at=at)
    await persons.look(
        tx, region_code=code, person_id=person.id, viewer_id=payer_id, reason=LOOKED, at=at
    )
    if is_child(person.born, id_type=person.id_type, on=world.today(code)):
        edition = world.region(code).consents.get(ConsentKind.SENSITIVE, "")
        await consents.keep_guardian(
            tx, region_code=code, child_id=person.id, parent_id=payer_id, edition=edition, at=at
        )
