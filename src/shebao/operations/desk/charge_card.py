"""Charge card (POS 刷卡): the terminal has charged a card, and a clerk types in its slip.

The money is the acquirer's from that moment, and its file must name it. Another amount than is
owed is taken only when the clerk says that the terminal really charged it.
"""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.channel import Method
from shebao.core.desk.card import CardAmountDiffers, CardSlip, CardSlipUsed
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.order import Order
from shebao.operations.desk.receive import (
    Held,
    begin_attempt,
    judge_now,
    lock_order,
    shelve_held,
)
from shebao.operations.world import World
from shebao.store.database import Tx
from shebao.store.desk import card_slips


@dataclass(frozen=True, slots=True)
class Charged:
    """A slip of a terminal, for an order; `differs` says that its amount is really another."""

    order_id: str
    slip: CardSlip
    differs: bool = False


async def charge_card(world: World, clerk: Clerk, charged: Charged) -> str:
    """Write a card payment down; the number of its money. Told again, nothing changes.

    Raises CardAmountDiffers, or CardSlipUsed when the slip was taken for another order.
    """
    clerk.must(Duty.COUNTER)
    async with world.db.transaction() as tx:
        order = await lock_order(tx, world, clerk, charged.order_id, Method.POS)
        used = await card_slips.order_of(tx, region_code=clerk.region_code, slip=charged.slip)
        if used is None:
            if charged.slip.amount != order.amount and not charged.differs:
                raise CardAmountDiffers(order.amount, charged.slip.amount)
            await _charge(tx, world, clerk, order, charged.slip)
        elif used != order.id:
            raise CardSlipUsed(used)
    await judge_now(world, clerk.region_code)
    return charged.slip.money


async def _charge(tx: Tx, world: World, clerk: Clerk, order: Order, slip: CardSlip) -> None:
    attempt = await begin_attempt(tx, world, order, Method.POS)
    written = await card_slips.insert(
        tx, clerk, slip, order_id=order.id, attempt_id=attempt.id, at=world.now()
    )
    if not written:  # Another clerk typed the same slip in at the same moment.
        raise CardSlipUsed(order.id)
    held = Held(
        attempt=attempt,
        amount=slip.amount,
        reference=slip.money,
        notice_id=f"card:{slip.money}",
        facts={"terminal": slip.terminal, "trace": slip.trace, "reference": slip.reference},
    )
    await shelve_held(tx, world, clerk, held)
