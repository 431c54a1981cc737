"""Past payments (缴费记录): what was paid for somebody, and what they paid for others."""

from __future__ import annotations

from shebao.operations.world import World
from shebao.store import persons, receipts
from shebao.store.persons import PersonRow
from shebao.store.receipts import Record


async def paid_for_me(world: World, *, region_code: str, person_id: str) -> list[Record]:
    """What was paid for a person, by whomever, newest first."""
    async with world.db.reading() as tx:
        return await receipts.of_person(tx, region_code=region_code, person_id=person_id)


async def paid_for_others(world: World, *, region_code: str, payer_id: str) -> list[Record]:
    """What a payer paid for other people, newest first."""
    async with world.db.reading() as tx:
        return await receipts.by_payer_for_others(tx, region_code=region_code, payer_id=payer_id)


async def payees(world: World, *, region_code: str, payer_id: str) -> list[PersonRow]:
    """Whom a payer has named (帮过的家人), the newest first."""
    async with world.db.reading() as tx:
        return await persons.payees_of(tx, region_code=region_code, payer_id=payer_id)
