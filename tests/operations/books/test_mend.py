"""A difference is put right by two people, and what was booked can be answered."""

from datetime import timedelta

import pytest

from shebao.core.books.reconciliation import DifferenceKind, DifferenceState
from shebao.core.books.repair import Remedy, RemedyDoesNotFit, RepairCannotBeUndone
from shebao.core.channel import Method
from shebao.core.desk.clerk import DutyMissing
from shebao.core.desk.other_account import Carrier, other_account
from shebao.core.desk.request import AnotherClerkNeeded
from shebao.core.money import Money
from shebao.core.order import OrderState
from shebao.core.refund import RefundEvent, RefundState
from shebao.core.refusals import StepNotAllowed
from shebao.operations.books.look import look_at_differences, repairs_waiting
from shebao.operations.books.mend import (
    approve,
    decline,
    options,
    propose,
    propose_sent_by_hand,
    undo,
)
from shebao.operations.books.other_account import approve_account, propose_account
from shebao.operations.refund import refund_set_aside
from shebao.store import payments, refunds

BEIJING = "110000"
DIFFERENCE = "difference:wechat"
CLEARING = "clearing:wechat"
BANK = "交易时间,流水号,金额,借贷,摘要\n"


@pytest.fixture
async def short(book):
    """Money that WeChat does not have."""
    await book.pays("1200.00")
    [found] = await book.compares()
    return found


async def mended(book, first, second, difference, remedy):
    repair_id = await propose(book.world, first, difference.id, remedy=remedy, says="查过渠道")
    await approve(book.world, second, repair_id)
    return repair_id


async def money_of(book, reference):
    async with book.world.db.reading() as tx:
        key = (Method.WECHAT, reference)
        assert key in await payments.known(tx, region_code=BEIJING, keys=[key])
        return await refunds.of_payment(
            tx, region_code=BEIJING, method=Method.WECHAT, reference=reference
        )


async def test_money_nobody_told_us_of_is_taken_in_and_pays_its_order(book, first, second):
    attempt_id = await book.untold("1200.00")
    [long] = await book.compares(book.row("M1", "1200.00", our_id=attempt_id))
    await mended(book, first, second, long, Remedy.TAKE_IN)
    await book.settles()
    assert await book.again() == []
    [bill] = [held.bill for held in await book.household.bills()]
    assert bill.state == "paid"
    assert await book.household.state(bill.held_by) is OrderState.PAID


async def test_money_of_an_unknown_order_is_taken_in_to_go_back(book, first, second):
    [unknown] = await book.compares(book.row("M2", "5.00", our_id="nobody"))
    before = await book.held("suspense:unapplied")
    await mended(book, first, second, unknown, Remedy.TAKE_IN)
    await book.settles()
    assert await book.held("suspense:unapplied") == before - Money.yuan("5")
    await refund_set_aside(book.world, BEIJING)
    assert [one.state for one in await money_of(book, "M2")] == [RefundState.APPROVED]


async def test_what_is_booked_apart_makes_the_books_say_what_the_channel_says(
    book, short, first, second
):
    held = await book.held(CLEARING)
    [option] = await options(book.world, region_code=BEIJING, difference_id=short.id)
    assert [(line.account, line.amount) for line in option.entry.lines] == [
        (CLEARING, -Money.yuan("1200")),
        (DIFFERENCE, Money.yuan("1200")),
    ]
    await mended(book, first, second, short, option.remedy)
    assert await book.held(CLEARING) == held - Money.yuan("1200")
    [kept] = await book.differences()
    assert (kept.state, kept.kind) == (DifferenceState.REPAIRED, DifferenceKind.SHORT)


async def test_what_was_booked_is_undone_by_the_opposite_entry(book, short, first, second):
    held, apart = await book.held(CLEARING), await book.held(DIFFERENCE)
    repair_id = await mended(book, first, second, short, Remedy.BOOK_APART)
    await undo(book.world, second, repair_id)
    assert (await book.held(CLEARING), await book.held(DIFFERENCE)) == (held, apart)
    [kept] = await book.differences()
    assert kept.state is DifferenceState.OPEN


