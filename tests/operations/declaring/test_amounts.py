"""An amount holds for the years it was set for, until it is changed or made void."""

import pytest

from shebao.core.bill import BillNotOpen, BillState
from shebao.core.policy.choice import AmountOutOfRange, NothingToChoose
from shebao.core.refusals import NotYours
from shebao.operations.declaring.set_amount import (
    YearsBackwards,
    YearsTooFar,
    effective_years,
    set_amount,
    standing_amounts,
)
from shebao.operations.declaring.void_amount import NoAmountSet
from shebao.store import enrolments


async def test_the_open_year_is_billed_and_the_others_are_being_processed(payer):
    done = await payer.sets("4000", 2025, 2027)
    assert len(done.bill_ids) == 1
    assert await payer.amounts() == {"2025": "4000.00", "2026": "4000.00", "2027": "4000.00"}
    assert sorted(await payer.shown()) == [
        ("2025", "4000.00", "accepted"),
        ("2026", "4000.00", "processing"),
        ("2027", "4000.00", "processing"),
    ]


async def test_a_year_set_again_has_the_newer_amount_and_the_others_keep_theirs(payer):
    await payer.sets("4000", 2025, 2026)
    await payer.sets("5000", 2026, 2026)
    assert await payer.amounts() == {"2025": "4000.00", "2026": "5000.00"}


async def test_an_amount_out_of_range_is_refused_for_years_nobody_knows_yet(payer):
    with pytest.raises(AmountOutOfRange):
        await payer.sets("9000.01", 2026, 2027)
    assert await payer.amounts() == {}


@pytest.mark.parametrize("years", [("2026", "2025"), ("2024", "2025"), ("x", "2025"), ("", "")])
def test_years_that_cannot_be_are_refused(years):
    with pytest.raises(YearsBackwards):
        effective_years(*years, this_year=2025)


def test_nobody_sets_an_amount_for_more_than_ten_years():
    assert len(effective_years("2025", "2034", this_year=2025)) == 10
    with pytest.raises(YearsTooFar):
        effective_years("2025", "2035", this_year=2025)


async def test_what_is_paid_by_the_month_has_no_yearly_amount(world, living):
    payer = await living(scheme="flexible_unemployment")
    with pytest.raises(NothingToChoose):
        await set_amount(world, payer.wish("4000", 2025))


async def test_a_void_amount_leaves_nothing_for_a_batch(world, payer):
    await payer.sets("4000", 2025, 2026)
    assert [str(period) for period in await payer.voids_amount()] == ["2025", "2026"]
    assert await payer.bills() == []
    assert await payer.amounts() == {}
    assert {state for _, _, state in await payer.shown()} == {"voided"}
    async with world.db.reading() as tx:
        told = await enrolments.by_id(tx, region_code="110000", enrolment_id=payer.enrolment.id)
    assert told.last_choice is None


async def test_an_amount_that_follows_by_itself_can_be_made_void(payer):
    assert [str(period) for period in await payer.voids_amount()] == ["2025"]
    with pytest.raises(NoAmountSet):
        await payer.voids_amount()


async def test_where_nothing_is_set_nothing_has_to_be_made_void(living):
    payer = await living()
    with pytest.raises(NoAmountSet):
        await payer.voids_amount()


async def test_a_year_that_is_paid_stays_paid_when_the_amount_is_made_void(by_hand, payer):
    [bill_id] = (await payer.sets("4000", 2025, 2026)).bill_ids
    await payer.orders(bill_id)
    with pytest.raises(BillNotOpen):
        await payer.voids_amount()
    await by_hand("bills", "state", "paid", id=bill_id)
    assert [str(period) for period in await payer.voids_amount()] == ["2026"]
    assert [bill.state for bill in await payer.bills()] == [BillState.PAID]
    assert await payer.amounts() == {"2025": "4000.00"}


async def test_taking_a_later_year_back_takes_its_amount_back(payer):
    await payer.sets("4000", 2025, 2026)
    [later] = [one for one in await payer.declared() if one.bill_id is None]
    await payer.takes_back(later)
    assert await payer.amounts() == {"2025": "4000.00"}


async def test_nobody_sets_a_strangers_amount(living, payer):
    other = await living()
    with pytest.raises(NotYours):
        await payer.voids_amount(by=other.person.id)


async def test_the_page_is_told_what_is_set_from_this_year_on(world, payer):
    await payer.sets("4000", 2025, 2026)
    [found] = await standing_amounts(world, region_code="110000", person_id=payer.person.id)
    assert {str(year): str(amount) for year, amount in found.amounts.items()} == {
        "2025": "4000.00",
        "2026": "4000.00",
    }
