"""Pay once (统一缴费): a collector pays for everybody on its roster who has not paid, in one sum.

One order holds all these bills, so nobody can pay any of them elsewhere meanwhile. It is paid by
a transfer to our account under the notice's number, or at the bank's window with the notice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shebao.core.bill import BillEvent
from shebao.core.channel import Method, Scene
from shebao.core.desk.clerk import Clerk
from shebao.core.desk.payment_notice import PaymentNotice
from shebao.core.order import OrderGone, OrderState
from shebao.core.refusals import NotYours
from shebao.core.roster.collector import Collector
from shebao.core.roster.roster import ENTRY, METHODS, Roster, RosterState
from shebao.operations.desk.print_notice import keep_notice
from shebao.operations.expire import withdraw
from shebao.operations.look_at_order import OrderSeen, look_at_order
from shebao.operations.open_order import Basket, Known, decide
from shebao.operations.pay import Wish, pay
from shebao.operations.roster.collectors import collector_of
from shebao.operations.roster.look import found
from shebao.operations.roster.take_in import locked
from shebao.operations.world import MethodNotOffered, World
from shebao.store import bills, orders
from shebao.store.database import Tx
from shebao.store.desk import payment_notices
from shebao.store.roster import progress, roster_lines

LIVES: Final = timedelta(days=10)  # An office needs days to have a transfer signed.
_OUR_OWN_ADDRESS: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Payment:
    """How a roster is paid at once. `order_id` was minted with the page."""

    order_id: str
    roster_id: str
    method: Method


@dataclass(frozen=True, slots=True)
class PaymentSeen:
    """One payment of a whole roster: its order, its notice, and whose roster it is."""

    collector: Collector
    roster: Roster
    order: OrderSeen
    notice: PaymentNotice | None


async def pay_once(world: World, clerk: Clerk, payment: Payment) -> PaymentNotice:
    """Take everybody's unpaid bills together, and give the notice's number.

    Sent again, it is the same. Raises OrderEmpty when nobody has anything left to pay.
    """
    if payment.method not in METHODS:
        raise MethodNotOffered(payment.method)
    async with world.db.transaction() as tx:
        collector = await _open(tx, world, clerk, payment)
    wish = Wish(
        region_code=clerk.region_code,
        order_id=payment.order_id,
        payer_id=collector.id,
        method=payment.method,
        scene=Scene.NATIVE,
        payer_ip=_OUR_OWN_ADDRESS,
    )
    cashier = await pay(world, wish)
    assert cashier.code is not None
    return await keep_notice(world, clerk, payment.order_id, cashier.code)


async def withdraw_payment(world: World, clerk: Clerk, order_id: str) -> OrderState:
    """Give up a payment that was not made: its people may pay by themselves again.

    Money that comes all the same is judged then. Raises OrderGone once it is paid.
    """
    async with world.db.reading() as tx:
        collector = await collector_of(tx, clerk)
    return await withdraw(
        world, region_code=clerk.region_code, order_id=order_id, payer_id=collector.id
    )


async def look_at_payment(world: World, clerk: Clerk, roster_id: str, order_id: str) -> PaymentSeen:
    """One payment of a roster. Raises RosterUnknown or NotYours."""
    async with world.db.snapshot() as tx:
        collector, roster = await found(tx, clerk, roster_id)
        known = {one.order_id: one for one in await progress.orders(tx, roster)}
        if order_id not in known:
            raise NotYours(order_id)
        notice = await payment_notices.of_order(
            tx, region_code=clerk.region_code, order_id=order_id
        )
    seen = await look_at_order(
        world, region_code=clerk.region_code, order_id=order_id, viewer_id=collector.id
    )
    return PaymentSeen(collector, roster, seen, notice)


async def _open(tx: Tx, world: World, clerk: Clerk, payment: Payment) -> Collector:
    """Open the order, if the same form has not done so before."""
    code, at = clerk.region_code, world.now()
    collector = await collector_of(tx, clerk)
    roster = await locked(tx, clerk, payment.roster_id)
    existing = await orders.existing(tx, region_code=code, order_ids=[payment.order_id])
    if payment.order_id in existing:
        if existing[payment.order_id].payer_id != collector.id:
            raise NotYours(payment.order_id)
        return collector
    if roster.state is not RosterState.OPEN:
        raise OrderGone(payment.order_id, roster.state)
    today = world.today(code)
    wanted = await roster_lines.unpaid_bills(tx, roster, today=today)
    held = await bills.lock(tx, region_code=code, bill_ids=wanted)
    basket = Basket(
        region_code=code,
        order_id=payment.order_id,
        payer_id=collector.id,
        entry_channel=ENTRY,
        bill_ids=frozenset(wanted),
    )
    known = Known(
        bills=held,
        existing=existing,
        allowed=frozenset((collector.id, bill.person_id) for bill in held.values()),
        entrusted=frozenset(),
        special={},
        today=today,
    )
    new = decide(basket, known, new={}, taken=())
    assert new is not None
    await orders.insert(tx, region_code=code, orders=[new], at=at, expires_at=at + LIVES)
    moves = [(bill, BillEvent.RESERVED, new.id) for bill in new.bills]
    await bills.step(tx, region_code=code, moves=moves, at=at)
    await roster_lines.pay_with(tx, roster, new.id)
    return collector