async def test_a_repair_is_undone_once(book, short, first, second):
    repair_id = await mended(book, first, second, short, Remedy.BOOK_APART)
    await undo(book.world, second, repair_id)
    with pytest.raises(RepairCannotBeUndone):
        await undo(book.world, second, repair_id)


async def test_whoever_proposed_does_not_approve(book, short, first):
    repair_id = await propose(
        book.world, first, short.id, remedy=Remedy.BOOK_APART, says="查过渠道"
    )
    with pytest.raises(AnotherClerkNeeded):
        await approve(book.world, first, repair_id)
    assert repair_id in {one.id for one in await repairs_waiting(book.world, BEIJING)}
    await decline(book.world, first, repair_id)


async def test_only_who_has_the_duty_approves(book, short, first, junior):
    repair_id = await propose(
        book.world, first, short.id, remedy=Remedy.BOOK_APART, says="查过渠道"
    )
    with pytest.raises(DutyMissing):
        await approve(book.world, junior, repair_id)
    with pytest.raises(DutyMissing):
        await decline(book.world, junior, repair_id)
    await decline(book.world, first, repair_id)


async def test_a_difference_has_one_proposal_at_a_time(book, short, first, second):
    repair_id = await propose(
        book.world, first, short.id, remedy=Remedy.BOOK_APART, says="查过渠道"
    )
    with pytest.raises(RemedyDoesNotFit):
        await propose(book.world, second, short.id, remedy=Remedy.BOOK_APART, says="也查过")
    await decline(book.world, second, repair_id)
    with pytest.raises(StepNotAllowed):
        await approve(book.world, second, repair_id)


async def test_a_remedy_for_something_else_does_not_fit(book, short, first):
    with pytest.raises(RemedyDoesNotFit):
        await propose(book.world, first, short.id, remedy=Remedy.TAKE_IN, says="试试")


async def test_a_proposal_that_has_become_needless_is_not_done(book, first, second):
    attempt_id = await book.untold("1200.00")
    [long] = await book.compares(book.row("M3", "1200.00", our_id=attempt_id))
    repair_id = await propose(book.world, first, long.id, remedy=Remedy.TAKE_IN, says="查过")
    await book.hears(attempt_id, "1200.00", reference="M3")
    await book.again()
    with pytest.raises(RemedyDoesNotFit):
        await approve(book.world, second, repair_id)
    await decline(book.world, second, repair_id)


async def test_all_that_was_done_about_a_difference_is_shown_with_it(book, short, first, second):
    repair_id = await mended(book, first, second, short, Remedy.BOOK_APART)
    span = book.day, book.day
    [seen] = await look_at_differences(book.world, span, region_code=BEIJING)
    assert [(one.id, one.proposed_by, one.decided_by) for one in seen.repairs] == [
        (repair_id, first.id, second.id)
    ]


@pytest.fixture
async def stuck(book):
    """Money of which we were told a yuan too much, and which the channel would not give back."""
    paid = await book.pays("1200.00", told="1201.00")
    await refund_set_aside(book.world, BEIJING)
    await _until_manual(book, paid)
    return paid


async def _until_manual(book, paid):
    [refund] = await money_of(book, paid)
    async with book.world.db.transaction() as tx:
        for event in (RefundEvent.SENT, RefundEvent.FAILED, RefundEvent.GIVEN_TO_A_PERSON):
            refund = await refunds.lock(tx, region_code=BEIJING, refund_id=refund.id)
            await refunds.step(tx, refund, event, at=book.world.now())


async def test_a_wrong_amount_is_put_right_and_goes_back_as_what_it_is(book, stuck, first, second):
    [wrong] = await book.compares(book.row(stuck, "1200.00", our_id=f"att{stuck[4:]}"))
    assert wrong.kind is DifferenceKind.AMOUNT
    await mended(book, first, second, wrong, Remedy.CORRECT_AMOUNT)
    [refund] = await money_of(book, stuck)
    assert (refund.state, refund.amount, refund.paid) == (
        RefundState.APPROVED,
        Money.yuan("1200"),
        Money.yuan("1200"),
    )
    assert await book.again() == []


