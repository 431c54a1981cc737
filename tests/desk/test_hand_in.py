"""Cash goes from the till to the bank by slips, counted twice by two people, and by no other way."""

import asyncio

import pytest

from shebao.core.desk.clerk import DutyMissing
from shebao.core.desk.deposit import (
    BankSerialUsed,
    BankSerialWrong,
    DepositLine,
    DepositState,
    NothingToDeposit,
)
from shebao.core.desk.hand_in import AnotherMustCount, CashDiffers, HandInState, NothingToHandIn
from shebao.core.desk.slip import CauseNeeded, SlipState
from shebao.core.journal import DEPOSITS
from shebao.core.money import ZERO, Money
from shebao.core.refusals import NotYours, StepNotAllowed
from shebao.operations.desk.deposit_cash import deposit_cash, hear_of_deposits
from shebao.operations.desk.hand_in_cash import receive_hand_in, send_back
from shebao.operations.desk.look_at_till import look_at_office, look_at_slip, slips_of
from shebao.operations.desk.void_slip import void_slip

CHANGZHOU = "320400"


@pytest.fixture
async def two(office, comes):
    """Two slips of 930 yuan each in the clerk's till."""
    return [await office.collects(await comes()) for _ in range(2)]


@pytest.fixture
async def received(world, office, two):
    """A hand-in of both that the cashier has counted."""
    hand_in = await office.hands_in(*two)
    return await receive_hand_in(
        world, office.cashier, hand_in_id=hand_in.id, counted=hand_in.amount
    )


async def states(world, office, *slips):
    return [(await look_at_slip(world, office.clerk, slip.id))[0].state for slip in slips]


async def test_many_slips_go_to_the_cashier_and_the_money_with_them(world, office, two, received):
    assert (received.state, received.slips) == (HandInState.RECEIVED, 2)
    assert await states(world, office, *two) == [SlipState.HANDED_IN] * 2
    assert (await office.in_till(), await office.in_safe()) == (ZERO, Money.yuan("1860"))


@pytest.mark.parametrize(
    ("counted", "side", "by"),
    [("1859.99", "short", "0.01"), ("1860.01", "over", "0.01"), ("930", "short", "930")],
)
async def test_handing_in_less_or_more_than_the_slips_is_refused(
    world, office, two, counted, side, by
):
    with pytest.raises(CashDiffers) as refused:
        await office.hands_in(*two, amount=Money.yuan(counted))
    assert (refused.value.side, refused.value.by) == (side, Money.yuan(by))
    assert await states(world, office, *two) == [SlipState.ISSUED] * 2
    assert await office.in_till() == Money.yuan("1860")


async def test_some_of_the_slips_may_be_handed_in_and_the_rest_stays_in_the_till(
    world, office, two
):
    one, other = two
    await office.hands_in(one)
    assert await states(world, office, one, other) == [SlipState.SUBMITTED, SlipState.ISSUED]
    assert await office.counted_till() == Money.yuan("930")


async def test_what_is_handed_in_already_cannot_be_handed_in_again(office, two):
    await office.hands_in(*two)
    with pytest.raises(NothingToHandIn):
        await office.hands_in(*two)


