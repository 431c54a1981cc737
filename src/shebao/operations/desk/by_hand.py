"""By hand (人工退款): refunds that no channel finishes have somebody who looks after them."""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.desk.clerk import Clerk
from shebao.core.refusals import Refusal
from shebao.operations.world import World
from shebao.store import refunds
from shebao.store.refunds import HandledByPerson


@dataclass(eq=False)
class NotByHand(Refusal):
    """This refund does not wait for a person any more."""

    refund_id: str


async def refunds_by_hand(world: World, region_code: str) -> list[HandledByPerson]:
    """The refunds of a region that a person must look after, those that wait longest first."""
    async with world.db.reading() as tx:
        return await refunds.by_hand(tx, region_code=region_code)


async def take_over(world: World, clerk: Clerk, refund_id: str) -> None:
    """Look after a refund from now on. Raises NotByHand."""
    async with world.db.transaction() as tx:
        given = await refunds.give_to(
            tx, region_code=clerk.region_code, refund_id=refund_id, clerk_id=clerk.id
        )
    if not given:
        raise NotByHand(refund_id)