async def test_money_that_is_not_stuck_is_not_corrected(book, first, second):
    paid = await book.pays("1200.00")
    [wrong] = await book.compares(book.row(paid, "1199.00"))
    with pytest.raises(RemedyDoesNotFit):
        await mended(book, first, second, wrong, Remedy.CORRECT_AMOUNT)


async def test_a_refund_sent_by_hand_leaves_our_bank_and_is_on_no_statement(
    book, stuck, first, second
):
    [refund] = await money_of(book, stuck)
    bank = await book.held("bank:settlement")
    repair_id = await propose_sent_by_hand(
        book.world, first, refund.id, reference="2024-77", says="原卡已注销，转到新卡"
    )
    await approve(book.world, second, repair_id)
    assert await book.held("bank:settlement") == bank - Money.yuan("1201")
    [done] = await money_of(book, stuck)
    assert done.state is RefundState.SUCCEEDED
    [wrong] = await book.compares(book.row(stuck, "1200.00", our_id=f"att{stuck[4:]}"))
    assert wrong.kind is DifferenceKind.AMOUNT


async def test_a_refund_under_way_is_not_sent_by_hand(book, first):
    paid = await book.pays("1200.00", told="1201.00")
    await refund_set_aside(book.world, BEIJING)
    [refund] = await money_of(book, paid)
    with pytest.raises(RemedyDoesNotFit):
        await propose_sent_by_hand(book.world, first, refund.id, reference="2024-78", says="急")


async def test_a_refund_the_channel_says_is_done_is_done(book, first, second):
    paid = await book.pays("1200.00", told="1201.00")
    await refund_set_aside(book.world, BEIJING)
    [refund] = await money_of(book, paid)
    async with book.world.db.transaction() as tx:
        await refunds.step(tx, refund, RefundEvent.SENT, at=book.world.now())
    rows = (
        book.row(paid, "1201.00"),
        book.row("R7", "1201.00", our_id=refund.id, kind="退款"),
    )
    [found] = await book.compares(*rows)
    assert found.kind is DifferenceKind.REFUND
    await mended(book, first, second, found, Remedy.BELIEVE_REFUND)
    await book.settles()
    [done] = await money_of(book, paid)
    assert done.state is RefundState.SUCCEEDED
    assert await book.again() == []


@pytest.fixture
async def transferred(book, stuck, first, second):
    """The stuck money went to an account of the payer's, under the bank's serial T77."""
    [refund] = await money_of(book, stuck)
    named = other_account(Carrier.TRANSFER, bank="工商银行", number="62220212345678", holder="王芳")
    repair_id = await propose_account(
        book.world, first, refund.id, account=named, says="原卡已注销，转到新卡"
    )
    await approve_account(book.world, second, repair_id, number=named.number, serial=f"T{book.day}")
    return f"{book.day} 15:00:00,T{book.day},{{amount}},借,退费"


async def test_a_transfer_two_people_made_is_known_when_the_bank_tells_of_it(book, transferred):
    bank = {"source": "bank", "headings": BANK, "encoding": "gb18030"}
    assert await book.compares(transferred.format(amount="1201.00"), **bank) == []
    assert await book.again(source="bank") == []
    tomorrow = book.day + timedelta(days=1)
    [again] = await book.compares(transferred.format(amount="1201.00"), day=tomorrow, **bank)
    assert again.kind is DifferenceKind.UNKNOWN


async def test_a_transfer_of_another_amount_is_a_difference(book, transferred):
    bank = {"source": "bank", "headings": BANK, "encoding": "gb18030"}
    [wrong] = await book.compares(transferred.format(amount="1210.00"), **bank)
    assert (wrong.kind, wrong.theirs) == (DifferenceKind.UNKNOWN, -Money.yuan("1210"))
