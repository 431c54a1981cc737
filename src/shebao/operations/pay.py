"""Pay: one try at collecting an order through a channel, and the only one at a time.

The attempt is written down as sent before the channel hears of it, so a crash between the two
leaves something to ask about. Going on to another channel closes the first attempt there and
then; nobody has to wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shebao.core.attempt import Attempt, AttemptEvent, AttemptState
from shebao.core.channel import (
    Cashier,
    ChannelRefused,
    Charge,
    Forged,
    Method,
    Outcome,
    Scene,
)
from shebao.core.order import Order, OrderEvent, OrderGone, OrderState
from shebao.core.refusals import NotYours, Refusal, Unanswered
from shebao.operations.close_attempt import close_attempt
from shebao.operations.world import MethodNotOffered, World
from shebao.store import attempts, orders
from shebao.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a payer wants to pay an order."""

    region_code: str
    order_id: str
    payer_id: str
    method: Method
    scene: Scene
    payer_ip: str
    openid: str | None = None


@dataclass(eq=False)
class PaymentBeingConfirmed(Refusal):
    """An earlier attempt may have brought money: it is being asked about, do not pay again."""

    order_id: str


async def pay(world: World, wish: Wish) -> Cashier:
    """Begin an attempt, or go on with the one there is, and say where the payer goes on.

    Raises OrderGone, MethodNotOffered, ChannelRefused, PaymentBeingConfirmed, and Unanswered
    when the channel did not answer: then the attempt is unknown and is asked about.
    """
    channel = world.channel(wish.method)
    for _ in range(2):  # The second time, the earlier attempt is closed.
        async with world.db.transaction() as tx:
            order, live = await _locked(tx, world, wish)
            if live is None:
                attempt = await _begin(tx, world, order, wish)
                break
            if live.method is wish.method and live.cashier and _suits(live.cashier, wish.scene):
                return live.cashier
        if await close_attempt(world, live) is not Outcome.CLOSED:
            raise PaymentBeingConfirmed(order.id)
    else:
        raise PaymentBeingConfirmed(wish.order_id)
    try:
        cashier = await channel.begin(_charge(world, order, attempt.id, wish))
    except ChannelRefused as refused:
        await _settle(world, attempt, AttemptEvent.REFUSED, says=refused.says)
        raise
    except (Unanswered, Forged) as silence:  # An answer nobody signed is no answer.
        await _settle(world, attempt, AttemptEvent.UNANSWERED)
        raise Unanswered(wish.method) from silence
    if not await _settle(world, attempt, AttemptEvent.ACCEPTED, cashier=cashier):
        await close_attempt(world, attempt)  # Given up while we asked: nobody may pay there.
        raise PaymentBeingConfirmed(order.id)
    return cashier


def notify_url(world: World, region_code: str, method: Method) -> str:
    """Where a channel tells us about a region's money."""
    return f"{world.base_url}/notify/{method}/{region_code}"


def _charge(world: World, order: Order, attempt_id: str, wish: Wish) -> Charge:
    """What the channel is asked to collect."""
    return Charge(
        attempt_id=attempt_id,
        amount=order.amount,
        description=f"{world.region(order.region_code).name}社会保险费",
        expires_at=_until(world, order),
        scene=wish.scene,
        notify_url=notify_url(world, order.region_code, wish.method),
        payer_ip=wish.payer_ip,
        openid=wish.openid,
        return_url=f"{world.base_url}/result/{order.id}",
    )


async def _locked(tx: Tx, world: World, wish: Wish) -> tuple[Order, Attempt | None]:
    """The order, locked and still payable, with its live attempt if it has one."""
    found = await orders.lock(tx, region_code=wish.region_code, order_ids=[wish.order_id])
    order = found.get(wish.order_id)
    if order is None or order.payer_id != wish.payer_id:
        raise NotYours(wish.order_id)
    entry = world.region(wish.region_code).channels[order.entry_channel]
    if wish.method not in entry.methods:
        raise MethodNotOffered(wish.method)
    payable = order.state in {OrderState.OPEN, OrderState.PAYING}
    if not payable or order.expires_at <= world.now():
        raise OrderGone(order.id, order.state if not payable else OrderState.EXPIRING)
    if order.attempt_id is None:
        return order, None
    attempt = await attempts.by_id(tx, region_code=order.region_code, attempt_id=order.attempt_id)
    return order, attempt if attempt.state.is_live else None


async def _begin(tx: Tx, world: World, order: Order, wish: Wish) -> Attempt:
    at = world.now()
    attempt = await attempts.begin(
        tx, order, attempt_id=world.mint("att"), method=wish.method, at=at
    )
    await orders.step(
        tx, region_code=order.region_code, moves=[(order, OrderEvent.SUBMITTED)], at=at
    )
    await orders.point_at_attempt(tx, order, attempt_id=attempt.id, expires_at=_until(world, order))
    return attempt


def _until(world: World, order: Order) -> datetime:
    """An order in a cashier may live shorter: Changzhou gives it one minute."""
    seconds = world.region(order.region_code).cashier_seconds
    if seconds is None:
        return order.expires_at
    return min(order.expires_at, world.now() + timedelta(seconds=seconds))


async def _settle(
    world: World,
    attempt: Attempt,
    event: AttemptEvent,
    *,
    cashier: Cashier | None = None,
    says: str = "",
) -> bool:
    """Keep what became of asking the channel, unless a notice was faster.

    False when the attempt was over before the channel answered.
    """
    async with world.db.transaction() as tx:
        await orders.lock(tx, region_code=attempt.region_code, order_ids=[attempt.order_id])
        now = await attempts.by_id(tx, region_code=attempt.region_code, attempt_id=attempt.id)
        if cashier is not None:
            await attempts.keep_cashier(tx, now, cashier)
        if says:
            await attempts.keep_words(tx, now, says)
        if now.state is AttemptState.SENT:
            await attempts.step(
                tx, region_code=now.region_code, moves=[(now, event)], at=world.now()
            )
    return now.state.is_live


def _suits(cashier: Cashier, scene: Scene) -> bool:
    found = {Scene.H5: cashier.url, Scene.NATIVE: cashier.code, Scene.JSAPI: cashier.parameters}
    return bool(found[scene])
