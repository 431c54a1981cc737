"""Open at counter: a clerk opens an order for who stands before them, and may give it up again.

Its payer is that person: they find it among their own, and it holds the bills like any other
order, so nobody can pay them elsewhere while the money is being counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.till import CounterMethodClosed
from shebao.core.order import OrderState
from shebao.core.policy.region import EntryChannel, Region
from shebao.core.refusals import NotYours
from shebao.operations.expire import withdraw
from shebao.operations.look_at_order import OrderSeen, look_at_order
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.world import World
from shebao.store import orders
from shebao.store.database import Tx

COUNTER_METHODS = (Method.CASH, Method.POS, Method.COUNTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterBasket:
    """What somebody at the counter pays, and how. `order_id` was minted with the page."""

    order_id: str
    person_id: str
    bill_ids: frozenset[str]
    method: Method


async def open_at_counter(world: World, clerk: Clerk, basket: CounterBasket) -> str:
    """Open an order at a counter. Raises CounterMethodClosed, or what speaks against it."""
    clerk.must(Duty.COUNTER)
    entry = way_in(world.region(clerk.region_code), basket.method)
    wanted = Basket(
        region_code=clerk.region_code,
        order_id=basket.order_id,
        payer_id=basket.person_id,
        entry_channel=entry.id,
        bill_ids=basket.bill_ids,
    )
    [opened] = await open_orders(world, [wanted])
    if isinstance(opened, Exception):
        raise opened
    return opened


async def look_at_counter_order(world: World, clerk: Clerk, order_id: str) -> OrderSeen:
    """An order that was opened at a counter, for a clerk of the region. Raises NotYours."""
    payer_id = await _payer_of(world, clerk, order_id)
    return await look_at_order(
        world, region_code=clerk.region_code, order_id=order_id, viewer_id=payer_id
    )


async def give_up(world: World, clerk: Clerk, *, order_id: str, person_id: str) -> OrderState:
    """Give up an unpaid order of who stands at the counter, wherever it was opened.

    What a channel's cashier still offers is closed there first. Raises OrderGone or NotYours.
    """
    clerk.must(Duty.COUNTER)
    return await withdraw(
        world, region_code=clerk.region_code, order_id=order_id, payer_id=person_id
    )


def counter_methods(region: Region) -> list[Method]:
    """How counters of a region take money, in the order clerks are offered them."""
    open_here = {
        method
        for channel in region.channels.values()
        if not channel.self_service
        for method in channel.methods
    }
    return [method for method in COUNTER_METHODS if method in open_here]


def way_in(region: Region, method: Method) -> EntryChannel:
    """The counter of a region that takes money in a way. Raises CounterMethodClosed."""
    for channel in region.channels.values():
        if not channel.self_service and method in channel.methods:
            return channel
    raise CounterMethodClosed(region.name, method)


def is_counters(region: Region, entry_channel: str, method: Method) -> bool:
    """Whether an order that came in this way may be paid over the counter like that."""
    channel = region.channels.get(entry_channel)
    return channel is not None and not channel.self_service and method in channel.methods


async def payer_of(tx: Tx, world: World, clerk: Clerk, order_id: str) -> str:
    """Who pays an order of a counter of the clerk's region. Raises NotYours."""
    try:
        order = await orders.by_id(tx, region_code=clerk.region_code, order_id=order_id)
    except LookupError:
        raise NotYours(order_id) from None
    channel = world.region(clerk.region_code).channels.get(order.entry_channel)
    if channel is None or channel.self_service:
        raise NotYours(order_id)
    return order.payer_id


async def _payer_of(world: World, clerk: Clerk, order_id: str) -> str:
    clerk.must(Duty.COUNTER)
    async with world.db.reading() as tx:
        return await payer_of(tx, world, clerk, order_id)
