"""Look at order: where an order stands, what is in it, and what money came for it."""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.attempt import Attempt
from shebao.core.order import Order, OrderState
from shebao.core.payment import Payment, PaymentState
from shebao.core.refusals import NotYours
from shebao.operations.world import World
from shebao.store import attempts, orders, payments
from shebao.store.orders import Content

WAITING: frozenset[OrderState] = frozenset(state for state in OrderState if state.is_live)


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """An order with all that belongs to it."""

    order: Order
    contents: tuple[Content, ...]
    attempts: tuple[Attempt, ...]
    payments: tuple[Payment, ...]

    @property
    def live(self) -> Attempt | None:
        """The attempt that money may still come of."""
        return next((one for one in reversed(self.attempts) if one.state.is_live), None)

    @property
    def paid_by(self) -> Payment | None:
        """The money that paid it."""
        applied = PaymentState.APPLIED
        return next((money for money in self.payments if money.state is applied), None)

    @property
    def going_back(self) -> tuple[Payment, ...]:
        """Money that came and did not fit."""
        return tuple(money for money in self.payments if money.misfit)


async def look_at_order(
    world: World, *, region_code: str, order_id: str, viewer_id: str
) -> OrderSeen:
    """One order, for its payer. Raises NotYours."""
    async with world.db.snapshot() as tx:
        try:
            order = await orders.by_id(tx, region_code=region_code, order_id=order_id)
        except LookupError:
            raise NotYours(order_id) from None
        if order.payer_id != viewer_id:
            raise NotYours(order_id)
        tried = await attempts.of_orders(tx, region_code=region_code, order_ids=[order_id])
        return OrderSeen(
            order=order,
            contents=tuple(await orders.contents(tx, region_code=region_code, order_id=order_id)),
            attempts=tuple(tried.get(order_id, ())),
            payments=tuple(await payments.of_order(tx, region_code=region_code, order_id=order_id)),
        )


async def waiting_orders(
    world: World, *, region_code: str, payer_id: str
) -> list[tuple[Order, list[Content]]]:
    """A payer's orders that still hold their bills (待支付), newest first, with what is in them."""
    async with world.db.snapshot() as tx:
        found = await orders.of_payer(
            tx, region_code=region_code, payer_id=payer_id, states=sorted(WAITING)
        )
        return [
            (order, await orders.contents(tx, region_code=region_code, order_id=order.id))
            for order in found
        ]