async def test_two_hand_ins_of_the_same_slips_at_once_make_one(office, two):
    done = await asyncio.gather(
        office.hands_in(*two), office.hands_in(*two), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["HandIn", "NothingToHandIn"]


async def test_slips_of_another_clerk_are_not_handed_in(office, two):
    with pytest.raises(NothingToHandIn):
        await office.hands_in(*two, clerk=office.another())


async def test_nobody_counts_what_they_handed_in_themselves(world, office, comer):
    slip = await office.takes(await comer.order(office.cashier), clerk=office.cashier)
    hand_in = await office.hands_in(slip, clerk=office.cashier)
    with pytest.raises(AnotherMustCount):
        await receive_hand_in(world, office.cashier, hand_in_id=hand_in.id, counted=hand_in.amount)


async def test_a_clerk_without_the_duty_of_a_cashier_counts_nothing(world, office, two):
    hand_in = await office.hands_in(*two)
    with pytest.raises(DutyMissing):
        await receive_hand_in(
            world, office.another(), hand_in_id=hand_in.id, counted=hand_in.amount
        )


async def test_a_cashier_who_counts_less_takes_nothing_and_sends_it_back(world, office, two):
    hand_in = await office.hands_in(*two)
    with pytest.raises(CashDiffers):
        await receive_hand_in(
            world, office.cashier, hand_in_id=hand_in.id, counted=Money.yuan("1760")
        )
    back = await send_back(
        world, office.cashier, hand_in_id=hand_in.id, reason="少 100 元，请重新清点"
    )
    assert (back.state, back.reason) == (HandInState.SENT_BACK, "少 100 元，请重新清点")
    assert await states(world, office, *two) == [SlipState.ISSUED] * 2
    assert (await office.hands_in(*two)).amount == Money.yuan("1860")
    with pytest.raises(StepNotAllowed):
        await receive_hand_in(
            world, office.cashier, hand_in_id=hand_in.id, counted=Money.yuan("1860")
        )


async def test_a_hand_in_received_twice_is_received_once(world, office, received):
    again = await receive_hand_in(
        world, office.cashier, hand_in_id=received.id, counted=received.amount
    )
    assert again.version == received.version
    assert await office.in_safe() == Money.yuan("1860")


async def test_another_offices_hand_in_is_not_to_be_seen(world, office, received):
    stranger = type(office.clerk)(CHANGZHOU, "clk9", "吴", "T9999", office.cashier.duties)
    with pytest.raises(NotYours):
        await receive_hand_in(world, stranger, hand_in_id=received.id, counted=received.amount)
    with pytest.raises(NotYours):
        await slips_of(world, stranger, received.id)


async def test_a_deposit_the_bank_confirms_moves_the_money_to_the_bank(
    world, office, two, received
):
    before = await office.holds(DEPOSITS)
    deposit = await deposit_cash(world, office.cashier, bank_serial="231105-000931")
    assert await office.in_safe() == Money.yuan("1860")  # In transit until the bank says so.
    found = await heard(world, "231105-000931", "1860")
    assert [one.id for one in found.confirmed] == [deposit.id]
    assert (await office.in_safe(), await office.holds(DEPOSITS) - before) == (
        ZERO,
        Money.yuan("1860"),
    )
    assert await states(world, office, *two) == [SlipState.BANKED] * 2
    [hand_in] = (await look_at_office(world, office.cashier)).hand_ins
    assert hand_in.state is HandInState.BANKED


async def heard(world, serial, amount):
    line = DepositLine(2, serial, Money.yuan(amount), world.now())
    return await hear_of_deposits(world, region_code=CHANGZHOU, lines=[line])


async def test_a_file_read_twice_confirms_once(world, office, received):
    serial = f"{office.name}-0000001"
    await deposit_cash(world, office.cashier, bank_serial=serial)
    await heard(world, serial, "1860")
    assert (await heard(world, serial, "1860")).confirmed == ()
    assert await office.in_safe() == ZERO


async def test_a_file_that_is_faster_than_the_cashier_confirms_all_the_same(
    world, office, received
):
    serial = f"{office.name}-0000002"
    assert serial in [line.serial for line in (await heard(world, serial, "1860")).strays]
    await deposit_cash(world, office.cashier, bank_serial=serial)
    [deposit] = (await look_at_office(world, office.cashier)).deposits
    assert deposit.state is DepositState.CONFIRMED


async def test_another_amount_at_the_bank_is_a_difference_until_it_is_put_right(
    world, office, received
):
    serial = f"{office.name}-0000003"
    await deposit_cash(world, office.cashier, bank_serial=serial)
    found = (await heard(world, serial, "1760")).differing
    [one] = [one for one in found if one.office == office.name]
    assert (one.amount, one.told) == (Money.yuan("1860"), Money.yuan("1760"))
    assert await office.in_safe() == Money.yuan("1860")
    await heard(world, serial, "1860")
    [deposit] = (await look_at_office(world, office.cashier)).deposits
    assert deposit.state is DepositState.CONFIRMED


async def test_a_serial_is_used_once_and_has_the_form_of_one(world, office, received, comes):
    serial = f"{office.name}-0000004"
    with pytest.raises(BankSerialWrong):
        await deposit_cash(world, office.cashier, bank_serial="12 3")
    await deposit_cash(world, office.cashier, bank_serial=serial)
    with pytest.raises(NothingToDeposit):
        await deposit_cash(world, office.cashier, bank_serial=serial)
    more = await office.hands_in(await office.collects(await comes()))
    await receive_hand_in(world, office.cashier, hand_in_id=more.id, counted=more.amount)
    with pytest.raises(BankSerialUsed):
        await deposit_cash(world, office.cashier, bank_serial=serial)
    assert await office.in_safe() == Money.yuan("2790")


async def test_a_spoiled_slip_is_voided_and_the_next_number_replaces_it(world, office, two):
    spoiled, _ = two
    new = await void_slip(world, office.clerk, slip_id=spoiled.id, reason="卡纸，没有打全")
    assert (new.reference, new.amount) == (spoiled.number, spoiled.amount)
    assert [one.number[-6:] for one in (*two, new)] == ["000001", "000002", "000003"]
    old, stands_for = await look_at_slip(world, office.clerk, spoiled.id)
    assert (old.state, old.reason, stands_for) == (SlipState.VOIDED, "卡纸，没有打全", new)
    assert await office.in_till() == await office.counted_till() == Money.yuan("1860")


async def test_a_slip_voided_twice_is_voided_once(world, office, two):
    first = await void_slip(world, office.clerk, slip_id=two[0].id, reason="打印不清")
    again = await void_slip(world, office.clerk, slip_id=two[0].id, reason="打印不清")
    assert first == again


@pytest.mark.parametrize("reason", ["", " ", "坏", "长" * 61])
async def test_a_slip_is_not_voided_without_saying_why(world, office, two, reason):
    with pytest.raises(CauseNeeded):
        await void_slip(world, office.clerk, slip_id=two[0].id, reason=reason)
    with pytest.raises(CauseNeeded):
        await send_back(world, office.cashier, hand_in_id="hdn0", reason=reason)


async def test_a_slip_that_was_handed_in_is_not_voided_any_more(world, office, two):
    await office.hands_in(*two)
    with pytest.raises(StepNotAllowed):
        await void_slip(world, office.clerk, slip_id=two[0].id, reason="打印不清")


async def test_another_clerks_slip_is_not_voided(world, office, two):
    with pytest.raises(NotYours):
        await void_slip(world, office.another(), slip_id=two[0].id, reason="打印不清")
