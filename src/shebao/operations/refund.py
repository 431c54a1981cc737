"""Refund (退款): money that does not fit goes back by itself, and nobody has to ask.

A refund is written down before the channel hears of it, under a number of its own; asking a
channel again with the same number is safe, so an unanswered refund is simply asked about.
What a channel refuses, or says nothing of for days, is left to a person.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from shebao.core.channel import ChannelRefused, Forged, RefundOutcome, Return, ReturnTold
from shebao.core.journal import clearing
from shebao.core.payment import Misfit
from shebao.core.refund import STEPS, ByHand, Refund, RefundEvent, RefundState
from shebao.core.refusals import Unanswered
from shebao.gateways.channel import Elsewhere
from shebao.operations.books.other_account import card_for
from shebao.operations.desk.give_back import gone_back
from shebao.operations.pay import notify_url
from shebao.operations.world import World
from shebao.store import notices, payments, refunds
from shebao.store.database import Tx

ASK_EVERY: Final = timedelta(seconds=5)
ASK_AT_LEAST: Final = timedelta(hours=1)
BATCH_MAX: Final = 50
_REASONS: Final = {
    Misfit.UNKNOWN_ATTEMPT: "未知订单，原路退回",
    Misfit.WRONG_AMOUNT: "金额不符，原路退回",
    Misfit.SECOND_PAYMENT: "重复付款，原路退回",
    Misfit.TOO_LATE: "超时付款，原路退回",
}
_NONE: Final = ByHand.NONE
_WHY: Final = {RefundOutcome.ABNORMAL: ByHand.ABNORMAL, RefundOutcome.CLOSED: ByHand.REFUSED}


async def refund_set_aside(world: World, region_code: str) -> int:
    """Begin to give back the money of a region that does not fit."""
    at = world.now()
    async with world.db.transaction() as tx:
        waiting = await payments.lock_set_aside(tx, region_code=region_code, most=BATCH_MAX)
        for payment in waiting:
            reason = _REASONS[payment.misfit]
            refund_id = world.mint("rfd")
            await refunds.begin(tx, payment, refund_id=refund_id, reason=reason, at=at)
            await payments.begin_refund(tx, payment, at=at)
    return len(waiting)


async def advance_refunds(world: World, region_code: str) -> int:
    """Send, or ask about, the refunds of a region that nobody has looked at for a while."""
    async with world.db.reading() as tx:
        due = await refunds.running(
            tx, region_code=region_code, now=world.now(), rested=ASK_EVERY, most=BATCH_MAX
        )
    for refund_id in due:
        await _advance(world, region_code, refund_id)
    return len(due)


async def judge_refund_notices(world: World, region_code: str) -> int:
    """Judge what channels told us of refunds by themselves; say how many tellings there were."""
    at = world.now()
    async with world.db.transaction() as tx:
        waiting = await notices.lock_refunds(tx, region_code=region_code, most=BATCH_MAX)
        verdicts = []
        for method, told in waiting:
            try:
                refund = await refunds.lock(tx, region_code=region_code, refund_id=told.refund_id)
            except LookupError:
                word = "unknown_refund"
            else:
                word = await _believe(tx, world, refund, told)
            verdicts.append((method, told.notice_id or "", word))
        await notices.judged(tx, region_code=region_code, verdicts=verdicts, at=at)
    return len(waiting)


async def _advance(world: World, region_code: str, refund_id: str) -> None:
    async with world.db.transaction() as tx:
        refund = await refunds.lock(tx, region_code=region_code, refund_id=refund_id)
        why = _by_hand(world, refund)
        if why is not None:
            given = RefundEvent.GIVEN_TO_A_PERSON
            await refunds.step(tx, refund, given, at=world.now(), why=why)
            return
        asks = refund.state is RefundState.APPROVED
        if asks:
            await refunds.step(tx, refund, RefundEvent.SENT, at=world.now())
    told = await _ask(world, refund, first=asks)
    async with world.db.transaction() as tx:
        now = await refunds.lock(tx, region_code=region_code, refund_id=refund_id)
        await _believe(tx, world, now, told)
        await refunds.look_again(tx, now, at=world.now(), soonest=ASK_EVERY, latest=ASK_AT_LEAST)


def _by_hand(world: World, refund: Refund) -> ByHand | None:
    """Why a person must look after a refund from now on; none while nobody must."""
    if refund.method not in world.channels:
        return ByHand.CHANNEL_GONE
    if refund.state is RefundState.FAILED:
        return ByHand.NONE  # The failure said why by itself.
    return ByHand.SILENT if refund.is_overdue(world.now()) else None


async def _ask(world: World, refund: Refund, *, first: bool) -> ReturnTold | None:
    """What the channel says; none when it does not answer."""
    if refund.redirected_by is not None:
        return await _ask_elsewhere(world, refund)
    channel = world.channel(refund.method)
    asked = Return(
        refund_id=refund.id,
        attempt_id=refund.attempt_id,
        amount=refund.amount,
        paid=refund.paid,
        reason=refund.reason,
        notify_url=notify_url(world, refund.region_code, refund.method),
        reference=refund.reference,
    )
    if not first:
        try:
            told = await channel.inquire_return(refund.id, attempt_id=refund.attempt_id)
        except (Unanswered, Forged, ChannelRefused):  # A question refused says nothing of money.
            return None
        if told.outcome is not RefundOutcome.UNHEARD_OF:
            return told
    try:
        return await channel.give_back(asked)
    except (Unanswered, Forged):
        return None
    except ChannelRefused:
        return ReturnTold(refund.id, RefundOutcome.CLOSED)


async def _ask_elsewhere(world: World, refund: Refund) -> ReturnTold | None:
    """Have an abnormal refund brought to another card, if the channel has not been asked yet."""
    channel = world.channel(refund.method)
    assert isinstance(channel, Elsewhere)
    try:
        told = await channel.inquire_return(refund.id, attempt_id=refund.attempt_id)
        answered = refund.state is RefundState.SENT
        if told.outcome is not RefundOutcome.ABNORMAL or answered or told.reference is None:
            return told
        card = await card_for(world, refund)
        return await channel.give_back_elsewhere(refund.id, reference=told.reference, card=card)
    except (Unanswered, Forged):
        return None
    except ChannelRefused:
        return ReturnTold(refund.id, RefundOutcome.CLOSED)


async def _believe(tx: Tx, world: World, refund: Refund, told: ReturnTold | None) -> str:
    """Take a refund the step that what we heard means, with the journal; the word for it."""
    event = _event(told)
    if told is not None and _is_of_the_first_card(refund, told):
        return "nothing_new"
    if event is None or not STEPS.allows(refund.state, event):
        return "nothing_new"
    at = world.now()
    await refunds.step(
        tx, refund, event, at=at, why=_WHY.get(told.outcome, _NONE) if told else _NONE
    )
    if event is RefundEvent.SUCCEEDED:
        await gone_back(tx, refund, by=clearing(refund.method), at=at)
    return str(event)


def _is_of_the_first_card(refund: Refund, told: ReturnTold) -> bool:
    """Whether a notice may be about the card that was closed: an inquiry says how it is now."""
    stale = told.outcome is RefundOutcome.ABNORMAL and told.notice_id is not None
    return stale and refund.redirected_by is not None


def _event(told: ReturnTold | None) -> RefundEvent | None:
    if told is None:
        return RefundEvent.UNANSWERED
    return {
        RefundOutcome.SUCCEEDED: RefundEvent.SUCCEEDED,
        RefundOutcome.ABNORMAL: RefundEvent.FAILED,
        RefundOutcome.CLOSED: RefundEvent.FAILED,
    }.get(told.outcome)
