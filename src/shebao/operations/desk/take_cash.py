"""Take cash (收现金): the money, its slip and what it pays are written in one breath.

The cash is in the clerk's till from that moment; what it means is judged like any other money.
Pressed twice, the button has taken the money once: the slip's id came with the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shebao.core.attempt import Attempt
from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.slip import Slip, SlipDiffers, must_cover
from shebao.core.desk.till import due_on
from shebao.core.journal import Entry, Line, clearing, till
from shebao.core.money import Money
from shebao.core.order import Order
from shebao.core.refusals import NotYours
from shebao.operations.desk.receive import (
    Held,
    begin_attempt,
    judge_now,
    lock_order,
    shelve_held,
)
from shebao.operations.world import World
from shebao.store import bills, journal
from shebao.store.database import Tx
from shebao.store.desk import slips
from shebao.store.desk.slips import NewSlip


@dataclass(frozen=True, slots=True)
class Cash:
    """Notes on the counter, for an order. `slip_id` was minted with the page."""

    slip_id: str
    order_id: str
    received: Money


async def take_cash(world: World, clerk: Clerk, cash: Cash) -> Slip:
    """Take cash for an order, and give its slip. Raises CashTooLittle or SlipDiffers."""
    clerk.must(Duty.COUNTER)
    async with world.db.transaction() as tx:
        order = await lock_order(tx, world, clerk, cash.order_id, Method.CASH)
        slip = await slips.by_id(tx, region_code=clerk.region_code, slip_id=cash.slip_id)
        if slip is None:
            must_cover(cash.received, order.amount)
            slip = await _take(tx, world, clerk, order, cash)
        elif (slip.order_id, slip.received) != (cash.order_id, cash.received):
            raise SlipDiffers(slip.id, slip.number)
        elif slip.clerk_id != clerk.id:
            raise NotYours(slip.id)
    await judge_now(world, clerk.region_code)
    return slip


async def _take(tx: Tx, world: World, clerk: Clerk, order: Order, cash: Cash) -> Slip:
    attempt = await begin_attempt(tx, world, order, Method.CASH)
    number = await _write_slip(tx, world, clerk, attempt, cash)
    lines = (
        Line(till(clerk.office, clerk.id), order.amount),
        Line(clearing(Method.CASH), -order.amount),
    )
    entry = Entry(clerk.region_code, f"slip:{number}", world.now(), lines)
    posted = await journal.post(tx, region_code=clerk.region_code, entries=[entry], at=world.now())
    assert posted == len(lines)
    held = Held(
        attempt=attempt,
        amount=order.amount,
        reference=number,
        notice_id=f"slip:{number}",
        facts={"slip": number, "order": order.id, "received_fen": cash.received.fen},
    )
    await shelve_held(tx, world, clerk, held)
    slip = await slips.by_id(tx, region_code=clerk.region_code, slip_id=cash.slip_id)
    assert slip is not None
    return slip


async def _write_slip(tx: Tx, world: World, clerk: Clerk, attempt: Attempt, cash: Cash) -> str:
    today = world.today(clerk.region_code)
    new = NewSlip(
        id=cash.slip_id,
        order_id=attempt.order_id,
        attempt_id=attempt.id,
        amount=attempt.amount,
        received=cash.received,
        due_on=due_on(today, await _window_ends(tx, attempt)),
        taken_at=world.now(),
    )
    page = await slips.lock_book(tx, clerk)
    return await slips.write(tx, page, new, region_code=clerk.region_code, at=world.now())


async def _window_ends(tx: Tx, attempt: Attempt) -> list[date]:
    """The last days on which the bills of an order may be paid."""
    held = await bills.lock_of_orders(
        tx, region_code=attempt.region_code, order_ids=[attempt.order_id]
    )
    return [bill.payable_until for bill in held[attempt.order_id] if bill.payable_until]
