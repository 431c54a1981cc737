"""Money is never refused: it pays its order, or is set aside with the reason; told once."""

import pytest

from shebao.core.bill import BillState
from shebao.core.channel import Method
from shebao.core.journal import SUSPENSE, clearing, fund
from shebao.core.money import Money
from shebao.core.order import OrderState
from shebao.core.payment import Misfit, PaymentState
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.expire import expire_due, withdraw
from shebao.operations.refund import refund_set_aside
from shebao.store import journal, promises, receipts

BEIJING = "110000"


async def held(world, account):
    async with world.db.reading() as tx:
        return await journal.balance(tx, region_code=BEIJING, account=account)


@pytest.fixture(autouse=True)
async def _promises_are_kept(world):
    """After every test of this room, no promise is broken."""
    yield
    async with world.db.reading() as tx:
        broken = await promises.broken(tx)
    assert {name: rows for name, rows in broken.items() if rows} == {}


@pytest.fixture
async def order(household):
    """An order of 1200 yuan at the channel: its id, and the attempt's."""
    order_id = await household.order(*await household.owes("1200.00"))
    return order_id, await household.attempt(order_id)


async def test_money_that_fits_pays_its_order_its_bills_and_the_fund(world, household, order, tell):
    order_id, attempt_id = order
    channel, pension = clearing(Method.WECHAT), fund("pension")
    before = await held(world, channel), await held(world, pension)
    await tell(attempt_id, "1200.00")
    assert await household.state(order_id) is OrderState.PAID
    assert [one.bill.state for one in await household.bills()] == [BillState.PAID]
    assert await held(world, channel) - before[0] == Money.yuan("1200.00")
    assert await held(world, pension) - before[1] == -Money.yuan("1200.00")


async def test_a_paid_bill_has_one_receipt_under_twenty_digits(world, household, order, tell):
    _, attempt_id = order
    await tell(attempt_id, "1200.00")
    async with world.db.reading() as tx:
        [record] = await receipts.of_person(tx, region_code=BEIJING, person_id=household.person.id)
    assert len(record.number) == 20
    assert record.number.startswith(BEIJING)
    assert record.number.isdigit()


@pytest.mark.parametrize("notice_id", [None, "EV-told-otherwise"], ids=["same", "renumbered"])
async def test_told_twice_is_told_once(world, household, order, tell, notice_id):
    order_id, attempt_id = order
    before = await held(world, clearing(Method.WECHAT))
    await tell(attempt_id, "1200.00")
    await tell(attempt_id, "1200.00", notice_id=notice_id and notice_id + attempt_id)
    assert await held(world, clearing(Method.WECHAT)) - before == Money.yuan("1200.00")
    assert len(await household.money(order_id)) == 1


async def test_another_amount_is_set_aside_and_the_order_stays_payable(
    world, household, order, tell
):
    order_id, attempt_id = order
    before = await held(world, SUSPENSE)
    await tell(attempt_id, "1.00")
    [money] = await household.money(order_id)
    assert (money.state, money.misfit) == (PaymentState.UNAPPLIED, Misfit.WRONG_AMOUNT)
    assert await held(world, SUSPENSE) - before == -Money.yuan("1.00")
    assert await household.state(order_id) is OrderState.PAYING


async def test_money_for_an_order_nobody_knows_is_written_down(world, tell):
    before = await held(world, SUSPENSE)
    await tell(world.mint("att"), "8.80")
    assert await held(world, SUSPENSE) - before == -Money.yuan("8.80")


async def test_a_second_sum_for_a_paid_order_is_set_aside(household, order, tell):
    order_id, attempt_id = order
    await tell(attempt_id, "1200.00")
    await tell(attempt_id, "1200.00", reference=f"4200second{attempt_id[-8:]}")
    first, second = await household.money(order_id)
    assert {first.state, second.state} == {PaymentState.APPLIED, PaymentState.UNAPPLIED}
    assert Misfit.SECOND_PAYMENT in {first.misfit, second.misfit}


async def test_two_sums_for_one_order_in_one_batch_pay_it_once(world, household, order, tell):
    order_id, attempt_id = order
    await tell(attempt_id, "1200.00", reference=f"A{attempt_id}")
    await tell(attempt_id, "1200.00", reference=f"B{attempt_id}")
    states = {money.state for money in await household.money(order_id)}
    assert states == {PaymentState.APPLIED, PaymentState.UNAPPLIED}


async def test_late_money_pays_an_expired_order_whose_bills_nobody_took(
    world, household, order, tell, clock
):
    order_id, attempt_id = order
    clock.passes(minutes=31)
    while await household.state(order_id) is not OrderState.EXPIRED:
        assert await expire_due(world, BEIJING)
    assert [one.bill.state for one in await household.bills()] == [BillState.PAYABLE]
    await tell(attempt_id, "1200.00")
    assert await household.state(order_id) is OrderState.PAID
    assert [one.bill.state for one in await household.bills()] == [BillState.PAID]


async def test_late_money_goes_back_when_somebody_else_holds_the_bill(
    world, household, order, tell, clock
):
    order_id, attempt_id = order
    clock.passes(minutes=31)
    while await household.state(order_id) is not OrderState.EXPIRED:
        assert await expire_due(world, BEIJING)
    await household.order(*[one.bill for one in await household.bills()])
    await tell(attempt_id, "1200.00")
    [money] = await household.money(order_id)
    assert (money.state, money.misfit) == (PaymentState.UNAPPLIED, Misfit.TOO_LATE)
    assert await refund_set_aside(world, BEIJING) > 0
    [money] = await household.money(order_id)
    assert money.state is PaymentState.REFUNDING


async def test_an_order_nobody_began_to_pay_is_given_up_at_once(world, household):
    order_id = await household.order(*await household.owes("1200.00"))
    state = await withdraw(
        world, region_code=BEIJING, order_id=order_id, payer_id=household.person.id
    )
    assert state is OrderState.CANCELLED
    assert [one.bill.state for one in await household.bills()] == [BillState.PAYABLE]


async def expired(world, household, clock, *owed):
    """An order that was at the channel and has expired: its attempt."""
    order_id = await household.order(*owed)
    attempt_id = await household.attempt(order_id)
    clock.passes(minutes=31)
    while await household.state(order_id) is not OrderState.EXPIRED:
        assert await expire_due(world, BEIJING)
    return order_id, attempt_id


async def test_late_money_of_two_orders_of_one_bill_told_at_once_pays_it_once(
    world, household, clock, tell
):
    owed = await household.owes("1200.00")
    first, one = await expired(world, household, clock, *owed)
    second, other = await expired(world, household, clock, *owed)
    await shelve(world, [tell.notice(one, "1200.00"), tell.notice(other, "1200.00")])
    while await judge_waiting(world, BEIJING):
        pass
    [money], [more] = await household.money(first), await household.money(second)
    assert {money.state, more.state} == {PaymentState.APPLIED, PaymentState.UNAPPLIED}
    assert [held.bill.state for held in await household.bills()] == [BillState.PAID]
