"""A collector pays once for many; what does not fit goes back, and one of many can have theirs back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shebao.core.bill import BillState
from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.journal import BANK, SUSPENSE, clearing
from shebao.core.money import Money
from shebao.core.order import OrderEmpty, OrderState
from shebao.core.payment import PaymentState
from shebao.core.policy.returning import Ground
from shebao.core.receipt import ReceiptState
from shebao.core.refund import RefundState
from shebao.core.roster.line import PaidAlready, StillInPayment
from shebao.operations.books.compare import compare_waiting
from shebao.operations.books.mend import approve, propose_sent_by_hand
from shebao.operations.books.read_statements import keep_file, read_file
from shebao.operations.desk.by_hand import take_over
from shebao.operations.desk.decide import approve as agree
from shebao.operations.desk.decide import check
from shebao.operations.desk.requests import Ask, NothingToGiveBack
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.refund import advance_refunds, refund_set_aside
from shebao.operations.roster.leave import ask_back, come_back, leave
from shebao.operations.roster.look import look_at_lines
from shebao.operations.roster.pay_once import (
    Payment,
    look_at_payment,
    pay_once,
    withdraw_payment,
)
from shebao.store import journal, payments, receipts, refunds
from shebao.store.books import settlements

CHANGZHOU = "320400"


@pytest.fixture
def pays(world, school):
    """The school takes a roster's unpaid bills together."""

    async def pays(roster, *, order_id=None, method=Method.TRANSFER):
        payment = Payment(order_id or world.mint("ord"), roster.id, method)
        return payment, await pay_once(world, school.clerk, payment)

    return pays


@pytest.fixture
def bank_tells(world, tmp_path):
    """The bank's file of a day, with transfers: number and amount each."""
    serials = iter(range(1, 99))

    async def tells(*transfers, day=None):
        at = world.now()
        day = day or at.astimezone().date()
        rows = [
            f"{at:%Y-%m-%d %H:%M:%S},{at:%H%M%S%f}{next(serials):02d},{amount},贷,社保费 {number}"
            for number, amount in transfers
        ]
        file = tmp_path / f"{day}-{at:%H%M%S%f}.csv"
        file.write_bytes("\n".join(["交易时间,流水号,金额,借贷,摘要", *rows]).encode("gb18030"))
        place = await keep_file(world, file, region_code=CHANGZHOU, source="bank", day=day)
        await read_file(world, place)
        await compare_waiting(world, CHANGZHOU)
        return day

    return tells


@pytest.fixture
async def class_of_three(school, pupils):
    people = [await pupils() for _ in range(3)]
    return people, await school.lists(*(one.row() for one in people), title="一班")


async def holds(world, account):
    async with world.db.reading() as tx:
        return await journal.balance(tx, region_code=CHANGZHOU, account=account)


async def state_of(world, school, roster, payment):
    return (
        await look_at_payment(world, school.clerk, roster.id, payment.order_id)
    ).order.order.state


async def test_a_transfer_with_the_number_pays_exactly_these_bills(
    world, school, class_of_three, pays, bank_tells, bill_of
):
    people, roster = class_of_three
    before = {account: await holds(world, account) for account in (BANK, clearing(Method.TRANSFER))}
    payment, notice = await pays(roster)
    assert notice.amount == Money.yuan("1170")
    assert (await bill_of(people[0])).state is BillState.RESERVED
    grouped = " ".join(notice.number[at : at + 4] for at in range(0, 20, 4))
    day = await bank_tells((grouped, "1170.00"))
    assert await state_of(world, school, roster, payment) is OrderState.PAID
    assert {(await bill_of(one)).state for one in people} == {BillState.SETTLED}
    assert await holds(world, BANK) - before[BANK] == Money.yuan("1170")
    assert await holds(world, clearing(Method.TRANSFER)) == before[clearing(Method.TRANSFER)]
    assert {line.standing for line in await school.lines(roster)} == {"paid"}
    async with world.db.reading() as tx:
        found = await settlements.of_days(tx, region_code=CHANGZHOU, first_day=day, last_day=day)
    assert [one.method for one in found if one.method is Method.TRANSFER] == [Method.TRANSFER]


