"""What the bank and the treasury say takes a day's money, and its bills, a step further."""

from datetime import timedelta

import pytest

from shebao.core.books.reconciliation import DifferenceKind
from shebao.core.books.repair import Remedy
from shebao.core.books.settlement import SettlementState
from shebao.core.money import Money
from shebao.operations.books.mend import approve, options, propose, undo

BANK = "交易时间,流水号,金额,借贷,摘要\n"
TREASURY = "入库日期,缴款书号,金额,批次号\n"


async def bank(book, *rows, day=None):
    return await book.compares(*rows, source="bank", day=day, headings=BANK, encoding="gb18030")


async def treasury(book, *rows, day=None):
    return await book.compares(
        *rows, source="treasury", day=day, headings=TREASURY, encoding="gb18030"
    )


def credit(book, serial, amount, *, says=None):
    days = says or f"{book.day:%Y%m%d}"
    return f"{book.day} 16:00:00,{serial},{amount},贷,微信支付清算{days}"


async def state_of_bills(book):
    return [held.bill.state for held in await book.household.bills()]


@pytest.fixture
async def due(book):
    """Two payments of a day, which WeChat owes us less two fen."""
    rows = [book.row(await book.pays("1200.00"), "1200.00") for _ in range(2)]
    assert await book.compares(*rows) == []
    return book


async def test_a_compared_day_is_owed_until_the_bank_says_it_came(due):
    [owed] = await due.owed()
    assert (owed.state, owed.net) == (SettlementState.DUE, Money.yuan("2399.98"))
    accounts = ("bank:settlement", "fees:wechat", "clearing:wechat")
    before = [await due.held(account) for account in accounts]
    assert await bank(due, credit(due, "B1", "2399.98")) == []
    moved = [await due.held(account) for account in accounts]
    changes = [now - was for now, was in zip(moved, before, strict=True)]
    assert changes == [Money.yuan("2399.98"), Money.yuan("0.02"), -Money.yuan("2400")]
    assert await state_of_bills(due) == ["settled", "settled"]


async def test_the_bank_told_twice_settles_once(due):
    await bank(due, credit(due, "B2", "2399.98"))
    held = await due.held("bank:settlement")
    assert await due.again(source="bank") == []
    assert await due.held("bank:settlement") == held


async def test_a_day_that_comes_in_two_sums_is_settled_by_both(due):
    found = await bank(due, credit(due, "B3", "2000.00"), credit(due, "B4", "399.98"))
    assert found == []
    assert [one.state for one in await due.owed()] == [SettlementState.SETTLED]


async def test_one_sum_may_be_for_several_days(due, clock):
    clock.passes(days=1)
    tomorrow = due.day + timedelta(days=1)
    paid = await due.pays("1200.00")
    await due.compares(due.row(paid, "1200.00"), day=tomorrow)
    days = f"{due.day:%Y%m%d}-{tomorrow:%Y%m%d}"
    assert await bank(due, credit(due, "B5", "3599.97", says=days), day=tomorrow) == []
    assert await state_of_bills(due) == ["settled"] * 3


async def test_a_sum_that_is_for_nothing_we_know_is_an_unknown_one(due):
    [odd] = await bank(due, f"{due.day} 16:00:00,B6,7.00,贷,利息")
    assert (odd.kind, odd.gap) == (DifferenceKind.UNKNOWN, Money.yuan("7"))


async def test_a_settlement_of_another_amount_is_told_and_settled_by_two_people(due, first, second):
    [odd] = await bank(due, credit(due, "B7", "2399.00"))
    assert (odd.kind, odd.gap) == (DifferenceKind.AMOUNT, -Money.yuan("0.98"))
    before = await due.held("bank:settlement")
    repair_id = await propose(
        due.world, first, odd.id, remedy=Remedy.BOOK_APART, says="渠道少付，已催"
    )
    await approve(due.world, second, repair_id)
    assert await due.held("bank:settlement") == before + Money.yuan("2399")
    assert await state_of_bills(due) == ["settled", "settled"]
    assert await due.again(source="bank") == []


async def test_what_was_settled_before_and_comes_again_is_a_duplicate(due):
    await bank(due, credit(due, "B8", "2399.98"))
    tomorrow = due.day + timedelta(days=1)
    [odd] = await bank(due, credit(due, "B9", "2399.98"), day=tomorrow)
    assert odd.kind is DifferenceKind.DUPLICATE


