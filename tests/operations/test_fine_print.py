"""The money path keeps its conditions to the letter: the last day, the last second, the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.operations.conftest import BEIJING

from shebao.core.bill import Bill, BillKind, BillNotOpen, BillState, ShareOfBill, SpecialBillFirst
from shebao.core.channel import Outcome
from shebao.core.money import Money
from shebao.core.order import OrderGone, OrderState
from shebao.core.period import Period
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.open_order import Basket, BillLapsed, Known, decide
from shebao.operations.pay import pay
from shebao.store import orders, payments

LAST_DAY = date(2025, 6, 30)
PAYER = "per1"


def a_bill(**changed) -> Bill:
    amount = Money.yuan("1200.00")
    bill = Bill(
        region_code=BEIJING,
        id="bil1",
        person_id=PAYER,
        enrolment_id="enr1",
        scheme="resident_pension",
        period=Period(2025),
        kind=BillKind.YEARLY,
        amount=amount,
        shares=(ShareOfBill("pension", "personal", amount),),
        state=BillState.PAYABLE,
        version=1,
        held_by=None,
        payable_until=LAST_DAY,
        label="1200 元档",
    )
    return replace(bill, **changed)


def known(bill: Bill, *, today: date = LAST_DAY, special: tuple[str, ...] = ()) -> Known:
    return Known(
        bills={bill.id: bill},
        existing={},
        allowed=frozenset({(PAYER, bill.person_id)}),
        entrusted=frozenset(),
        special={bill.enrolment_id: special},
        today=today,
    )


BASKET = Basket(
    region_code=BEIJING,
    order_id="ord1",
    payer_id=PAYER,
    entry_channel="baidu",
    bill_ids=frozenset({"bil1"}),
)


def test_a_bill_can_be_paid_on_its_last_day():
    assert decide(BASKET, known(a_bill()), new={}, taken=()).bills == (a_bill(),)


def test_a_bill_cannot_be_paid_on_the_day_after():
    with pytest.raises(BillLapsed):
        decide(BASKET, known(a_bill(), today=LAST_DAY + timedelta(days=1)), new={}, taken=())


def test_the_years_bill_waits_for_the_special_one():
    with pytest.raises(SpecialBillFirst) as refused:
        decide(BASKET, known(a_bill(), special=("bil9",)), new={}, taken=())
    assert refused.value.bill_id == "bil9"


def test_a_special_bill_waits_for_no_other_special_one():
    special = a_bill(kind=BillKind.BACK_PAY)
    assert decide(BASKET, known(special, special=("bil9",)), new={}, taken=()).bills == (special,)


def test_who_comes_second_in_a_batch_is_told_that_the_bill_is_held():
    with pytest.raises(BillNotOpen) as refused:
        decide(BASKET, known(a_bill()), new={}, taken={"bil1"})
    assert refused.value.state == "reserved"


def test_whose_bill_is_paid_is_told_so():
    with pytest.raises(BillNotOpen) as refused:
        decide(BASKET, known(a_bill(state=BillState.PAID)), new={}, taken=())
    assert refused.value.state == BillState.PAID


async def expiry(world, order_id):
    async with world.db.reading() as tx:
        return (await orders.by_id(tx, region_code=BEIJING, order_id=order_id)).expires_at


async def test_in_the_very_moment_an_order_ends_it_is_not_payable_any_more(world, wish, order_id):
    end = await expiry(world, order_id)
    with pytest.raises(OrderGone) as refused:
        await pay(replace(world, now=lambda: end), wish)
    assert refused.value.state == OrderState.EXPIRING


async def test_who_pays_a_paid_order_again_is_told_that_it_is_paid(
    world, wish, order_id, household, tell
):
    await tell(await household.attempt(order_id), "1200.00")
    with pytest.raises(OrderGone) as refused:
        await pay(world, wish)
    assert refused.value.state == OrderState.PAID


async def verdicts(world, attempt_id):
    async with world.db.reading() as tx:
        rows = await tx.connection.fetch(
            "SELECT verdict FROM notices WHERE subject_id = $1 ORDER BY received_at", attempt_id
        )
    return [row["verdict"] for row in rows]


async def test_beside_every_notice_stands_what_we_made_of_it(world, household, order_id, tell):
    attempt_id = await household.attempt(order_id)
    await tell(attempt_id, "1.00", reference=f"A{attempt_id}")
    await tell(attempt_id, "1200.00", reference=f"B{attempt_id}")
    await tell(attempt_id, "1200.00", reference=f"B{attempt_id}", notice_id=f"again{attempt_id}")
    assert await verdicts(world, attempt_id) == ["wrong_amount", "applied", "told_before"]


async def test_a_notice_that_speaks_of_no_money_keeps_the_channels_own_word(
    world, household, order_id, tell
):
    attempt_id = await household.attempt(order_id)
    notice = tell.notice(attempt_id, "1200.00")
    closed = replace(notice.told, outcome=Outcome.CLOSED, amount=None, reference=None)
    await shelve(world, [replace(notice, told=closed)])
    await judge_waiting(world, BEIJING)
    assert await verdicts(world, attempt_id) == ["closed"]
    assert await household.money(order_id) == []


async def test_money_of_nobodys_order_told_twice_in_one_breath_is_written_once(world, tell):
    stray = world.mint("att")
    told = [tell.notice(stray, "8.80", notice_id=f"{n}{stray}") for n in ("one", "two")]
    await shelve(world, told)
    while await judge_waiting(world, BEIJING):
        pass
    key = (told[0].method, told[0].told.reference)
    async with world.db.reading() as tx:
        found = await payments.known(tx, region_code=BEIJING, keys=[key])
    assert found == {key}
    assert sorted(await verdicts(world, stray)) == ["told_before", "unknown_attempt"]
