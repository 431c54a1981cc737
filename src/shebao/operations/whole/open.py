"""Open (生成合单): one order in each city, all of them or none.

The whole is written down first, with the number each order will have: the same form again finds
them. A city that refuses its order takes those of the others back before anybody hears of it; and
a program that dies in between leaves orders nobody pays, which end by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shebao.core.order import OrderDiffers, OrderEvent
from shebao.core.refusals import NotYours
from shebao.core.whole import ENTRY, ORDERS_LEAST, OneCityOnly, Whole, WholeOrder
from shebao.operations.expire import give_up
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.world import World
from shebao.store import wholes
from shebao.store.family import baskets


@dataclass(frozen=True, slots=True)
class InCity:
    """What is paid in one city: by whom as that city knows them, by which way in, which bills."""

    region_code: str
    payer_id: str
    entry_channel: str
    bill_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class FamilyBasket:
    """What somebody pays in several cities at once. Its id was minted with the page it is from."""

    region_code: str  # Where they are signed in.
    whole_id: str
    payer_id: str
    cities: Sequence[InCity]


async def open_whole(world: World, basket: FamilyBasket) -> Whole:
    """Open the orders of a basket, once. Raises what speaks against one of them."""
    cities = {city.region_code: city for city in basket.cities if city.bill_ids}
    if len(cities) < ORDERS_LEAST:
        raise OneCityOnly
    whole = await _kept(world, basket, cities)
    opened: list[WholeOrder] = []
    for order in whole.orders:
        city = cities[order.region_code]
        [answer] = await open_orders(
            world,
            [
                Basket(
                    region_code=order.region_code,
                    order_id=order.order_id,
                    payer_id=city.payer_id,
                    entry_channel=ENTRY,
                    bill_ids=city.bill_ids,
                )
            ],
        )
        if isinstance(answer, Exception):
            for one in opened:
                await give_up(world, one.region_code, one.order_id, OrderEvent.WITHDRAWN)
            raise answer
        opened.append(order)
    async with world.db.transaction() as tx:
        for code, city in cities.items():
            await baskets.take_out(
                tx, region_code=code, payer_id=city.payer_id, bill_ids=city.bill_ids
            )
    return whole


async def _kept(world: World, basket: FamilyBasket, cities: Mapping[str, InCity]) -> Whole:
    """The whole as it was written down first. Raises OrderDiffers for another under its id."""
    orders = [
        WholeOrder(city.region_code, world.mint("ord"), city.payer_id, city.entry_channel)
        for _, city in sorted(cities.items())
    ]
    new = Whole(basket.region_code, basket.whole_id, basket.payer_id, (*orders,), world.now())
    async with world.db.transaction() as tx:
        await wholes.insert(tx, new)
        kept = await wholes.by_id(tx, region_codes=[new.region_code], whole_id=new.id)
    assert kept is not None
    if kept.payer_id != new.payer_id:
        raise NotYours(new.id)
    if {(one.region_code, one.payer_id) for one in kept.orders} != {
        (one.region_code, one.payer_id) for one in new.orders
    }:
        raise OrderDiffers(new.id, "regions")
    return kept
