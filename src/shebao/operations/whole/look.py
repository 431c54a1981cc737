"""Look (看合单): a whole for its payer: each city's order, as its own books have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shebao.core.channel import Cashier
from shebao.core.money import Money, total
from shebao.core.refusals import NotYours
from shebao.core.whole import ENTRY, Whole
from shebao.operations.look_at_order import OrderSeen, look_at_order
from shebao.operations.world import World
from shebao.store import wholes


@dataclass(frozen=True, slots=True)
class WholeSeen:
    """A whole with its orders; where its payer is signed in at no more, an order is not shown."""

    whole: Whole
    orders: Mapping[str, OrderSeen]  # By region.
    cashier: Cashier | None

    @property
    def amount(self) -> Money:
        """What its orders come to."""
        return total(seen.order.amount for seen in self.orders.values())

    @property
    def apart(self) -> bool:
        """Whether each city is paid by itself."""
        return any(seen.order.entry_channel != ENTRY for seen in self.orders.values())


async def whole_of(world: World, *, region_code: str, order_id: str) -> str | None:
    """The whole an order belongs to."""
    async with world.db.reading() as tx:
        found = await wholes.of_orders(tx, region_code=region_code, order_ids=[order_id])
    return found[order_id].whole_id if order_id in found else None


async def look_at_whole(
    world: World, *, whole_id: str, viewers: Iterable[tuple[str, str]]
) -> WholeSeen:
    """A whole, for who is signed in as these persons: region and id. Raises NotYours."""
    who = dict(viewers)
    async with world.db.reading() as tx:
        whole = await wholes.by_id(tx, region_codes=who, whole_id=whole_id)
        if whole is None or who.get(whole.region_code) != whole.payer_id:
            raise NotYours(whole_id)
    seen: dict[str, OrderSeen] = {}
    for one in whole.orders:
        if who.get(one.region_code) == one.payer_id:
            seen[one.region_code] = await look_at_order(
                world,
                region_code=one.region_code,
                order_id=one.order_id,
                viewer_id=one.payer_id,
            )
    live = next((found.live for found in seen.values() if found.live is not None), None)
    cashier = None
    if live is not None:
        async with world.db.reading() as tx:
            begun = await wholes.try_of(tx, region_code=live.region_code, attempt_id=live.id)
        cashier = begun.cashier if begun else None
    return WholeSeen(whole, seen, cashier)
