"""Plead (请家人代付): a link by which somebody asks a relative to pay some bills of theirs.

Whoever has the link and is signed in sees a masked name, what is owed and how much, and no more.
Pressing the button takes the link: from then on it is theirs alone, and they may pay these bills
until it is too old. What else the person owes stays unseen.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shebao.core.bill import Bill, BillState
from shebao.core.entrance.way import Feature
from shebao.core.family.kin import ForbiddenByPerson, KinState
from shebao.core.family.plea import (
    NotOfferedHere,
    PleaEvent,
    PleaGone,
    PleaOfYourOwn,
    PleaState,
)
from shebao.core.order import OrderEmpty
from shebao.core.refusals import NotYours
from shebao.operations.world import World
from shebao.store import bills, persons
from shebao.store.database import Tx
from shebao.store.family import kin, pleas
from shebao.store.family.pleas import Plea
from shebao.store.persons import PersonRow
from shebao.store.roster import collectors

PLEA_LIVES: Final = timedelta(days=3)
REMEMBERED: Final = timedelta(days=30)
BILLS_MOST: Final = 20
LOOKED: Final = "asked"
_TOKEN_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class PleaSeen:
    """What a link leads to: who asks, and which of their bills."""

    plea: Plea
    person: PersonRow
    bills: tuple[Bill, ...]
    collector: str = ""  # Who made the link, when it was an office for many.


async def plead(
    world: World, *, region_code: str, entry_channel: str, person_id: str, bill_ids: Sequence[str]
) -> str:
    """Make a link for some bills of one's own, and give what only the link says."""
    channel = world.region(region_code).channels[entry_channel]
    if not channel.offers(Feature.ASK_TO_PAY):
        raise NotOfferedHere(channel.name)
    if not bill_ids:
        raise OrderEmpty
    wanted = sorted(set(bill_ids))[:BILLS_MOST]
    at, token = world.now(), base64.urlsafe_b64encode(world.entropy(_TOKEN_BYTES)).decode()
    async with world.db.transaction() as tx:
        found = await bills.by_ids(tx, region_code=region_code, bill_ids=wanted)
        owed = {
            bill.id
            for bill in found
            if bill.person_id == person_id and bill.state is BillState.PAYABLE
        }
        if missing := set(wanted) - owed:
            raise NotYours(min(missing))
        plea = Plea(
            region_code=region_code,
            id=world.mint("ple"),
            person_id=person_id,
            bill_ids=tuple(wanted),
            made_at=at,
            expires_at=at + PLEA_LIVES,
        )
        await pleas.insert(tx, plea, token_hash=token_hash(world, token))
    return token


async def look_at_plea(world: World, *, region_code: str, token: str, viewer_id: str) -> PleaSeen:
    """What a link leads to. Raises PleaGone or PleaOfYourOwn."""
    async with world.db.reading() as tx:
        plea = await _found(tx, world, region_code, token)
        _may_open(world, plea, viewer_id)
        people = await persons.by_ids(tx, region_code=region_code, person_ids=[plea.person_id])
        owed = await bills.by_ids(tx, region_code=region_code, bill_ids=plea.bill_ids)
        office = ""
        if plea.asked_by:
            known = await collectors.of_region(tx, region_code=region_code)
            office = next((one.name for one in known if one.id == plea.asked_by), "")
    return PleaSeen(plea, people[plea.person_id], tuple(owed), office)


async def take_plea(world: World, *, region_code: str, token: str, payer_id: str) -> Plea:
    """Say yes: the link is this payer's alone, and the look is recorded. Raises PleaGone."""
    async with world.db.transaction() as tx:
        plea = await _found(tx, world, region_code, token)
        locked = await pleas.lock(tx, region_code=region_code, plea_id=plea.id)
        assert locked is not None
        _may_open(world, locked, payer_id)
        person_id = locked.person_id
        between = await kin.lock(
            tx, region_code=region_code, payer_id=payer_id, person_id=person_id
        )
        if between is not None and between.state is KinState.FORBIDDEN:
            raise ForbiddenByPerson
        if locked.state is PleaState.OPEN:
            at = world.now()
            await pleas.step(tx, locked, PleaEvent.TAKEN, at=at, payer_id=payer_id)
            await persons.look(
                tx,
                region_code=region_code,
                person_id=person_id,
                viewer_id=payer_id,
                reason=LOOKED,
                at=at,
            )
    return locked


async def withdraw_plea(world: World, *, region_code: str, person_id: str, plea_id: str) -> None:
    """Take a link back; whoever took it may pay with it no more."""
    async with world.db.transaction() as tx:
        plea = await pleas.lock(tx, region_code=region_code, plea_id=plea_id)
        if plea is None or plea.person_id != person_id:
            raise NotYours(plea_id)
        if plea.state is not PleaState.WITHDRAWN:
            await pleas.step(tx, plea, PleaEvent.WITHDRAWN, at=world.now())


async def my_pleas(world: World, *, region_code: str, person_id: str) -> list[Plea]:
    """What somebody has asked in the last month, the newest first."""
    since = world.now() - REMEMBERED
    async with world.db.reading() as tx:
        return await pleas.of_person(tx, region_code=region_code, person_id=person_id, since=since)


async def _found(tx: Tx, world: World, region_code: str, token: str) -> Plea:
    plea = await pleas.by_token(tx, region_code=region_code, token_hash=token_hash(world, token))
    if plea is None:
        raise PleaGone
    return plea


def _may_open(world: World, plea: Plea, viewer_id: str) -> None:
    if plea.person_id == viewer_id and not plea.asked_by:  # A collector's code may be for oneself.
        raise PleaOfYourOwn
    if plea.state is PleaState.WITHDRAWN or plea.expires_at <= world.now():
        raise PleaGone
    if plea.state is PleaState.TAKEN and plea.payer_id != viewer_id:
        raise PleaGone


def token_hash(world: World, token: str) -> bytes:
    """How a link is found without being readable."""
    return world.vault.hash("plea", token)
