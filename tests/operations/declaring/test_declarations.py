"""What is submitted is on record, of every channel, and may be taken back until it is paid."""

import pytest

from shebao.core.bill import BillKind, BillState
from shebao.core.declaration import DatesBackwards, DeclarationHeld, DeclarationPaid
from shebao.core.deduction.batch import CollectedByBank
from shebao.core.money import ZERO, Money
from shebao.core.period import Period
from shebao.core.refusals import NotYours
from shebao.operations.declaring.declarations import declared_between
from shebao.operations.issue_bills import Decision, push_decisions
from shebao.store import orders

BEIJING = "110000"


async def test_a_choice_is_declared_and_another_takes_its_place(payer):
    await payer.chooses("3000", 2025)
    await payer.chooses("4000", 2025)
    assert await payer.shown() == [("2025", "4000.00", "accepted"), ("2025", "3000.00", "voided")]
    assert [one.entry_channel for one in await payer.declared()] == ["baidu", "baidu"]


async def test_the_same_choice_again_is_no_second_declaration(payer):
    await payer.chooses("3000", 2025)
    await payer.chooses("3000", 2025)
    assert await payer.shown() == [("2025", "3000.00", "accepted")]


async def test_what_the_agency_decided_is_declared_when_somebody_submits_it(world, payer):
    decision = Decision(
        kind=BillKind.BACK_PAY, period=Period(2021), amount=Money.yuan("1000"), government=ZERO,
        document="补 2021", label="补缴 2021 年",
    )  # fmt: skip
    await push_decisions(world, enrolment=payer.enrolment, decisions=[decision])
    assert await payer.shown() == []
    [bill] = await payer.bills()
    await payer.orders(bill.id)
    [found] = await payer.declared()
    assert (found.entry_channel, found.kind, found.unpaid) == ("alipay", "back_pay", True)


async def test_taking_a_declaration_back_gives_up_the_order_and_leaves_what_is_owed(world, payer):
    [bill_id] = await payer.chooses("3000", 2025)
    order_id = await payer.orders(bill_id)
    [found] = await payer.declared()
    await payer.takes_back(found)
    await payer.takes_back(found)
    assert await payer.shown() == [("2025", "3000.00", "voided")]
    assert [bill.state for bill in await payer.bills()] == [BillState.PAYABLE]
    async with world.db.reading() as tx:
        assert (await orders.by_id(tx, region_code=BEIJING, order_id=order_id)).state == "cancelled"


async def test_what_was_taken_back_may_be_submitted_again(payer):
    [bill_id] = await payer.chooses("3000", 2025)
    [found] = await payer.declared()
    await payer.takes_back(found)
    await payer.orders(bill_id, channel="baidu")
    assert [state for _, _, state in await payer.shown()] == ["accepted", "voided"]


async def test_a_stranger_takes_nobodys_declaration_back(payer, living):
    await payer.chooses("3000", 2025)
    [found] = await payer.declared()
    with pytest.raises(NotYours):
        await payer.takes_back(found, by=(await living()).person.id)


async def hold(by_hand, payer, bill_id, *, state, channel, payer_id):
    """What holds a bill, whoever it is: an order written as others write it."""
    order_id = await payer.orders(bill_id, channel=channel)
    await by_hand("orders", "payer_id", payer_id or payer.person.id, id=order_id)
    await by_hand("orders", "entry_channel", channel, id=order_id)
    await by_hand("bills", "state", state, id=bill_id)


@pytest.mark.parametrize(
    ("state", "channel", "whose", "refusal"),
    [
        ("paid", "baidu", None, DeclarationPaid),
        ("reserved", "batch", None, CollectedByBank),
        ("reserved", "baidu", "per00000000000000000000000009", DeclarationHeld),
    ],
)
async def test_what_is_paid_or_in_other_hands_is_not_taken_back(
    by_hand, payer, state, channel, whose, refusal
):
    [bill_id] = await payer.chooses("3000", 2025)
    await hold(by_hand, payer, bill_id, state=state, channel=channel, payer_id=whose)
    [found] = await payer.declared()
    with pytest.raises(refusal):
        await payer.takes_back(found)
    assert [one for _, _, one in await payer.shown()] == ["accepted"]


async def test_days_that_run_backwards_are_refused(world, payer):
    today = world.now().date()
    with pytest.raises(DatesBackwards):
        await declared_between(
            world,
            region_code=BEIJING,
            person_id=payer.person.id,
            first=today,
            last=today.replace(year=today.year - 1),
        )
