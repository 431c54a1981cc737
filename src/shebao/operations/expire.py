"""Expire: an order whose time is over is asked about and closed before its bills are let go.

First it stops being offered, then the channel is asked and told to close, and only then are
the bills released. The same way leads out for a payer who gives it up.
"""

from __future__ import annotations

from typing import Final

from shebao.core.attempt import Attempt
from shebao.core.bill import BillEvent, BillKind
from shebao.core.channel import Outcome
from shebao.core.deduction.batch import ENTRY as BATCH_ENTRY
from shebao.core.deduction.batch import CollectedByBank
from shebao.core.order import STEPS, Order, OrderEvent, OrderGone, OrderState
from shebao.core.refusals import NotYours
from shebao.core.whole import ENTRY as TOGETHER_ENTRY
from shebao.core.whole import PaidTogether
from shebao.operations.close_attempt import close_attempt
from shebao.operations.world import World
from shebao.store import attempts, bills, orders
from shebao.store.database import Tx

BATCH_MAX: Final = 100


async def expire_due(world: World, region_code: str) -> int:
    """Expire the orders of a region whose time has run out; say how many were looked at."""
    async with world.db.reading() as tx:
        due = await orders.run_out(tx, region_code=region_code, now=world.now(), most=BATCH_MAX)
    for order_id in due:
        await give_up(world, region_code, order_id, OrderEvent.TIME_RAN_OUT)
    return len(due)


async def withdraw(world: World, *, region_code: str, order_id: str, payer_id: str) -> OrderState:
    """Give up an order one does not want to pay. Raises OrderGone when it is too late."""
    async with world.db.reading() as tx:
        try:
            order = await orders.by_id(tx, region_code=region_code, order_id=order_id)
        except LookupError:
            raise NotYours(order_id) from None
    if order.payer_id != payer_id:
        raise NotYours(order_id)
    if order.entry_channel == BATCH_ENTRY:
        raise CollectedByBank(order_id)  # Its line is released instead, if it was not sent.
    if order.entry_channel == TOGETHER_ENTRY:
        raise PaidTogether(order_id)  # The whole is given up, or taken apart first.
    if order.state not in {OrderState.OPEN, OrderState.PAYING}:
        raise OrderGone(order_id, order.state)
    return await give_up(world, region_code, order_id, OrderEvent.WITHDRAWN)


async def give_up(world: World, region_code: str, order_id: str, event: OrderEvent) -> OrderState:
    """Stop offering, ask and close at the channel, and only then release the bills."""
    async with world.db.transaction() as tx:
        order, live = await _locked(tx, region_code, order_id)
        if STEPS.allows(order.state, event):
            at = world.now()
            await orders.step(tx, region_code=region_code, moves=[(order, event)], at=at)
            if STEPS.after(order.state, event) is OrderState.CANCELLED:
                await _release(tx, world, order)
                return OrderState.CANCELLED
            await orders.end(tx, order, at=at)  # What stays open now, the worker closes.
    for attempt in live:
        if await close_attempt(world, attempt) is not Outcome.CLOSED:
            break
    async with world.db.transaction() as tx:
        order, live = await _locked(tx, region_code, order_id)
        if live or order.state is not OrderState.EXPIRING:
            return order.state  # Paid meanwhile, or nobody can say yet: the next round asks again.
        await orders.step(
            tx, region_code=region_code, moves=[(order, OrderEvent.CLOSED)], at=world.now()
        )
        await _release(tx, world, order)
    return OrderState.EXPIRED


async def _locked(tx: Tx, region_code: str, order_id: str) -> tuple[Order, list[Attempt]]:
    found = await orders.lock(tx, region_code=region_code, order_ids=[order_id])
    tried = await attempts.of_orders(tx, region_code=region_code, order_ids=[order_id])
    return found[order_id], [one for one in tried.get(order_id, ()) if one.state.is_live]


async def _release(tx: Tx, world: World, order: Order) -> None:
    """Let the bills go. What nobody owes (a top-up) is void without its order."""
    code, at = order.region_code, world.now()
    held = await bills.lock_of_orders(tx, region_code=code, order_ids=[order.id])
    released = [(bill, BillEvent.RELEASED, None) for bill in held[order.id]]
    await bills.step(tx, region_code=code, moves=released, at=at)
    if not any(bill.kind is BillKind.TOP_UP for bill in held[order.id]):
        return
    free = await bills.lock_of_orders(tx, region_code=code, order_ids=[order.id])
    voided = [(bill, BillEvent.VOIDED, None) for bill in free[order.id]]
    await bills.step(tx, region_code=code, moves=voided, at=at)
