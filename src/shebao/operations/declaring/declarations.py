"""Declarations (申报记录): what was submitted for somebody, and taking one back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from shebao.core.bill import BillState
from shebao.core.declaration import (
    Declaration,
    DeclarationEvent,
    DeclarationHeld,
    DeclarationPaid,
    DeclarationState,
    must_run_forward,
)
from shebao.core.deduction.batch import ENTRY as BATCH_ENTRY
from shebao.core.deduction.batch import CollectedByBank
from shebao.core.order import OrderState
from shebao.core.refusals import NotYours
from shebao.operations.books.expect import midnight
from shebao.operations.expire import withdraw
from shebao.operations.world import World
from shebao.store import declarations, elections
from shebao.store.database import Tx

MOST: Final = 200
_LET_GO: Final = frozenset({OrderState.CANCELLED, OrderState.EXPIRED})


async def declared_between(
    world: World, *, region_code: str, person_id: str, first: date, last: date
) -> list[Declaration]:
    """What was declared for a person from one day to another, of every channel, newest first.

    Raises DatesBackwards.
    """
    must_run_forward(first, last)
    async with world.db.reading() as tx:
        return await declarations.of_person(
            tx,
            region_code=region_code,
            person_id=person_id,
            since=midnight(first),
            until=midnight(last + timedelta(days=1)),
            most=MOST,
        )


async def void_declaration(
    world: World, *, region_code: str, declaration_id: str, payer_id: str
) -> None:
    """Take a declaration back, and give up the payer's order that holds its bill. Once is enough.

    Raises NotYours, DeclarationPaid, DeclarationHeld and CollectedByBank.
    """
    async with world.db.transaction() as tx:
        found = await _mine(tx, region_code, declaration_id, payer_id)
        if found.bill_state is not BillState.RESERVED:
            return await _void(tx, world, found)
        if found.held_through == BATCH_ENTRY:
            raise CollectedByBank(found.held_by or "")
    await _give_up_order(world, found, payer_id)
    async with world.db.transaction() as tx:
        await _void(tx, world, await _mine(tx, region_code, declaration_id, payer_id))
    return None


async def _mine(tx: Tx, region_code: str, declaration_id: str, payer_id: str) -> Declaration:
    try:
        found = await declarations.lock(tx, region_code=region_code, declaration_id=declaration_id)
    except LookupError:
        raise NotYours(declaration_id) from None
    if payer_id not in {found.person_id, found.declared_by}:
        raise NotYours(declaration_id)
    return found


async def _give_up_order(world: World, found: Declaration, payer_id: str) -> None:
    if found.holder_id != payer_id or found.held_by is None:
        raise DeclarationHeld(found.id)
    state = await withdraw(
        world, region_code=found.region_code, order_id=found.held_by, payer_id=payer_id
    )
    if state not in _LET_GO:
        raise DeclarationHeld(found.id)


async def _void(tx: Tx, world: World, found: Declaration) -> None:
    """The step itself. What waits for its bill is a choice ahead, and the choice goes with it."""
    if found.state is DeclarationState.VOIDED:
        return
    if found.bill_state is BillState.RESERVED:
        raise DeclarationHeld(found.id)
    if found.bill_id is not None and not found.unpaid:
        raise DeclarationPaid(found.id)
    at = world.now()
    await declarations.step(
        tx,
        region_code=found.region_code,
        declarations=[found],
        event=DeclarationEvent.VOIDED,
        at=at,
    )
    if found.bill_id is None:
        await elections.void(
            tx,
            region_code=found.region_code,
            enrolment_id=found.enrolment_id,
            periods=[found.period],
            at=at,
        )
