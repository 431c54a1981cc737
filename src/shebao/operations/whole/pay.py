"""Pay (合单支付): one try at collecting the orders of several cities in one payment.

The parts are written down as sent in one transaction before the channel hears of the try, so that
either all orders are on their way or none is. What became of it each city learns for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from shebao.core.attempt import Attempt, AttemptEvent
from shebao.core.channel import (
    Cashier,
    Charge,
    Method,
    Outcome,
    Scene,
)
from shebao.core.money import total
from shebao.core.order import Order, OrderState
from shebao.core.refusals import NotYours
from shebao.core.whole import (
    ENTRY,
    PART,
    NotPaidTogether,
    Try,
    Whole,
    WholeBeingConfirmed,
    WholeGone,
)
from shebao.gateways.channel import Together
from shebao.operations.close_attempt import close_attempt
from shebao.operations.counterpart import parts_of
from shebao.operations.pay import kept_if_not, suits, until
from shebao.operations.world import World
from shebao.store import attempts, orders, wholes
from shebao.store.database import Tx

_PAYABLE: Final = frozenset({OrderState.OPEN, OrderState.PAYING})


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeWish:
    """How a payer wants to pay a whole."""

    region_code: str  # Where the whole lies.
    whole_id: str
    payer_id: str
    method: Method
    scene: Scene
    payer_ip: str
    openid: str | None = None


@dataclass(frozen=True, slots=True)
class _Begun:
    """A try that was just written down, with its attempts."""

    whole_try: Try
    attempts: tuple[Attempt, ...]
    expires_at: datetime


async def pay_whole(world: World, wish: WholeWish) -> Cashier:
    """Begin a try, or go on with the one there is, and say where the payer goes on.

    Raises NotPaidTogether, WholeGone, WholeBeingConfirmed, ChannelRefused, and Unanswered: then
    its parts are unknown and are asked about.
    """
    together = world.together.get(wish.method)
    if together is None:
        raise NotPaidTogether(wish.method)
    for _ in range(2):  # The second time, the earlier try is closed.
        async with world.db.transaction() as tx:
            whole, held = await _locked(tx, world, wish)
            live = await live_attempts(tx, held)
            if not live:
                begun = await _begin(tx, world, whole, held, wish)
                break
            there = await _cashier_of(tx, live)
            if there is not None and suits(there, wish.scene):
                return there
        await close_all(world, wish.whole_id, live)
    else:
        raise WholeBeingConfirmed(wish.whole_id)
    cashier = await _asked(world, together, begun, wish)
    async with world.db.transaction() as tx:
        await wholes.keep_cashier(tx, begun.whole_try, cashier)
    if not await _settle(world, begun, AttemptEvent.ACCEPTED):
        await close_all(world, wish.whole_id, begun.attempts)  # Given up while we asked.
        raise WholeGone(wish.whole_id)
    return cashier


async def close_all(world: World, whole_id: str, live: Sequence[Attempt]) -> None:
    """Close every part of a try. Raises WholeBeingConfirmed when nobody can say yet."""
    for attempt in live:
        if await close_attempt(world, attempt) is not Outcome.CLOSED:
            raise WholeBeingConfirmed(whole_id)


async def lock_whole(
    tx: Tx, *, region_code: str, whole_id: str, payer_id: str
) -> tuple[Whole, list[Order]]:
    """A whole of one's own with its orders, held city by city. Raises NotYours."""
    whole = await wholes.by_id(tx, region_codes=[region_code], whole_id=whole_id)
    if whole is None or whole.payer_id != payer_id:
        raise NotYours(whole_id)
    held: list[Order] = []
    for one in whole.orders:
        found = await orders.lock(tx, region_code=one.region_code, order_ids=[one.order_id])
        held += found.values()
    return whole, held


async def live_attempts(tx: Tx, held: Sequence[Order]) -> list[Attempt]:
    """The attempts of some orders that money may still come of."""
    live = []
    for order in held:
        tried = await attempts.of_orders(tx, region_code=order.region_code, order_ids=[order.id])
        live += [one for one in tried.get(order.id, ()) if one.state.is_live]
    return live


async def _locked(tx: Tx, world: World, wish: WholeWish) -> tuple[Whole, list[Order]]:
    """The whole with its orders, all of them still payable."""
    whole, held = await lock_whole(
        tx, region_code=wish.region_code, whole_id=wish.whole_id, payer_id=wish.payer_id
    )
    now = world.now()
    for order in held:
        if order.entry_channel != ENTRY:
            raise NotPaidTogether(wish.method)  # It was taken apart: each city by itself.
        if order.state not in _PAYABLE or order.expires_at <= now:
            raise WholeGone(whole.id)
    if len(held) < len(whole.orders):
        raise WholeGone(whole.id)
    return whole, held


async def _cashier_of(tx: Tx, live: Sequence[Attempt]) -> Cashier | None:
    """Where the payer of a try goes on, if all parts of it still wait."""
    found = await wholes.try_of(tx, region_code=live[0].region_code, attempt_id=live[0].id)
    if found is None or {attempt_id for _, attempt_id in found.parts} != {one.id for one in live}:
        return None
    return found.cashier


async def _begin(
    tx: Tx, world: World, whole: Whole, held: Sequence[Order], wish: WholeWish
) -> _Begun:
    """Write a try and its parts down, in the books of every city, all at once."""
    at = world.now()
    expires_at = min(until(world, order, wish.method) for order in held)
    begun = []
    for order in held:
        attempt = await attempts.begin(
            tx, order, attempt_id=world.mint(PART), method=wish.method, at=at
        )
        await orders.submit(tx, order, attempt_id=attempt.id, expires_at=expires_at, at=at)
        begun.append(attempt)
    new = Try(
        region_code=whole.region_code,
        id=world.mint("try"),
        whole_id=whole.id,
        parts=tuple((one.region_code, one.id) for one in begun),
    )
    await wholes.begin_try(tx, new, at=at)
    return _Begun(new, tuple(begun), expires_at)


async def _asked(world: World, together: Together, begun: _Begun, wish: WholeWish) -> Cashier:
    """Ask the channel to collect. What it refuses, or does not answer, is kept and raised."""
    charge = Charge(
        attempt_id=begun.whole_try.id,
        amount=total(one.amount for one in begun.attempts),
        description="社会保险费",
        expires_at=begun.expires_at,
        scene=wish.scene,
        notify_url=world.together_url(wish.region_code, wish.method),
        payer_ip=wish.payer_ip,
        openid=wish.openid,
        return_url=f"{world.base_url}/together/{wish.whole_id}",
    )
    parts = await parts_of(world, begun.whole_try)
    async with kept_if_not(wish.method, partial(_settle, world, begun)):
        return await together.begin(charge, parts)


async def _settle(world: World, begun: _Begun, event: AttemptEvent, *, says: str = "") -> bool:
    """Keep what became of asking, part by part, unless a notice was faster.

    False when a part was given up before the channel answered.
    """
    alive = True
    for attempt in begun.attempts:
        async with world.db.transaction() as tx:
            kept = await attempts.settle(
                tx, attempt, event, cashier=None, says=says, at=world.now()
            )
            if not kept:
                now = await attempts.by_id(
                    tx, region_code=attempt.region_code, attempt_id=attempt.id
                )
                alive = alive and (now.state.is_live or now.state.brought_money)
    return alive
