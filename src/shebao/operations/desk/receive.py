"""Receive: what a clerk says they hold is shelved like any channel's telling, and judged so.

Everything is written in one transaction: the attempt, the paper that speaks of the money, and
the telling. A program that dies before it has taken no money; one that dies after leaves a
telling that the worker judges.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shebao.core.attempt import Attempt
from shebao.core.channel import Method, Outcome, Told
from shebao.core.desk.clerk import Clerk
from shebao.core.money import Money
from shebao.core.order import STEPS, Order, OrderEvent
from shebao.core.refusals import NotYours
from shebao.operations.collect import judge_waiting
from shebao.operations.desk.open_at_counter import is_counters
from shebao.operations.pay import PaymentBeingConfirmed
from shebao.operations.world import World
from shebao.store import attempts, notices, orders
from shebao.store.database import Tx
from shebao.store.notices import Notice

_ROUNDS_MOST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Money a clerk says they hold: for which attempt, and under which number."""

    attempt: Attempt
    amount: Money
    reference: str
    notice_id: str
    facts: Mapping[str, object]  # As the clerk typed them in: kept verbatim.


async def lock_order(tx: Tx, world: World, clerk: Clerk, order_id: str, method: Method) -> Order:
    """An order of a counter, held until the transaction ends. Raises NotYours."""
    found = await orders.lock(tx, region_code=clerk.region_code, order_ids=[order_id])
    order = found.get(order_id)
    region = world.region(clerk.region_code)
    if order is None or not is_counters(region, order.entry_channel, method):
        raise NotYours(order_id)
    return order


async def begin_attempt(tx: Tx, world: World, order: Order, method: Method) -> Attempt:
    """The attempt that money over the counter belongs to, whatever has become of its order.

    An order that still waits is paid by it; for one that does not, the money is judged late or
    second. Raises PaymentBeingConfirmed while money may still come another way.
    """
    await _must_be_only(tx, order)
    attempt = await attempts.begin(
        tx, order, attempt_id=world.mint("att"), method=method, at=world.now()
    )
    if STEPS.allows(order.state, OrderEvent.SUBMITTED):
        moves = [(order, OrderEvent.SUBMITTED)]
        await orders.step(tx, region_code=order.region_code, moves=moves, at=world.now())
        await orders.point_at_attempt(tx, order, attempt_id=attempt.id, expires_at=order.expires_at)
    return attempt


async def shelve_held(tx: Tx, world: World, clerk: Clerk, held: Held) -> None:
    """Write down what a clerk holds, as a channel's notice would be."""
    told = Told(
        attempt_id=held.attempt.id,
        outcome=Outcome.PAID,
        amount=held.amount,
        reference=held.reference,
        happened_at=world.now(),
        notice_id=held.notice_id,
    )
    said = {"clerk": clerk.id, "office": clerk.office, **held.facts}
    body = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    by = f"clerk: {clerk.id}"
    notice = Notice(clerk.region_code, held.attempt.method, world.now(), by, body, told)
    await notices.shelve(tx, [notice])


async def judge_now(world: World, region_code: str) -> None:
    """Judge what waits, so that the clerk sees the verdict; what is left the worker judges."""
    for _ in range(_ROUNDS_MOST):
        if not await judge_waiting(world, region_code):
            return


async def _must_be_only(tx: Tx, order: Order) -> None:
    if order.attempt_id is None:
        return
    live = await attempts.by_id(tx, region_code=order.region_code, attempt_id=order.attempt_id)
    if live.state.is_live and live.method is Method.COUNTER:
        raise PaymentBeingConfirmed(order.id)
