"""Reverse (冲正): what a bank took back is written down, judged, and the payer is told.

A bill that was paid with the money is owed again under a new number; its receipt counts no
more. Nobody is asked to look unless the money had gone back before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from shebao.core.bill import STEPS as BILL_STEPS
from shebao.core.bill import Bill, BillEvent
from shebao.core.channel import Forged
from shebao.core.deduction.reversal import Facts, Reversal, Undone, Verdict, judge
from shebao.core.payment import Payment, PaymentState
from shebao.core.receipt import TAKEN_BACK
from shebao.core.refund import RefundEvent, RefundState
from shebao.core.refusals import Refusal, Unanswered
from shebao.operations.world import SHANGHAI, World
from shebao.store import bills, journal, orders, payments, receipts, refunds
from shebao.store.batch import posting
from shebao.store.database import Tx
from shebao.store.deduction import reversals
from shebao.store.deduction.reversals import ReversalNotice, ToTell

LOOK_EVERY: Final = timedelta(seconds=60)
BATCH_MAX: Final = 50
TEMPLATE: Final = "bank_took_back"


async def taken_back(world: World, payment: Payment) -> Reversal | None:
    """The bank's taking back of a sum of money, if it has been booked."""
    async with world.db.reading() as tx:
        return await reversals.of_money(
            tx,
            region_code=payment.region_code,
            method=payment.method,
            reference=payment.reference,
        )


async def shelve_reversal(world: World, notice: ReversalNotice) -> None:
    """Write a verified notice of money taken back down as it came."""
    async with world.db.transaction() as tx:
        await reversals.shelve(tx, notice)


async def judge_reversals(world: World, region_code: str) -> int:
    """Judge the reversals of a region that can be judged; say how many were looked at."""
    at = world.now()
    async with world.db.transaction() as tx:
        waiting = await reversals.lock_told(
            tx, region_code=region_code, looked_before=at - LOOK_EVERY, most=BATCH_MAX
        )
        for reversal in waiting:
            facts = await _facts(tx, reversal)
            verdict = judge(reversal, facts, at=at)
            if verdict is None:
                await reversals.looked(
                    tx,
                    region_code=region_code,
                    method=reversal.method,
                    number=reversal.told.number,
                    at=at,
                )
            else:
                await _write(tx, world, reversal, facts, verdict)
    return len(waiting)


async def tell_payers(world: World, region_code: str) -> int:
    """Tell payers by message that a bank took their money back and they owe again."""
    now = world.now()
    async with world.db.reading() as tx:
        waiting = await reversals.untold(
            tx, region_code=region_code, looked_before=now - LOOK_EVERY, most=BATCH_MAX
        )
    for one in waiting:
        told = await _told(world, one)
        keep = reversals.payer_told if told else reversals.looked
        async with world.db.transaction() as tx:
            await keep(tx, region_code=region_code, method=one.method, number=one.number, at=now)
    return len(waiting)


async def _told(world: World, one: ToTell) -> bool:
    """Whether the message is on its way; without a telephone, the pages alone tell."""
    if one.phone_sealed is None:
        return True
    words = {
        "amount": str(one.amount),
        "day": f"{one.happened_at.astimezone(SHANGHAI):%m-%d}",
    }
    try:
        await world.messages.send(
            phone=world.vault.open(one.phone_sealed), template=TEMPLATE, parameters=words
        )
    except (Refusal, Unanswered, Forged):
        return False
    return True


async def _facts(tx: Tx, reversal: Reversal) -> Facts:
    """All we know of the money, held: its order first, then its bills, then itself."""
    region_code = reversal.region_code
    locked = await orders.lock_of_attempts(
        tx, region_code=region_code, attempt_ids=[reversal.told.attempt_id]
    )
    held = await bills.lock_of_orders(tx, region_code=region_code, order_ids=locked)
    payment = await reversals.lock_money(
        tx, region_code=region_code, method=reversal.method, reference=reversal.told.reference
    )
    if payment is None:
        return Facts()
    back = await refunds.of_payment(
        tx, region_code=region_code, method=reversal.method, reference=payment.reference
    )
    owed = held.get(payment.order_id or "", [])
    return Facts(payment, tuple(owed), back[0] if back else None)


async def _write(tx: Tx, world: World, reversal: Reversal, facts: Facts, verdict: Verdict) -> None:
    """Write down what a reversal means, on every shelf it touches."""
    at, region_code = world.now(), reversal.region_code
    await reversals.step(tx, reversal, verdict.event, undone=verdict.undone, at=at)
    if verdict.entry is not None:
        posted = await journal.post(tx, region_code=region_code, entries=[verdict.entry], at=at)
        assert posted == len(verdict.entry.lines)
    if facts.payment is None:
        return
    await posting.reverse(tx, region_code=region_code, attempt_id=reversal.told.attempt_id, at=at)
    if verdict.undone is Undone.BILLS:
        await _owe_again(tx, world, facts.payment, facts.bills)
    elif verdict.undone is Undone.SUSPENSE:
        await _gone_back(tx, world, facts, facts.payment)


async def _owe_again(tx: Tx, world: World, payment: Payment, paid: Sequence[Bill]) -> None:
    """Paid bills are reversed, their receipts void, and what they asked for is owed again."""
    at, region_code = world.now(), payment.region_code
    assert payment.order_id is not None
    for event in (BillEvent.REVERSAL_BEGUN, BillEvent.REVERSED):
        moves = [(bill, event, bill.held_by) for bill in paid]
        await bills.step(tx, region_code=region_code, moves=moves, at=at)
        paid = [
            replace(bill, state=BILL_STEPS.after(bill.state, event), version=bill.version + 1)
            for bill in paid
        ]
    inside = await orders.contents(tx, region_code=region_code, order_id=payment.order_id)
    numbers = [content.receipt_number for content in inside if content.receipt_number]
    await receipts.void(tx, region_code=region_code, numbers=numbers, reason=TAKEN_BACK, at=at)
    renewed = [(bill.id, world.mint("bil")) for bill in paid]
    await reversals.owe_again(tx, region_code=region_code, renewed=renewed, at=at)


async def _gone_back(tx: Tx, world: World, facts: Facts, payment: Payment) -> None:
    """Money that waited in suspense has gone back to its payer, by the bank's own hand."""
    at = world.now()
    if payment.state is PaymentState.UNAPPLIED:
        await payments.begin_refund(tx, payment, at=at)
    if facts.refund is not None and facts.refund.state is RefundState.MANUAL:
        await refunds.step(tx, facts.refund, RefundEvent.SUCCEEDED, at=at)
    await payments.refunded(
        tx,
        region_code=payment.region_code,
        method=payment.method,
        reference=payment.reference,
        at=at,
    )
