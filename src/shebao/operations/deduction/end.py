"""End (暂停、恢复、解约): a mandate is set aside for a while, taken up again, or ended at the bank.

From the moment somebody asks for its end nothing is collected under it, whether the bank has
answered or not.
"""

from __future__ import annotations

from shebao.core.deduction.mandate import Mandate, MandateEvent, MandateState
from shebao.core.refusals import NotYours
from shebao.operations.deduction.confirm import ask_about
from shebao.operations.world import World
from shebao.store.deduction import mandates


async def suspend_mandate(
    world: World, *, region_code: str, person_id: str, mandate_id: str
) -> None:
    """Collect nothing under a mandate until its owner says otherwise."""
    await _step(world, region_code, person_id, mandate_id, MandateEvent.SUSPENDED)


async def resume_mandate(
    world: World, *, region_code: str, person_id: str, mandate_id: str
) -> None:
    """Collect under a mandate again."""
    await _step(world, region_code, person_id, mandate_id, MandateEvent.RESUMED)


async def cancel_mandate(
    world: World, *, region_code: str, person_id: str, mandate_id: str
) -> MandateState:
    """End a mandate, and ask the bank to end its agreement; the worker asks until it has."""
    await _step(world, region_code, person_id, mandate_id, MandateEvent.CANCEL_ASKED)
    ended = await ask_about(world, region_code=region_code, mandate_id=mandate_id)
    return ended.state


async def _step(
    world: World, region_code: str, person_id: str, mandate_id: str, event: MandateEvent
) -> Mandate:
    """Take somebody's own mandate a step. Raises NotYours and StepNotAllowed."""
    async with world.db.transaction() as tx:
        try:
            mandate = await mandates.lock(tx, region_code=region_code, mandate_id=mandate_id)
        except LookupError:
            raise NotYours(mandate_id) from None
        if mandate.person_id != person_id:
            raise NotYours(mandate_id)
        await mandates.step(tx, mandate, event, at=world.now())
    return mandate
