"""What a bank takes back is booked by its type, owed again where it had paid, and told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shebao.core.bill import BillState
from shebao.core.channel import Forged, Method
from shebao.core.journal import SUSPENSE, TAKEN_TWICE, Account, clearing
from shebao.core.money import Money
from shebao.core.order import OrderState
from shebao.core.payment import PaymentState
from shebao.core.receipt import ReceiptState
from shebao.core.refusals import Unanswered
from shebao.operations.collect import judge_waiting
from shebao.operations.deduction.reverse import judge_reversals, shelve_reversal, tell_payers
from shebao.operations.inquire import inquire
from shebao.operations.pay import pay
from shebao.operations.refund import advance_refunds, refund_set_aside
from shebao.store import journal, promises, receipts
from shebao.store.deduction.reversals import ReversalNotice

BEIJING = "110000"
HELD = clearing(Method.AGREEMENT)
PENSION = Account("fund:pension")


@pytest.fixture
def holds(world):
    """What an account of the journal holds."""

    async def holds(account):
        async with world.db.reading() as tx:
            return await journal.balance(tx, region_code=BEIJING, account=account)

    return holds


@pytest.fixture
def take_back(world, teller, attempt_of, letters):
    """The bank takes an attempt's money back, and its notice of it comes in."""

    async def take_back(order_id, *, attempt_id=None, times=1, **more):
        attempt_id = attempt_id or (await attempt_of(order_id)).id
        row = await teller.takes_back(attempt_id)
        body = {
            "pay_no": attempt_id,
            "bank_serial": row["bank_serial"],
            "reversal_serial": row["reversal_no"],
            "amount": str(Money(row["amount_fen"])),
            "reversal_time": f"{datetime.now(UTC):%Y%m%d%H%M%S}",
            "reason": "付款人开户行冲正",
        }
        headers, text = letters.letter("SB9004", body | more, at=world.now())
        told = world.channel(Method.AGREEMENT).open_notice(headers, text, now=world.now())
        notice = ReversalNotice(BEIJING, Method.AGREEMENT, world.now(), "", text, told)
        for _ in range(times):
            await shelve_reversal(world, notice)
        await judge_reversals(world, BEIJING)
        return row["reversal_no"]

    return take_back


async def reversal(db, number):
    async with db.reading() as tx:
        return await tx.connection.fetchrow("SELECT * FROM reversals WHERE number = $1", number)


async def kept(db):
    async with db.reading() as tx:
        return {name: broken for name, broken in (await promises.broken(tx)).items() if broken}


async def test_what_was_paid_with_the_money_is_owed_again(
    world, paying, order_id, household, active, take_back, db, holds
):
    before = await holds(HELD), await holds(PENSION)
    await pay(world, paying)
    [paid] = await household.bills()
    number = await take_back(order_id)
    [owed] = await household.bills()
    assert owed.bill.id != paid.bill.id
    assert owed.bill.state is BillState.PAYABLE
    assert (owed.bill.amount, owed.bill.label) == (paid.bill.amount, paid.bill.label)
    assert (await reversal(db, number))["undone"] == "bills"
    assert (await holds(HELD), await holds(PENSION)) == before
    assert await household.state(order_id) is OrderState.PAID
    assert await kept(db) == {}


async def test_the_bill_went_through_reversing_and_its_receipt_counts_no_more(
    world, paying, order_id, household, active, take_back, db
):
    await pay(world, paying)
    [paid] = await household.bills()
    await take_back(order_id)
    async with db.reading() as tx:
        events = await tx.connection.fetch(
            "SELECT state FROM events WHERE subject_id = $1 ORDER BY version", paid.bill.id
        )
        [record] = await receipts.of_person(tx, region_code=BEIJING, person_id=household.person.id)
    assert [row["state"] for row in events][-3:] == ["paid", "reversing", "reversed"]
    assert record.state is ReceiptState.VOIDED


async def test_what_is_owed_again_can_be_paid_again(
    world, paying, order_id, household, active, take_back, db
):
    await pay(world, paying)
    await take_back(order_id)
    [owed] = await household.bills()
    second = await household.order(owed.bill)
    await pay(world, replace(paying, order_id=second))
    assert await household.state(second) is OrderState.PAID
    assert await kept(db) == {}


async def test_told_of_twice_it_is_taken_back_once(
    world, paying, order_id, household, active, take_back, db, holds
):
    before = await holds(HELD)
    await pay(world, paying)
    await take_back(order_id, times=2)
    await take_back(order_id)
    assert await holds(HELD) == before
    assert len(await household.bills()) == 1


async def test_a_forged_taking_back_changes_nothing(
    world, paying, order_id, household, active, letters, attempt_of
):
    await pay(world, paying)
    headers, text = letters.letter("SB9004", {"pay_no": (await attempt_of(order_id)).id})
    with pytest.raises(Forged):
        world.channel(Method.AGREEMENT).open_notice(headers, text + b" ", now=world.now())
    with pytest.raises(Forged):
        world.channel(Method.AGREEMENT).open_notice(headers, text, now=world.now())
    assert [held.bill.state for held in await household.bills()] == [BillState.PAID]


