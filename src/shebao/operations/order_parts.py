"""Order parts (交易组成): what a payment of several things is made of: whose, when, which fund."""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.bill import Bill
from shebao.operations.look_at_order import OrderSeen, look_at_order
from shebao.operations.world import World
from shebao.store import bills
from shebao.store.orders import Content


@dataclass(frozen=True, slots=True)
class OrderPart:
    """One line of an order, and the funds its money goes to."""

    content: Content
    bill: Bill


async def order_parts(
    world: World, *, region_code: str, order_id: str, viewer_id: str
) -> tuple[OrderSeen, list[OrderPart]]:
    """An order with its parts, for its payer. Raises NotYours."""
    seen = await look_at_order(
        world, region_code=region_code, order_id=order_id, viewer_id=viewer_id
    )
    ids = [content.bill_id for content in seen.contents]
    async with world.db.reading() as tx:
        found = await bills.by_ids(tx, region_code=region_code, bill_ids=ids)
    known = {bill.id: bill for bill in found}
    return seen, [OrderPart(content, known[content.bill_id]) for content in seen.contents]