async def test_a_transfer_of_another_amount_waits_in_suspense_and_is_sent_back(
    world, school, class_of_three, pays, bank_tells
):
    _, roster = class_of_three
    payment, notice = await pays(roster)
    before = await holds(world, SUSPENSE)
    await bank_tells((notice.number, "1100.00"))
    assert before - await holds(world, SUSPENSE) == Money.yuan("1100")
    assert await state_of(world, school, roster, payment) is OrderState.PAYING
    await refund_set_aside(world, CHANGZHOU)
    world = replace(world, now=lambda now=world.now: now() + timedelta(minutes=1))
    await advance_refunds(world, CHANGZHOU)
    world = replace(world, now=lambda now=world.now: now() + timedelta(minutes=1))
    await advance_refunds(world, CHANGZHOU)
    async with world.db.reading() as tx:
        [one] = [
            row
            for row in await refunds.by_hand(tx, region_code=CHANGZHOU)
            if row.order_id == payment.order_id
        ]
    assert one.payer == school.collector.name
    asks, agrees = two_clerks(world)
    await take_over(world, asks, one.refund.id)
    repair = await propose_sent_by_hand(
        world, asks, refund_id=one.refund.id, reference="B123456", says="转账退回原账户"
    )
    await approve(world, agrees, repair)
    assert await holds(world, SUSPENSE) == before
    async with world.db.reading() as tx:
        [money] = await payments.of_order(tx, region_code=CHANGZHOU, order_id=payment.order_id)
    assert money.state is PaymentState.REFUNDED


def two_clerks(world):
    duties = frozenset(Duty)
    return (
        Clerk(CHANGZHOU, world.mint("clk"), "陈小敏", "中心", duties),
        Clerk(CHANGZHOU, world.mint("clk"), "周建国", "中心", duties),
    )


async def test_the_same_form_sent_twice_is_one_payment_and_holds_everybody_back(
    world, school, class_of_three, pays, bill_of
):
    people, roster = class_of_three
    payment, notice = await pays(roster)
    _, again = await pays(roster, order_id=payment.order_id)
    assert again.number == notice.number
    with pytest.raises(OrderEmpty):
        await pays(roster)
    bill = await bill_of(people[0])
    own = Basket(
        region_code=CHANGZHOU,
        order_id=world.mint("ord"),
        payer_id=people[0].person.id,
        entry_channel="wechat_mini",
        bill_ids=frozenset([bill.id]),
    )
    [refused] = await open_orders(world, [own])
    assert refused.code == "bill_not_open"
    with pytest.raises(StillInPayment):
        await leave(world, school.clerk, roster.id, 2)


async def test_money_that_comes_after_a_payment_was_withdrawn_still_pays_if_it_fits(
    world, school, class_of_three, pays, bank_tells, bill_of
):
    people, roster = class_of_three
    payment, notice = await pays(roster)
    assert await withdraw_payment(world, school.clerk, payment.order_id) is OrderState.EXPIRED
    assert (await bill_of(people[0])).state is BillState.PAYABLE
    await bank_tells((notice.number, "1170.00"))
    assert await state_of(world, school, roster, payment) is OrderState.PAID


async def test_who_leaves_before_is_not_paid_for_and_may_come_back(
    world, school, class_of_three, pays
):
    _, roster = class_of_three
    await leave(world, school.clerk, roster.id, 3)
    await leave(world, school.clerk, roster.id, 3)
    assert [one.line for one in await school.lines(roster, "left")] == [3]
    await come_back(world, school.clerk, roster.id, 3)
    await leave(world, school.clerk, roster.id, 2)
    _, notice = await pays(roster)
    assert notice.amount == Money.yuan("780")


async def test_one_of_a_paid_roster_has_the_money_back_and_the_others_stay_paid(
    world, school, class_of_three, pays, bank_tells, bill_of
):
    people, roster = class_of_three
    _, notice = await pays(roster)
    await bank_tells((notice.number, "1170.00"))
    with pytest.raises(PaidAlready):
        await leave(world, school.clerk, roster.id, 2)
    bill = await bill_of(people[1])
    async with world.db.reading() as tx:
        [record] = await receipts.of_person(
            tx, region_code=CHANGZHOU, person_id=people[1].person.id
        )
    wanted = Ask(CHANGZHOU, record.number, Ground.MISTAKEN, "学生已经转学，学校多报")
    request_id = await ask_back(world, school.clerk, wanted)
    asks, agrees = two_clerks(world)
    await check(world, asks, request_id)
    refund_id = await agree(world, agrees, request_id)
    assert (await bill_of(people[1])).state is BillState.REVERSING
    async with world.db.reading() as tx:
        refund = await refunds.by_id(tx, region_code=CHANGZHOU, refund_id=refund_id)
        found = await receipts.by_number(tx, region_code=CHANGZHOU, number=record.number)
    assert (refund.method, refund.amount, refund.paid) == (
        Method.TRANSFER,
        bill.amount,
        notice.amount,
    )
    assert refund.state is RefundState.APPROVED
    assert (found.receipt.state, found.payer_shown) == (
        ReceiptState.VOIDED,
        school.collector.name,
    )
    standings = [one.standing for one in await look_at_lines(world, school.clerk, roster.id)]
    assert sorted(standings) == ["going_back", "paid", "paid"]


async def test_what_a_family_paid_is_not_the_collectors_to_ask_for(world, school):
    wanted = Ask(CHANGZHOU, "32040023110500000001", Ground.MISTAKEN, "学生已经转学")
    with pytest.raises(NothingToGiveBack):
        await ask_back(world, school.clerk, wanted)