async def test_the_payer_is_told_once(world, paying, order_id, household, active, take_back, inbox):
    phone = "13712340001"
    await _telephone(world, household, phone)
    await pay(world, paying)
    await take_back(order_id)
    await tell_payers(world, BEIJING)
    await tell_payers(world, BEIJING)
    told = [one for one in await inbox(phone) if one["template"] == "bank_took_back"]
    assert [one["parameters"]["amount"] for one in told] == ["1200.00"]


async def _telephone(world, household, phone):
    async with world.db.transaction() as tx:
        await tx.connection.execute(
            "UPDATE persons SET phone_sealed = $1 WHERE id = $2",
            world.vault.seal(phone),
            household.person.id,
        )


async def test_money_in_suspense_has_gone_back_this_way(
    world, paying, order_id, household, active, teller, take_back, holds, db, clock, tell,
    attempt_of,
):  # fmt: skip
    await teller.goes_wrong("answer_lost", on="prepay")
    with pytest.raises(Unanswered):
        await pay(world, paying)
    attempt = await attempt_of(order_id)
    await tell(await household.attempt(order_id), "1200.00")
    before = await holds(HELD), await holds(SUSPENSE)
    await _asked(world, attempt)
    number = await take_back(order_id, attempt_id=attempt.id)
    assert (await reversal(db, number))["undone"] == "suspense"
    assert (await holds(HELD), await holds(SUSPENSE)) == before
    await refund_set_aside(world, BEIJING)
    money = {one.method: one.state for one in await household.money(order_id)}
    assert money[Method.AGREEMENT] is PaymentState.REFUNDED
    assert await holds(HELD) == before[0]
    assert await kept(db) == {}


async def test_money_that_had_gone_back_before_is_for_a_person_to_ask_for(
    world, paying, order_id, household, active, teller, letters, take_back, holds, db, clock,
    tell, attempt_of,
):  # fmt: skip
    await teller.goes_wrong("answer_lost", on="prepay")
    with pytest.raises(Unanswered):
        await pay(world, paying)
    attempt = await attempt_of(order_id)
    await tell(await household.attempt(order_id), "1200.00")
    await _asked(world, attempt)
    await refund_set_aside(world, BEIJING)
    clock.passes(seconds=6)
    await advance_refunds(world, BEIJING)
    before = await holds(TAKEN_TWICE)
    number = await take_back(order_id, attempt_id=attempt.id)
    found = await reversal(db, number)
    assert (found["state"], found["undone"]) == ("manual", "gone_back")
    assert await holds(TAKEN_TWICE) - before == Money.yuan("1200.00")
    assert await kept(db) == {}


async def test_a_taking_back_of_another_amount_is_for_a_person(
    world, paying, order_id, household, active, take_back, db
):
    await pay(world, paying)
    number = await take_back(order_id, amount="1.00")
    found = await reversal(db, number)
    assert (found["state"], found["undone"]) == ("manual", "another_amount")
    assert [held.bill.state for held in await household.bills()] == [BillState.PAID]


async def test_a_taking_back_of_money_nobody_told_of_waits_for_the_money(
    world, paying, order_id, household, active, teller, take_back, db, clock, attempt_of, holds
):
    before = await holds(HELD)
    await teller.goes_wrong("answer_lost", on="prepay")
    with pytest.raises(Unanswered):
        await pay(world, paying)
    attempt = await attempt_of(order_id)
    number = await take_back(order_id)
    assert (await reversal(db, number))["state"] == "told"
    await _asked(world, attempt)
    clock.passes(seconds=61)
    await judge_reversals(world, BEIJING)
    assert (await reversal(db, number))["undone"] == "bills"
    assert await holds(HELD) == before
    assert await kept(db) == {}


async def test_after_three_days_money_nobody_told_of_is_for_a_person(
    world, household, letters, db, clock
):
    body = {
        "pay_no": world.mint("att"),
        "bank_serial": "20250512000000000001",
        "reversal_serial": "20250512000000000002",
        "amount": "1.00",
        "reversal_time": "20250512103000",
    }
    headers, text = letters.letter("SB9004", body, at=world.now())
    told = world.channel(Method.AGREEMENT).open_notice(headers, text, now=world.now())
    notice = ReversalNotice(BEIJING, Method.AGREEMENT, world.now(), "", text, told)
    await shelve_reversal(world, notice)
    clock.passes(days=3, seconds=1)
    await judge_reversals(world, BEIJING)
    found = await reversal(db, "20250512000000000002")
    assert (found["state"], found["undone"]) == ("manual", "unknown_money")


async def _asked(world, attempt):
    await inquire(world, region_code=BEIJING, method=attempt.method, attempt_id=attempt.id)
    while await judge_waiting(world, BEIJING):
        pass
