"""A channel's file and our books are compared, and every kind of difference is told by its name."""

from datetime import timedelta

import pytest

from shebao.core.books.reconciliation import DifferenceKind, DifferenceState
from shebao.core.money import Money
from shebao.store.books import differences
from shebao.store.books.differences import Day

KIND = DifferenceKind


def told(found):
    return [(one.kind, one.number, one.gap) for one in found]


async def test_what_agrees_is_no_difference(book):
    paid = await book.pays("1200.00")
    assert await book.compares(book.row(paid, "1200.00")) == []


async def test_money_we_were_never_told_of_is_long(book):
    attempt_id = await book.untold("1200.00")
    found = await book.compares(book.row("W1", "1200.00", our_id=attempt_id))
    assert told(found) == [(KIND.LONG, "W1", Money.yuan("1200"))]


async def test_money_of_no_attempt_of_ours_is_an_unknown_order(book):
    found = await book.compares(book.row("W2", "5.00", our_id="somebody-elses"))
    assert told(found) == [(KIND.UNKNOWN, "W2", Money.yuan("5"))]


async def test_money_they_do_not_have_is_short(book):
    paid = await book.pays("1200.00")
    assert told(await book.compares()) == [(KIND.SHORT, paid, -Money.yuan("1200"))]


async def test_another_amount_under_the_same_number_is_told(book):
    paid = await book.pays("1200.00")
    found = await book.compares(book.row(paid, "1199.00"))
    assert told(found) == [(KIND.AMOUNT, paid, -Money.yuan("1"))]


async def test_the_same_money_twice_is_told_once_too_often(book):
    paid = await book.pays("1200.00")
    row = book.row(paid, "1200.00")
    assert told(await book.compares(row, row)) == [(KIND.DUPLICATE, paid, Money.yuan("1200"))]


async def test_a_sum_split_over_two_lines_is_the_sum(book):
    paid = await book.pays("1200.00")
    assert await book.compares(book.row(paid, "1000.00"), book.row(paid, "200.00")) == []


async def test_another_number_of_theirs_for_our_attempt_is_the_same_money(book):
    paid = await book.pays("1200.00")
    row = book.row("W3", "1200.00", our_id=f"att{paid[4:]}")
    assert await book.compares(row) == []


async def test_a_refund_nobody_asked_for_is_told_as_such(book):
    found = await book.compares(book.row("R1", "3.00", our_id="rfd-unheard-of", kind="退款"))
    assert told(found) == [(KIND.REFUND, "rfd-unheard-of", -Money.yuan("3"))]


async def test_money_at_the_edge_of_a_day_waits_for_the_next_file_and_is_found_there(book, clock):
    clock.passes(hours=11, minutes=30)
    paid = await book.pays("1200.00")
    [waiting] = await book.compares()
    assert (waiting.kind, waiting.state) == (KIND.CUT_OFF, DifferenceState.OPEN)
    tomorrow = book.day + timedelta(days=1)
    [found] = await book.compares(book.row(paid, "1200.00"), day=tomorrow)
    [was] = await book.differences()
    assert (found.kind, found.state) == (KIND.CUT_OFF, DifferenceState.CLEARED)
    assert (was.kind, was.state) == (KIND.CUT_OFF, DifferenceState.CLEARED)


async def test_money_the_next_file_does_not_have_either_is_short(book, clock):
    clock.passes(hours=11, minutes=30)
    paid = await book.pays("1200.00")
    await book.compares()
    await book.compares(day=book.day + timedelta(days=1))
    assert told(await book.differences()) == [(KIND.SHORT, paid, -Money.yuan("1200"))]


async def test_money_of_yesterday_that_yesterdays_file_had_is_there_twice(book):
    paid = await book.pays("1200.00")
    await book.compares(book.row(paid, "1200.00"))
    tomorrow = book.day + timedelta(days=1)
    found = await book.compares(book.row(paid, "1200.00"), day=tomorrow)
    assert told(found) == [(KIND.DUPLICATE, paid, Money.yuan("1200"))]


async def test_a_late_notice_explains_what_was_long(book):
    attempt_id = await book.untold("1200.00")
    [long] = await book.compares(book.row("W4", "1200.00", our_id=attempt_id))
    await book.hears(attempt_id, "1200.00", reference="W4")
    assert await book.again() == []
    [kept] = await book.all_differences()
    assert (kept.id, kept.state, kept.stands) == (long.id, DifferenceState.CLEARED, False)


@pytest.mark.parametrize("times", [2, 3])
async def test_comparing_again_and_again_changes_nothing(book, times):
    await book.pays("1200.00")
    first = await book.compares(book.row("W6", "5.00"))
    again = [await book.again() for _ in range(times)]
    assert again == [first] * times


class Undone(Exception):  # noqa: N818
    """Ends a transaction whose writing must not stay."""


async def test_what_a_bank_took_back_stands_in_its_file_as_ours(book):
    await book.compares(book.row("K1", "9.00", our_id="att-back", kind="退款"), source="agreement")
    day = Day(
        region_code="110000",
        source="agreement",
        day=book.day,
        begins=book.noon - timedelta(hours=12),
        ends=book.noon + timedelta(hours=12),
        ends_earlier=timedelta(),
        next_day_read=False,
    )
    found = []
    with pytest.raises(Undone):
        async with book.world.db.transaction() as tx:
            before = [one async for some in differences.candidates(tx, day) for one in some]
            await tx.connection.execute(
                "INSERT INTO reversals (region_code, method, number, received_at, headers, body,"
                " attempt_id, reference, amount_fen, happened_at, says, state, version)"
                " VALUES ('110000', 'agreement', 'K1', $1, '', '', 'att-back', 'P', 900, $1, '',"
                " 'booked', 2)",
                book.noon,
            )
            found = [one async for some in differences.candidates(tx, day) for one in some]
            raise Undone
    assert [one.number for one in before] == ["att-back"]
    assert found == []
