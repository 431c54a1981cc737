"""Cash that does not fit goes back over the counter, and cash that stays too long is seen."""

from dataclasses import replace

import pytest

from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.other_account import Carrier, other_account
from shebao.core.desk.payout import PayoutNotDue, SignatureNeeded
from shebao.core.desk.till import TillTooSmall
from shebao.core.journal import BANK, SUSPENSE
from shebao.core.money import ZERO, Money
from shebao.core.payment import Misfit, PaymentState
from shebao.core.refund import RefundState
from shebao.operations.books.other_account import approve_account, propose_account
from shebao.operations.desk.deposit_cash import deposit_cash
from shebao.operations.desk.hand_in_cash import receive_hand_in
from shebao.operations.desk.look_at_till import cash_on_its_way, look_at_till, overdue_cash
from shebao.operations.desk.pay_out_cash import cash_to_pay_out, pay_out_cash
from shebao.store import refunds
from shebao.worker.sweep import sweep

CHANGZHOU = "320400"


@pytest.fixture
async def second(office, comer):
    """Cash taken a second time for an order that was paid: its slip."""
    order_id = await comer.order(office.clerk)
    await office.takes(order_id)
    return await office.takes(order_id)


@pytest.fixture
async def by_hand(world, second, clock, office):
    """The refund of it, once it waits for a person."""
    for _ in range(4):
        clock.passes(seconds=6)
        await sweep(world)
    [waiting] = [
        one for one in await cash_to_pay_out(world, office.clerk) if one.slip_id == second.id
    ]
    return waiting


async def test_cash_that_does_not_fit_goes_back_against_a_signature(world, office, second, by_hand):
    before = await office.holds(SUSPENSE)
    payout = await pay_out_cash(
        world, office.clerk, refund_id=by_hand.refund_id, signed_by="周九九"
    )
    again = await pay_out_cash(world, office.clerk, refund_id=by_hand.refund_id, signed_by="周九九")
    assert payout == again
    money = await office.verdict(second)
    assert (money.state, money.misfit) == (PaymentState.REFUNDED, Misfit.SECOND_PAYMENT)
    assert await office.holds(SUSPENSE) - before == Money.yuan("930")
    assert await office.in_till() == await office.counted_till() == Money.yuan("930")


@pytest.fixture
async def two(office):
    """One who proposes a transfer, and one who makes it."""
    return [
        Clerk(CHANGZHOU, f"clk{name}", name, office.clerk.office, frozenset({duty}))
        for name, duty in (("one", Duty.BOOKS_PROPOSE), ("two", Duty.BOOKS_APPROVE))
    ]


async def test_cash_nobody_comes_for_goes_back_by_transfer_and_not_over_the_counter_too(
    world, office, second, by_hand, two
):
    named = other_account(
        Carrier.TRANSFER, bank="工商银行", number="62220212345678", holder="周九九"
    )
    first, other = two
    repair_id = await propose_account(
        world, first, by_hand.refund_id, account=named, says="看过身份证和存折"
    )
    with pytest.raises(PayoutNotDue):
        await pay_out_cash(world, office.clerk, refund_id=by_hand.refund_id, signed_by="周九九")
    before, in_till = await office.holds(BANK), await office.in_till()
    await approve_account(world, other, repair_id, number=named.number, serial=by_hand.refund_id)
    assert (await office.verdict(second)).state is PaymentState.REFUNDED
    assert await office.holds(BANK) == before - Money.yuan("930")
    assert await office.in_till() == in_till
    assert by_hand not in await cash_to_pay_out(world, office.clerk)


async def test_what_was_paid_out_lessens_what_is_handed_in(world, office, second, by_hand):
    await pay_out_cash(world, office.clerk, refund_id=by_hand.refund_id, signed_by="周九九")
    held = (await look_at_till(world, office.clerk)).held
    hand_in = await office.hands_in(*held, amount=Money.yuan("930"))
    await receive_hand_in(world, office.cashier, hand_in_id=hand_in.id, counted=hand_in.amount)
    assert (hand_in.slips, await office.in_till()) == (2, ZERO)
    assert await office.in_safe() == Money.yuan("930")


async def test_no_cash_goes_back_without_a_signature_or_from_an_empty_till(world, office, by_hand):
    with pytest.raises(SignatureNeeded):
        await pay_out_cash(world, office.clerk, refund_id=by_hand.refund_id, signed_by=" ")
    with pytest.raises(TillTooSmall):
        await pay_out_cash(world, office.another(), refund_id=by_hand.refund_id, signed_by="周九九")
    async with world.db.transaction() as tx:
        refund = await refunds.lock(tx, region_code=CHANGZHOU, refund_id=by_hand.refund_id)
    assert refund.state is RefundState.MANUAL


async def test_a_refund_that_is_on_its_way_by_itself_is_not_paid_out(world, office, second, clock):
    await sweep(world)
    async with world.db.reading() as tx:
        [refund] = await refunds.of_payment(
            tx, region_code=CHANGZHOU, method=Method.CASH, reference=second.reference
        )
    with pytest.raises(PayoutNotDue):
        await pay_out_cash(world, office.clerk, refund_id=refund.id, signed_by="周九九")


async def test_cash_that_stays_too_long_is_overdue_wherever_it_is(world, office, comer):
    slip = await office.collects(comer)
    later = replace(world, rehearsal={**world.rehearsal, CHANGZHOU: slip.due_on.replace(day=8)})
    [one] = [one for one in await overdue_cash(later, CHANGZHOU) if one.office == office.name]
    assert (one.stage, one.amount, one.late) == ("till", Money.yuan("930"), 2)
    hand_in = await office.hands_in(slip)
    assert await stage(later, office) == "counting"
    await receive_hand_in(world, office.cashier, hand_in_id=hand_in.id, counted=hand_in.amount)
    assert await stage(later, office) == "safe"
    await deposit_cash(world, office.cashier, bank_serial=f"{office.name}-0000009")
    assert await stage(later, office) == "bank"
    assert [one for one in await overdue_cash(world, CHANGZHOU) if one.office == office.name] == []


async def stage(world, office):
    waiting = await cash_on_its_way(world, CHANGZHOU)
    [one] = [one for one in waiting if one.office == office.name]
    return one.stage
