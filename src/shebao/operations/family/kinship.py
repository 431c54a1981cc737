"""Kinship (谁能帮我缴): the payer tidies their list; the person paid for sees, forbids, allows."""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.family.kin import KinEvent, KinState
from shebao.core.family.plea import PleaEvent, PleaState
from shebao.core.refusals import NotYours
from shebao.operations.family.plead import PLEA_LIVES
from shebao.operations.world import World
from shebao.store import persons
from shebao.store.database import Tx
from shebao.store.entrance import consents
from shebao.store.family import kin, pleas
from shebao.store.family.kin import Kin, Look, PaidByOther


@dataclass(frozen=True, slots=True)
class Seen:
    """Who may pay for somebody, who looked at their record, and who has paid."""

    payers: tuple[Kin, ...]
    looks: tuple[Look, ...]
    paid: tuple[PaidByOther, ...]


async def who_saw(world: World, *, region_code: str, person_id: str) -> Seen:
    """Everything somebody may know of who has looked at them and paid for them."""
    async with world.db.reading() as tx:
        payers = await kin.payers_of(tx, region_code=region_code, person_id=person_id)
        looks = await kin.looks_at(tx, region_code=region_code, person_id=person_id)
        paid = await kin.paid_by_others(tx, region_code=region_code, person_id=person_id)
    return Seen(tuple(payers), tuple(looks), tuple(paid))


async def children(world: World, *, region_code: str, parent_id: str) -> set[str]:
    """The children somebody is the parent or guardian of."""
    async with world.db.reading() as tx:
        return await consents.children_of(tx, region_code=region_code, parent_id=parent_id)


async def remove(world: World, *, region_code: str, payer_id: str, person_id: str) -> None:
    """Take somebody out of a payer's list; done already, it is done."""
    async with world.db.transaction() as tx:
        between = await _between(tx, region_code, payer_id, person_id)
        if between.state is KinState.ALLOWED:
            await kin.step(tx, between, KinEvent.REMOVED, at=world.now())


async def forbid(world: World, *, region_code: str, person_id: str, payer_id: str) -> None:
    """Let a payer neither see nor pay what somebody owes, however much the payer knows."""
    at = world.now()
    whose = {"region_code": region_code, "payer_id": payer_id, "person_id": person_id}
    async with world.db.transaction() as tx:
        known = await persons.by_ids(tx, region_code=region_code, person_ids=[payer_id])
        if payer_id not in known or payer_id == person_id:
            raise NotYours(payer_id)
        await kin.insert(tx, **whose, at=at)  # They may have come by a link, unnamed.
        between = await _between(tx, region_code, payer_id, person_id)
        if between.state is not KinState.FORBIDDEN:
            await kin.step(tx, between, KinEvent.FORBIDDEN, at=at)
        asked = await pleas.of_person(
            tx, region_code=region_code, person_id=person_id, since=at - PLEA_LIVES
        )
        for plea in asked:
            held = await pleas.lock(tx, region_code=region_code, plea_id=plea.id)
            if held is not None and held.payer_id == payer_id and held.state is PleaState.TAKEN:
                await pleas.step(tx, held, PleaEvent.WITHDRAWN, at=at)


async def allow_again(world: World, *, region_code: str, person_id: str, payer_id: str) -> None:
    """Let a payer name somebody again who had forbidden it."""
    async with world.db.transaction() as tx:
        between = await _between(tx, region_code, payer_id, person_id)
        if between.state is KinState.FORBIDDEN:
            await kin.step(tx, between, KinEvent.ALLOWED_AGAIN, at=world.now())


async def _between(tx: Tx, region_code: str, payer_id: str, person_id: str) -> Kin:
    found = await kin.lock(tx, region_code=region_code, payer_id=payer_id, person_id=person_id)
    if found is None:
        raise NotYours(person_id)
    return found
