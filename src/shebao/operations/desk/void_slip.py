"""Void slip (作废): a spoiled slip is voided with the reason, and the next number replaces it.

The money does not move: the new slip speaks of it under the number it came by.
"""

from __future__ import annotations

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.slip import STEPS, Slip, SlipEvent, reason_of
from shebao.core.refusals import NotYours
from shebao.operations.world import World
from shebao.store.desk import slips
from shebao.store.desk.slips import NewSlip


async def void_slip(world: World, clerk: Clerk, *, slip_id: str, reason: str) -> Slip:
    """Void one's own spoiled slip; the one that replaces it, the same if asked again.

    Raises StepNotAllowed once the cash was handed in, NotYours for another clerk's.
    """
    clerk.must(Duty.COUNTER)
    why, at = reason_of(reason), world.now()
    async with world.db.transaction() as tx:
        page = await slips.lock_book(tx, clerk)
        spoiled = await slips.by_id(tx, region_code=clerk.region_code, slip_id=slip_id)
        if spoiled is None or (spoiled.clerk_id, spoiled.office) != (clerk.id, clerk.office):
            raise NotYours(slip_id)
        before = await slips.replacement_of(tx, spoiled)
        if before is not None:
            return before
        STEPS.after(spoiled.state, SlipEvent.VOIDED)
        await slips.void(tx, spoiled, reason=why, at=at)
        new = NewSlip(
            id=world.mint("slp"),
            order_id=spoiled.order_id,
            attempt_id=spoiled.attempt_id,
            amount=spoiled.amount,
            received=spoiled.received,
            due_on=spoiled.due_on,
            taken_at=spoiled.taken_at,
            reference=spoiled.reference,
            replaces=spoiled.id,
        )
        await slips.write(tx, page, new, region_code=clerk.region_code, at=at)
        written = await slips.by_id(tx, region_code=clerk.region_code, slip_id=new.id)
    assert written is not None
    return written
