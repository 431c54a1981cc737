"""Print notice (缴款通知单): a number the payer takes to any window of the bank.

The bank hears of it first; it tells us by a signed notice when somebody has paid. A payer who
comes back with the bank's slip is believed when the bank says the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from shebao.core.channel import ChannelRefused, Forged, Method, Outcome, Scene
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.deposit import bank_serial_of
from shebao.core.desk.payment_notice import PaymentNotice, notice_number_of
from shebao.core.refusals import NotYours, Refusal, Unanswered
from shebao.operations.collect import shelve_answer
from shebao.operations.desk.open_at_counter import payer_of
from shebao.operations.desk.receive import judge_now
from shebao.operations.pay import Wish, pay
from shebao.operations.world import World
from shebao.store import orders
from shebao.store.desk import payment_notices

_OUR_OWN_ADDRESS = "127.0.0.1"  # The payer's device is a sheet of paper.


@dataclass(eq=False)
class BankSaysOtherwise(Refusal):
    """The bank has not received this money, or received it under another serial."""

    says: str


async def print_notice(world: World, clerk: Clerk, order_id: str) -> PaymentNotice:
    """Let the bank know of an order, and give the number; asked again, it is the same.

    Raises ChannelRefused, PaymentBeingConfirmed, OrderGone, or Unanswered.
    """
    clerk.must(Duty.COUNTER)
    async with world.db.reading() as tx:
        payer_id = await payer_of(tx, world, clerk, order_id)
    wish = Wish(
        region_code=clerk.region_code,
        order_id=order_id,
        payer_id=payer_id,
        method=Method.COUNTER,
        scene=Scene.NATIVE,
        payer_ip=_OUR_OWN_ADDRESS,
    )
    cashier = await pay(world, wish)
    assert cashier.code is not None
    return await keep_notice(world, clerk, order_id, cashier.code)


async def believe_bank_slip(world: World, clerk: Clerk, *, number: str, serial: str) -> None:
    """A payer brings the bank's slip: ask the bank, and take its money in if it says the same.

    Raises BankSaysOtherwise, NotYours for a number we never printed, or Unanswered.
    """
    clerk.must(Duty.COUNTER)
    serial = bank_serial_of(serial)
    async with world.db.reading() as tx:
        notice = await payment_notices.by_number(tx, region_code=clerk.region_code, number=number)
    if notice is None:
        raise NotYours(number)
    try:
        told = await world.channel(Method.COUNTER).inquire(notice.attempt_id)
    except (ChannelRefused, Forged) as silence:
        raise Unanswered(Method.COUNTER) from silence
    if told.outcome is not Outcome.PAID:
        raise BankSaysOtherwise("not_paid")
    await shelve_answer(world, region_code=clerk.region_code, method=Method.COUNTER, told=told)
    await judge_now(world, clerk.region_code)
    if told.reference != serial:
        raise BankSaysOtherwise("another_serial")


async def find_notice(world: World, clerk: Clerk, number: str) -> PaymentNotice:
    """The notice somebody brings, by its number. Raises NoticeNumberWrong or NotYours."""
    clerk.must(Duty.COUNTER)
    wanted = notice_number_of(number)
    async with world.db.reading() as tx:
        found = await payment_notices.by_number(tx, region_code=clerk.region_code, number=wanted)
    if found is None:
        raise NotYours(wanted)
    return found


async def notice_of(world: World, clerk: Clerk, order_id: str) -> PaymentNotice | None:
    """The newest notice of an order of a counter, if one was printed."""
    async with world.db.reading() as tx:
        await payer_of(tx, world, clerk, order_id)
        return await payment_notices.of_order(tx, region_code=clerk.region_code, order_id=order_id)


async def keep_notice(world: World, clerk: Clerk, order_id: str, number: str) -> PaymentNotice:
    """Write the notice of an order's attempt down; the same one again changes nothing."""
    async with world.db.transaction() as tx:
        found = await orders.lock(tx, region_code=clerk.region_code, order_ids=[order_id])
        order = found[order_id]
        assert order.attempt_id is not None
        notice = PaymentNotice(
            region_code=clerk.region_code,
            number=number,
            order_id=order_id,
            attempt_id=order.attempt_id,
            office=clerk.office,
            clerk_id=clerk.id,
            amount=order.amount,
            printed_at=world.now(),
            expires_at=order.expires_at,
        )
        await payment_notices.keep(tx, notice)
        kept = await payment_notices.by_number(tx, region_code=clerk.region_code, number=number)
    assert kept is not None
    return kept
