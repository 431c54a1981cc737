"""Hand in cash (交款): a clerk counts the till and gives it to the cashier, who counts again.

Everything in the till goes at once, or the slips that were named. Two people, two countings, and
both must come to what the slips say, less what was paid out in cash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.hand_in import (
    AnotherMustCount,
    HandIn,
    HandInEvent,
    HandInState,
    NothingToHandIn,
    must_be_all,
)
from shebao.core.desk.payout import CashPayout
from shebao.core.desk.slip import Slip, SlipEvent, SlipState, reason_of
from shebao.core.journal import Entry, Line, cash, till
from shebao.core.money import ZERO, Money, total
from shebao.core.refusals import NotYours
from shebao.operations.world import World
from shebao.store import journal
from shebao.store.database import Tx
from shebao.store.desk import cash_payouts, hand_ins, slips


@dataclass(frozen=True, slots=True)
class Counted:
    """What a clerk hands in. `hand_in_id` was minted with the page."""

    hand_in_id: str
    slip_ids: frozenset[str]
    amount: Money


async def submit_hand_in(world: World, clerk: Clerk, counted: Counted) -> HandIn:
    """Give the cash of some slips to be counted. Raises CashDiffers or NothingToHandIn.

    Sent again, it is the same hand-in.
    """
    clerk.must(Duty.COUNTER)
    async with world.db.transaction() as tx:
        await slips.lock_book(tx, clerk)
        before = await hand_ins.by_id(
            tx, region_code=clerk.region_code, hand_in_id=counted.hand_in_id
        )
        if before is not None:
            return _own(before, clerk)
        held = [one for one in await slips.in_till(tx, clerk) if one.state is SlipState.ISSUED]
        chosen = [one for one in held if one.id in counted.slip_ids]
        if not chosen or len(chosen) < len(counted.slip_ids):
            raise NothingToHandIn
        paid_out = await cash_payouts.from_till(tx, clerk)
        due = amount_due(chosen, paid_out)
        if due <= ZERO:
            raise NothingToHandIn
        must_be_all(counted.amount, due)
        return await _submit(tx, world, clerk, counted.hand_in_id, (chosen, paid_out))


async def receive_hand_in(
    world: World, cashier: Clerk, *, hand_in_id: str, counted: Money
) -> HandIn:
    """Count a hand-in and take it: the cash is the office's now. Told again, nothing changes.

    Raises AnotherMustCount, CashDiffers, StepNotAllowed when it was sent back.
    """
    cashier.must(Duty.CASHIER)
    at = world.now()
    async with world.db.transaction() as tx:
        hand_in = await _lock(tx, cashier, hand_in_id)
        if hand_in.state in {HandInState.RECEIVED, HandInState.BANKED}:
            return hand_in
        must_be_all(counted, hand_in.amount)
        await hand_ins.step(tx, hand_in, HandInEvent.RECEIVED, cashier_id=cashier.id, at=at)
        held = await slips.of_hand_in(tx, region_code=hand_in.region_code, hand_in_id=hand_in.id)
        await slips.step(tx, held, SlipEvent.HANDED_IN, hand_in_id=hand_in.id, at=at)
        lines = (
            Line(cash(hand_in.office), hand_in.amount),
            Line(till(hand_in.office, hand_in.clerk_id), -hand_in.amount),
        )
        entry = Entry(hand_in.region_code, f"hand_in:{hand_in.id}", at, lines)
        posted = await journal.post(tx, region_code=hand_in.region_code, entries=[entry], at=at)
        assert posted == len(lines)
        return await _now(tx, hand_in)


async def send_back(world: World, cashier: Clerk, *, hand_in_id: str, reason: str) -> HandIn:
    """The cashier counts something else: the cash and its slips are the clerk's again."""
    cashier.must(Duty.CASHIER)
    why, at = reason_of(reason), world.now()
    async with world.db.transaction() as tx:
        hand_in = await _lock(tx, cashier, hand_in_id)
        if hand_in.state is HandInState.SENT_BACK:
            return hand_in
        await hand_ins.step(
            tx, hand_in, HandInEvent.SENT_BACK, cashier_id=cashier.id, reason=why, at=at
        )
        held = await slips.of_hand_in(tx, region_code=hand_in.region_code, hand_in_id=hand_in.id)
        await slips.step(tx, held, SlipEvent.SENT_BACK, hand_in_id=None, at=at)
        await cash_payouts.take_out_of_hand_in(
            tx, region_code=hand_in.region_code, hand_in_id=hand_in.id
        )
        return await _now(tx, hand_in)


def amount_due(held: Sequence[Slip], paid_out: Sequence[CashPayout]) -> Money:
    """What must be there: what the slips say, less what was paid out in cash."""
    return total(slip.amount for slip in held) - total(payout.amount for payout in paid_out)


async def _submit(
    tx: Tx,
    world: World,
    clerk: Clerk,
    hand_in_id: str,
    what: tuple[Sequence[Slip], Sequence[CashPayout]],
) -> HandIn:
    chosen, paid_out = what
    at = world.now()
    hand_in = HandIn(
        region_code=clerk.region_code,
        id=hand_in_id,
        office=clerk.office,
        clerk_id=clerk.id,
        slips=len(chosen),
        amount=amount_due(chosen, paid_out),
        submitted_at=at,
        state=HandInState.SUBMITTED,
        version=1,
    )
    await hand_ins.submit(tx, hand_in, due_on=min(slip.due_on for slip in chosen))
    await slips.step(tx, chosen, SlipEvent.SUBMITTED, hand_in_id=hand_in_id, at=at)
    await cash_payouts.put_into_hand_in(
        tx,
        region_code=clerk.region_code,
        refund_ids=[payout.refund_id for payout in paid_out],
        hand_in_id=hand_in_id,
    )
    return hand_in


async def _lock(tx: Tx, cashier: Clerk, hand_in_id: str) -> HandIn:
    found = await hand_ins.lock(tx, region_code=cashier.region_code, hand_in_id=hand_in_id)
    if found is None or found.office != cashier.office:
        raise NotYours(hand_in_id)
    if found.clerk_id == cashier.id:
        raise AnotherMustCount
    return found


async def _now(tx: Tx, hand_in: HandIn) -> HandIn:
    found = await hand_ins.by_id(tx, region_code=hand_in.region_code, hand_in_id=hand_in.id)
    assert found is not None
    return found


def _own(hand_in: HandIn, clerk: Clerk) -> HandIn:
    if hand_in.clerk_id != clerk.id:
        raise NotYours(hand_in.id)
    return hand_in