@pytest.fixture
async def settled(due):
    """The same day, in our bank."""
    await bank(due, credit(due, "B10", "2399.98"))
    return due


def voucher(book, number, amount, *, fund="pension"):
    return f"{book.day},{number},{amount},wechat/{book.day}/{fund}"


async def test_bills_are_remitted_when_the_treasury_has_every_fund(settled):
    held = await settled.held("treasury:pension")
    assert await treasury(settled, voucher(settled, "T1", "2400.00")) == []
    assert await settled.held("treasury:pension") == held + Money.yuan("2400")
    assert await state_of_bills(settled) == ["remitted", "remitted"]
    assert [one.state for one in await settled.owed()] == [SettlementState.REMITTED]


async def test_the_treasury_told_twice_is_told_once(settled):
    await treasury(settled, voucher(settled, "T2", "2400.00"))
    held = await settled.held("treasury:pension")
    assert await settled.again(source="treasury") == []
    assert await settled.held("treasury:pension") == held


@pytest.mark.parametrize(
    ("amount", "fund", "kind"),
    [
        ("2399.00", "pension", DifferenceKind.AMOUNT),
        ("2400.00", "medical", DifferenceKind.UNKNOWN),
    ],
)
async def test_what_the_treasury_says_otherwise_is_told_and_remits_nothing(
    settled, amount, fund, kind
):
    [odd] = await treasury(settled, voucher(settled, f"T{kind}", amount, fund=fund))
    assert odd.kind is kind
    assert await state_of_bills(settled) == ["settled", "settled"]


async def booked_apart(book, odd, first, second):
    """What two people make of a treasury difference: the proposal, and what they were shown."""
    [option] = await options(book.world, region_code="110000", difference_id=odd.id)
    repair_id = await propose(
        book.world, first, odd.id, remedy=Remedy.BOOK_APART, says="已向国库查询"
    )
    await approve(book.world, second, repair_id)
    return repair_id, {line.account: line.amount for line in option.entry.lines}


APART = "difference:treasury"


async def test_another_amount_in_the_treasury_is_confirmed_and_its_gap_booked_apart(
    settled, first, second
):
    [odd] = await treasury(settled, voucher(settled, "T5", "2399.00"))
    held, apart = await settled.held("treasury:pension"), await settled.held(APART)
    _, shown = await booked_apart(settled, odd, first, second)
    assert shown == {"treasury:pension": -Money.yuan("1"), APART: Money.yuan("1")}
    assert await settled.held("treasury:pension") == held + Money.yuan("2399")
    assert await settled.held(APART) == apart + Money.yuan("1")
    assert await state_of_bills(settled) == ["remitted", "remitted"]
    assert await settled.again(source="treasury") == []


@pytest.mark.parametrize(
    ("says", "account"),
    [("wechat/{day}/medical", "treasury:medical"), ("更正", "treasury:unassigned")],
)
async def test_what_nobody_sent_to_the_treasury_is_booked_apart_and_can_be_answered(
    settled, first, second, says, account
):
    row = f"{settled.day},T6,77.00,{says.format(day=settled.day)}"
    [odd] = await treasury(settled, row)
    held, apart = await settled.held(account), await settled.held(APART)
    repair_id, shown = await booked_apart(settled, odd, first, second)
    assert shown == {account: Money.yuan("77"), APART: -Money.yuan("77")}
    assert await settled.held(account) == held + Money.yuan("77")
    await undo(settled.world, second, repair_id)
    assert (await settled.held(account), await settled.held(APART)) == (held, apart)


async def test_what_the_treasury_has_twice_is_booked_apart(settled, first, second):
    await treasury(settled, voucher(settled, "T7", "2400.00"))
    tomorrow = settled.day + timedelta(days=1)
    [odd] = await treasury(settled, voucher(settled, "T8", "2400.00"), day=tomorrow)
    assert odd.kind is DifferenceKind.DUPLICATE
    _, shown = await booked_apart(settled, odd, first, second)
    assert shown == {"treasury:pension": Money.yuan("2400"), APART: -Money.yuan("2400")}
