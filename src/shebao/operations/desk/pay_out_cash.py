"""Pay out cash (退付现金): what came as cash and does not fit goes back over the counter.

The refund waits for a person; whoever pays it out takes it from their own till, and the payer
signs for it. Less cash in the till than is due: nothing is paid out; nor while somebody has
proposed to transfer it.
"""

from __future__ import annotations

from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.payout import CashPayout, PayoutNotDue, SignatureNeeded
from shebao.core.desk.till import TillTooSmall
from shebao.core.journal import till
from shebao.core.person import parse_name
from shebao.core.refund import Refund, RefundEvent, RefundState
from shebao.core.refusals import NotYours
from shebao.operations.desk.give_back import gone_back
from shebao.operations.world import World
from shebao.store import refunds
from shebao.store.books import repairs
from shebao.store.database import Tx
from shebao.store.desk import cash_payouts, slips, tills
from shebao.store.desk.cash_payouts import ToPayOut


async def cash_to_pay_out(world: World, clerk: Clerk) -> list[ToPayOut]:
    """Refunds of cash in the clerk's region that wait for a person."""
    clerk.must(Duty.COUNTER)
    async with world.db.reading() as tx:
        return await cash_payouts.waiting(tx, region_code=clerk.region_code)


async def pay_out_cash(world: World, clerk: Clerk, *, refund_id: str, signed_by: str) -> CashPayout:
    """Give cash back against a signature. Told again, it was given back once.

    Raises SignatureNeeded, PayoutNotDue, TillTooSmall, NotYours.
    """
    clerk.must(Duty.COUNTER)
    if not signed_by.strip():
        raise SignatureNeeded
    name = parse_name(signed_by)
    async with world.db.transaction() as tx:
        await slips.lock_book(tx, clerk)
        try:
            refund = await refunds.lock(tx, region_code=clerk.region_code, refund_id=refund_id)
        except LookupError:
            raise NotYours(refund_id) from None
        before = await cash_payouts.by_refund(
            tx, region_code=clerk.region_code, refund_id=refund_id
        )
        if before is not None:
            return before
        if refund.method is not Method.CASH or refund.state is not RefundState.MANUAL:
            raise PayoutNotDue(refund_id, refund.state)
        if await repairs.is_proposed(tx, region_code=clerk.region_code, refund_id=refund_id):
            raise PayoutNotDue(refund_id, refund.state)  # Somebody may be at the bank with it.
        held = await tills.cash_of(tx, clerk)
        if held < refund.amount:
            raise TillTooSmall(held, refund.amount)
        return await _pay_out(tx, world, clerk, refund, name)


async def _pay_out(
    tx: Tx, world: World, clerk: Clerk, refund: Refund, signed_by: str
) -> CashPayout:
    at = world.now()
    payout = CashPayout(
        region_code=clerk.region_code,
        refund_id=refund.id,
        office=clerk.office,
        clerk_id=clerk.id,
        amount=refund.amount,
        signed_by=signed_by,
        paid_at=at,
    )
    await cash_payouts.insert(tx, payout)
    await refunds.step(tx, refund, RefundEvent.SUCCEEDED, at=at)
    await gone_back(tx, refund, by=till(clerk.office, clerk.id), at=at)
    return payout
