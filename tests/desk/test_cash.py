"""Cash over the counter is taken once, has its numbered slip, and is judged like any other money."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from shebao.core.bill import BillNotOpen, BillState
from shebao.core.channel import Method
from shebao.core.desk.clerk import DutyMissing
from shebao.core.desk.slip import CashTooLittle, SlipDiffers, SlipState
from shebao.core.desk.till import CounterMethodClosed
from shebao.core.journal import clearing
from shebao.core.money import ZERO, Money
from shebao.core.order import OrderState
from shebao.core.payment import Misfit, PaymentState
from shebao.core.refusals import NotYours
from shebao.operations.desk.find_person import (
    LookReasonNeeded,
    NobodyOfThisNumber,
    owed_at_counter,
)
from shebao.operations.desk.open_at_counter import give_up
from shebao.operations.expire import expire_due
from shebao.store import receipts
from shebao.worker.sweep import sweep

CHANGZHOU = "320400"
AFTER_THE_FIRST_COMMIT = 10  # Looks at the clock until then.


class PulledPlugError(Exception):
    """The program ends here."""


class CutAt:
    """A clock that is looked at so many times, and then there is no power any more."""

    def __init__(self, now, moment):
        self._now, self._left = now, moment

    def __call__(self):
        self._left -= 1
        assert_power(self._left)
        return self._now()


def assert_power(left):
    if left == 0:
        raise PulledPlugError


async def test_cash_pays_the_bill_gives_a_receipt_and_lies_in_the_till(
    office, comer, state_of, world
):
    before = await office.holds(clearing(Method.CASH))
    slip = await office.collects(comer)
    assert await state_of(slip.order_id) is OrderState.PAID
    assert (await comer.bill()).state is BillState.PAID
    assert (slip.amount, slip.change) == (Money.yuan("930"), Money.yuan("70"))
    assert await office.in_till() == await office.counted_till() == Money.yuan("930")
    assert await office.holds(clearing(Method.CASH)) == before
    async with world.db.reading() as tx:
        [record] = await receipts.of_person(tx, region_code=CHANGZHOU, person_id=comer.person.id)
    assert record.method is Method.CASH


async def test_a_double_click_takes_the_money_once(office, comer, world):
    order_id, slip_id = await comer.order(office.clerk), world.mint("slp")
    one, other = await asyncio.gather(
        office.takes(order_id, slip_id=slip_id), office.takes(order_id, slip_id=slip_id)
    )
    assert one.number == other.number
    assert await office.in_till() == Money.yuan("930")


async def test_the_same_form_with_other_notes_in_it_is_refused(office, comer, world):
    order_id, slip_id = await comer.order(office.clerk), world.mint("slp")
    await office.takes(order_id, slip_id=slip_id)
    with pytest.raises(SlipDiffers):
        await office.takes(order_id, "2000", slip_id=slip_id)


async def test_a_slip_is_nobody_elses_to_ask_for(office, comer, world):
    order_id, slip_id = await comer.order(office.clerk), world.mint("slp")
    await office.takes(order_id, slip_id=slip_id)
    with pytest.raises(NotYours):
        await office.takes(order_id, slip_id=slip_id, clerk=office.another())


async def test_too_few_notes_take_nothing_and_use_no_number(office, comes):
    one, other = await comes(), await comes()
    with pytest.raises(CashTooLittle) as refused:
        await office.takes(await one.order(office.clerk), "929.99")
    assert refused.value.missing == Money.yuan("0.01")
    assert (await office.collects(other)).number.endswith("-000001")


async def test_numbers_follow_each_other_without_a_gap_however_many_press_at_once(office, comes):
    comers = [await comes() for _ in range(6)]
    opened = [await comer.order(office.clerk) for comer in comers]
    slips = await asyncio.gather(*(office.takes(order_id) for order_id in opened))
    numbers = sorted(int(slip.number.rpartition("-")[2]) for slip in slips)
    assert numbers == [1, 2, 3, 4, 5, 6]


async def test_each_clerk_of_an_office_has_a_book_of_their_own(office, comes):
    others = [office.another() for _ in range(3)]
    opened = [await (await comes()).order(clerk) for clerk in others]
    pairs = zip(opened, others, strict=True)
    slips = await asyncio.gather(*(office.takes(order, clerk=clerk) for order, clerk in pairs))
    assert sorted(slip.number.removeprefix(office.name) for slip in slips) == [
        "-01-000001",
        "-02-000001",
        "-03-000001",
    ]


@pytest.mark.parametrize("moment", range(1, 14))
async def test_a_power_cut_at_any_moment_loses_nothing_and_takes_nothing_twice(
    office, comer, world, state_of, moment
):
    order_id, slip_id = await comer.order(office.clerk), world.mint("slp")
    office.world = replace(world, now=CutAt(world.now, moment))
    with suppress(PulledPlugError):
        await office.takes(order_id, slip_id=slip_id)
    office.world = world
    await sweep(world)
    slip = await office.takes(order_id, slip_id=slip_id)  # The clerk presses again.
    assert slip.number.endswith("-000001")
    assert await office.in_till() == Money.yuan("930")
    assert await state_of(order_id) is OrderState.PAID


async def test_what_was_written_before_the_power_cut_is_judged_by_the_worker(
    office, comer, world, state_of
):
    order_id, slip_id = await comer.order(office.clerk), world.mint("slp")
    office.world = replace(world, now=CutAt(world.now, AFTER_THE_FIRST_COMMIT))
    with pytest.raises(PulledPlugError):
        await office.takes(order_id, slip_id=slip_id)
    office.world = world
    assert await office.in_till() == Money.yuan("930")
    assert await state_of(order_id) is OrderState.PAYING
    await sweep(world)
    assert await state_of(order_id) is OrderState.PAID


async def test_a_bill_that_is_being_paid_at_the_counter_cannot_be_paid_online(office, comer):
    await comer.order(office.clerk)
    opened = await comer.online_order()
    assert isinstance(opened, BillNotOpen)


async def test_what_was_paid_online_while_the_clerk_counted_goes_back_by_hand(
    office, comer, world, clock, state_of, pays_online
):
    order_id = await comer.order(office.clerk)
    clock.passes(minutes=31)
    await expire_due(world, CHANGZHOU)
    assert await state_of(order_id) is OrderState.EXPIRED
    await pays_online(comer)
    slip = await office.takes(order_id)
    money = await office.verdict(slip)
    assert (money.state, money.misfit) == (PaymentState.UNAPPLIED, Misfit.TOO_LATE)
    assert await office.in_till() == Money.yuan("930")


async def test_cash_that_comes_when_the_order_has_just_expired_still_pays_the_bill(
    office, comer, world, clock, state_of
):
    order_id = await comer.order(office.clerk)
    clock.passes(minutes=31)
    await expire_due(world, CHANGZHOU)
    await office.takes(order_id)
    assert await state_of(order_id) is OrderState.PAID


async def test_two_clerks_with_one_order_before_them_take_it_once_and_set_the_other_aside(
    office, comer
):
    order_id, other = await comer.order(office.clerk), office.another()
    await office.takes(order_id)
    slip = await office.takes(order_id, clerk=other)
    assert (await office.verdict(slip)).misfit is Misfit.SECOND_PAYMENT
    assert await office.in_till(other) == Money.yuan("930")


async def test_a_clerk_without_the_duty_takes_nothing(office, comer, without, world):
    order_id = await comer.order(office.clerk)
    with pytest.raises(DutyMissing):
        await office.takes(order_id, clerk=without)
    with pytest.raises(DutyMissing):
        await comer.order(without)
    with pytest.raises(DutyMissing):
        await owed_at_counter(world, without, comer.person.id)
    assert await office.in_till(without) == ZERO


async def test_an_order_of_a_telephone_is_not_paid_in_cash(office, comer):
    order_id = await comer.online_order()
    with pytest.raises(NotYours):
        await office.takes(order_id)


async def test_a_person_is_found_by_number_and_the_look_is_kept(office, comer, finds, world, clock):
    with pytest.raises(LookReasonNeeded):
        await owed_at_counter(world, office.clerk, comer.person.id)
    found = await finds(comer)
    owed = await owed_at_counter(world, office.clerk, found.id)
    assert [due.bill.amount for due in owed.due] == [Money.yuan("930")]
    assert comer.number not in repr(owed.person)
    clock.passes(minutes=31)
    with pytest.raises(LookReasonNeeded):
        await owed_at_counter(world, office.clerk, found.id)


async def test_nobody_is_found_without_a_reason_or_a_number_somebody_has(finds, comer, people):
    with pytest.raises(LookReasonNeeded):
        await finds(comer, reason="curious")
    comer.number = people.number(born="19790203", prefix="320402")
    with pytest.raises(NobodyOfThisNumber):
        await finds(comer)


async def test_an_order_left_on_the_telephone_is_given_up_at_the_counter(
    office, comer, world, state_of
):
    order_id = await comer.online_order()
    await give_up(world, office.clerk, order_id=order_id, person_id=comer.person.id)
    assert await state_of(order_id) is OrderState.CANCELLED
    assert (await office.collects(comer)).state is SlipState.ISSUED


async def test_a_region_whose_counters_take_no_cash_opens_no_order_for_it(world, office, comer):
    in_beijing = type(office.clerk)("110000", "clk1", "钱七", "B1", office.clerk.duties)
    with pytest.raises(CounterMethodClosed):
        await comer.order(in_beijing)
