"""Pay: one try at collecting an order through a channel, and the only one at a time.

The attempt is written down as sent before the channel hears of it, so a crash between the two
leaves something to ask about. Going on to another channel closes the first attempt there and
then; nobody has to wait for it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from shebao.core.attempt import Attempt, AttemptEvent, AttemptState
from shebao.core.channel import (
    Cashier,
    ChannelRefused,
    Charge,
    Forged,
    Method,
    Outcome,
    Scene,
    Told,
)
from shebao.core.deduction.batch import ENTRY as BATCH_ENTRY
from shebao.core.deduction.batch import CollectedByBank
from shebao.core.desk.payment_notice import NOTICE_LIVES
from shebao.core.order import Order, OrderGone, OrderState
from shebao.core.refusals import NotYours, Refusal, Unanswered, Unreached
from shebao.core.roster.roster import ENTRY as ROSTER_ENTRY
from shebao.core.roster.roster import METHODS as ROSTER_METHODS
from shebao.core.whole import ENTRY as TOGETHER_ENTRY
from shebao.core.whole import PaidTogether
from shebao.operations.close_attempt import close_attempt
from shebao.operations.collect import judge_waiting, shelve_answer
from shebao.operations.deduction.choose import mandate_for
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

    Raises OrderGone, MethodNotOffered, ChannelRefused, PaymentBeingConfirmed, what
    `mandate_for` raises, and Unanswered: then the attempt is unknown and is asked about.
    """
    channel = world.channel(wish.method)
    for _ in range(2):  # The second time, the earlier attempt is closed.
        async with world.db.transaction() as tx:
            order, live = await _locked(tx, world, wish)
            if live is None:
                attempt, agreement = await _begin(tx, world, order, wish)
                break
            if live.method is wish.method and live.cashier and suits(live.cashier, wish.scene):
                return live.cashier
        if await close_attempt(world, live) is not Outcome.CLOSED:
            raise PaymentBeingConfirmed(order.id)
    else:
        raise PaymentBeingConfirmed(wish.order_id)
    charge = replace(_charge(world, order, attempt.id, wish), agreement=agreement)
    async with kept_if_not(attempt.method, partial(_settle, world, attempt)):
        answer = await channel.begin(charge)
    if isinstance(answer, Told):
        return await _believed(world, attempt, answer, charge)
    if not await _settle(world, attempt, AttemptEvent.ACCEPTED, cashier=answer):
        await close_attempt(world, attempt)  # Given up while we asked: nobody may pay there.
        raise PaymentBeingConfirmed(order.id)
    return answer


def notify_url(world: World, region_code: str, method: Method) -> str:
    """Where a channel tells us about a region's money."""
    return world.notify_url(region_code, method)


@asynccontextmanager
async def kept_if_not(
    method: Method, settle: Callable[..., Awaitable[object]]
) -> AsyncIterator[None]:
    """Ask a channel to collect. What it refuses, or does not answer, is kept and raised."""
    try:
        yield
    except ChannelRefused as refused:
        await settle(AttemptEvent.REFUSED, says=refused.says)
        raise
    except Unreached:  # It never left: the payer may begin again at once.
        await settle(AttemptEvent.REFUSED)
        raise
    except (Unanswered, Forged) as silence:  # An answer nobody signed is no answer.
        await settle(AttemptEvent.UNANSWERED)
        raise Unanswered(method) from silence


async def _believed(world: World, attempt: Attempt, told: Told, charge: Charge) -> Cashier:
    """The channel collected at once, or not: nobody goes anywhere but to the result."""
    if told.outcome is Outcome.PAID:
        region_code = attempt.region_code
        await shelve_answer(world, region_code=region_code, method=attempt.method, told=told)
        await judge_waiting(world, region_code)
    elif told.outcome is Outcome.WAITING:
        await _settle(world, attempt, AttemptEvent.ACCEPTED)
    else:
        await _settle(world, attempt, AttemptEvent.REFUSED, says=told.says)
    return Cashier(url=charge.return_url)


def _charge(world: World, order: Order, attempt_id: str, wish: Wish) -> Charge:
    """What the channel is asked to collect."""
    return Charge(
        attempt_id=attempt_id,
        amount=order.amount,
        description=f"{world.region(order.region_code).name}社会保险费",
        expires_at=until(world, order, wish.method),
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
    if order.entry_channel == BATCH_ENTRY:
        raise CollectedByBank(order.id)
    if order.entry_channel == TOGETHER_ENTRY:
        raise PaidTogether(order.id)
    if wish.method not in _methods(world, order):
        raise MethodNotOffered(wish.method)
    payable = order.state in {OrderState.OPEN, OrderState.PAYING}
    if not payable or order.expires_at <= world.now():
        raise OrderGone(order.id, order.state if not payable else OrderState.EXPIRING)
    if order.attempt_id is None:
        return order, None
    attempt = await attempts.by_id(tx, region_code=order.region_code, attempt_id=order.attempt_id)
    return order, attempt if attempt.state.is_live else None


def _methods(world: World, order: Order) -> tuple[Method, ...]:
    """How an order may be paid: as its way in says; one for a whole roster, by an office."""
    if order.entry_channel == ROSTER_ENTRY:
        return ROSTER_METHODS
    return world.region(order.region_code).channels[order.entry_channel].methods


async def _begin(tx: Tx, world: World, order: Order, wish: Wish) -> tuple[Attempt, str]:
    """A new attempt, and the number of the agreement it collects under, if it does."""
    at, mandate = world.now(), None
    if wish.method.by_agreement:
        mandate = await mandate_for(tx, world, order, method=wish.method)
    attempt = await attempts.begin(
        tx,
        order,
        attempt_id=world.mint("att"),
        method=wish.method.held_by,
        at=at,
        mandate_id=mandate.id if mandate else None,
    )
    expires_at = until(world, order, wish.method)
    await orders.submit(tx, order, attempt_id=attempt.id, expires_at=expires_at, at=at)
    return attempt, mandate.agreement if mandate else ""


def until(world: World, order: Order, method: Method) -> datetime:
    """An order in a cashier may live shorter: Changzhou gives it one minute; on paper, longer."""
    if order.entry_channel == ROSTER_ENTRY:
        return order.expires_at
    if method is Method.COUNTER:
        return max(order.expires_at, world.now() + NOTICE_LIVES)
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
    async with world.db.at_once() as tx:
        kept = await attempts.settle(tx, attempt, event, cashier=cashier, says=says, at=world.now())
    if kept:
        return True
    async with world.db.transaction() as tx:  # A notice, or somebody who gave it up.
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


def suits(cashier: Cashier, scene: Scene) -> bool:
    """Whether a payer in a scene can go on there."""
    if cashier.is_form or scene in {Scene.H5, Scene.PAGE}:
        return cashier.url is not None
    return bool(cashier.code if scene is Scene.NATIVE else cashier.parameters)
