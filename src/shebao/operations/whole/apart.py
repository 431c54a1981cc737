"""Apart (分开付、不缴了): a whole ends before it is paid: given up, or paid city by city.

In both ways its try is closed at the channel first, as a whole. Taken apart, each order becomes an
ordinary one of its city, with the time it has left, and is paid by what that city's way in offers.
"""

from __future__ import annotations

from shebao.core.order import OrderEvent, OrderState
from shebao.core.refusals import NotYours
from shebao.core.whole import ENTRY, WholeGone
from shebao.operations.expire import give_up
from shebao.operations.whole.pay import close_all, live_attempts, lock_whole
from shebao.operations.world import World
from shebao.store import orders, wholes


async def give_up_whole(world: World, *, region_code: str, whole_id: str, payer_id: str) -> None:
    """Give up every order of a whole that can be given up."""
    async with world.db.reading() as tx:
        whole = await wholes.by_id(tx, region_codes=[region_code], whole_id=whole_id)
    if whole is None or whole.payer_id != payer_id:
        raise NotYours(whole_id)
    for one in whole.orders:
        async with world.db.reading() as tx:
            there = await orders.existing(tx, region_code=one.region_code, order_ids=[one.order_id])
        if there:  # A whole that was cut off while it was opened lacks some.
            await give_up(world, one.region_code, one.order_id, OrderEvent.WITHDRAWN)


async def take_apart(world: World, *, region_code: str, whole_id: str, payer_id: str) -> None:
    """Let each order be paid by itself. Raises WholeBeingConfirmed while money may be coming."""
    whose = {"region_code": region_code, "whole_id": whole_id, "payer_id": payer_id}
    async with world.db.transaction() as tx:
        _, held = await lock_whole(tx, **whose)
        live = await live_attempts(tx, held)
    await close_all(world, whole_id, live)
    async with world.db.transaction() as tx:
        whole, held = await lock_whole(tx, **whose)
        if await live_attempts(tx, held):  # Somebody was in the cashier again.
            raise WholeGone(whole_id)
        ways = {one.order_id: one.entry_channel for one in whole.orders}
        for order in held:
            payable = order.state in {OrderState.OPEN, OrderState.PAYING}
            if order.entry_channel == ENTRY and payable:
                await orders.come_by(tx, order, entry_channel=ways[order.id])
