"""Families pay by themselves, agents take cash, the agency decides: the collector sees it all."""

from __future__ import annotations

import pytest

from shebao.core.bill import BillState
from shebao.core.desk.clerk import Duty
from shebao.core.desk.slip import SlipState
from shebao.core.enrolment import EnrolmentState
from shebao.core.family.plea import PleaGone
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.refusals import StepNotAllowed
from shebao.core.roster.collector import (
    CollectorKind,
    CollectorUnknown,
    OfficeTaken,
    Scope,
    ScopeNeeded,
)
from shebao.core.roster.line import LineState, LineUnknown
from shebao.core.roster.obstacles import CategoryNotKnown
from shebao.core.roster.roster import RosterFileGone, RosterUnknown
from shebao.operations.change_key import seal_again
from shebao.operations.desk.take_cash import Cash, take_cash
from shebao.operations.family.plead import look_at_plea, take_plea
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.roster.applications import applications, decide_application
from shebao.operations.roster.collectors import (
    NewCollector,
    add_collector,
    close_collector,
    give_scopes,
    open_collector,
)
from shebao.operations.roster.leave import leave
from shebao.operations.roster.links import make_codes, renew_code
from shebao.operations.roster.look import file_with_reasons
from shebao.operations.roster.take_cash import cash_of_roster, open_for_cash
from shebao.operations.roster.take_in import advance_rosters, close_roster, discard
from shebao.store import bills

CHANGZHOU = "320400"


def token_of(code):
    return code.path.rpartition("/")[2]


async def opens(world, code, viewer):
    return await look_at_plea(
        world, region_code=CHANGZHOU, token=token_of(code), viewer_id=viewer.person.id
    )


async def takes(world, code, payer):
    return await take_plea(
        world, region_code=CHANGZHOU, token=token_of(code), payer_id=payer.person.id
    )


async def test_a_familys_code_lets_them_pay_for_their_child_and_nothing_else(
    world, school, pupils, bill_of
):
    child, parent = await pupils(), await pupils(category="non_working", born="19790203")
    roster = await school.lists(child.row(), (await pupils()).row())
    codes = (await make_codes(world, school.clerk, roster.id, group=None)).codes
    assert len({code.path for code in codes}) == 2
    assert (await make_codes(world, school.clerk, roster.id, group="一班")).codes == codes
    seen = await opens(world, codes[0], parent)
    assert (seen.collector, seen.person.id) == (school.collector.name, child.person.id)
    await takes(world, codes[0], parent)
    basket = Basket(
        region_code=CHANGZHOU,
        order_id=world.mint("ord"),
        payer_id=parent.person.id,
        entry_channel="wechat_mini",
        bill_ids=frozenset([(await bill_of(child)).id]),
    )
    assert await open_orders(world, [basket]) == [basket.order_id]
    assert sorted(one.standing for one in await school.lines(roster)) == ["paying", "unpaid"]
    other = await pupils(category="non_working", born="19790203")
    with pytest.raises(PleaGone):
        await opens(world, codes[0], other)


async def test_a_student_for_whom_the_school_must_pay_gets_no_code(world, school, pupils):
    student = await pupils(category="college", born="20040305")
    roster = await school.lists(student.row(), (await pupils()).row())
    codes = (await make_codes(world, school.clerk, roster.id, group=None)).codes
    assert [code.line.line for code in codes] == [3]


async def test_a_lost_code_is_renewed_and_who_left_has_none(world, school, pupils):
    child, parent = await pupils(), await pupils(category="non_working", born="19790203")
    roster = await school.lists(child.row())
    [before] = (await make_codes(world, school.clerk, roster.id, group=None)).codes
    await renew_code(world, school.clerk, roster.id, 2)
    [after] = (await make_codes(world, school.clerk, roster.id, group=None)).codes
    assert after.path != before.path
    with pytest.raises(PleaGone):
        await opens(world, before, parent)
    assert (await opens(world, after, child)).person.id == child.person.id  # One's own is fine.
    await leave(world, school.clerk, roster.id, 2)
    with pytest.raises(PleaGone):
        await opens(world, after, parent)
    with pytest.raises(LineUnknown):
        await renew_code(world, school.clerk, roster.id, 99)


async def test_cash_of_a_village_is_slips_until_it_is_at_the_bank(world, collects, pupils):
    village = await collects(CollectorKind.VILLAGE, duties=(Duty.ROSTER, Duty.COUNTER))
    one = await pupils(category="non_working", born="19790203")
    roster = await village.lists(one.row(group="一组"))
    order_id = await open_for_cash(world, village.clerk, roster.id, 2, order_id=world.mint("ord"))
    slip = await take_cash(
        world, village.clerk, Cash(world.mint("slp"), order_id, Money.yuan("1000"))
    )
    seen = await cash_of_roster(world, village.clerk, roster.id)
    assert [(one.number, one.state) for one in seen.slips] == [(slip.number, SlipState.ISSUED)]
    assert seen.not_banked == Money.yuan("930")
    assert (seen.late, seen.deposits) == ([], [])
    assert [line.standing for line in await village.lines(roster)] == ["paid"]
    with pytest.raises(LineUnknown):
        await open_for_cash(world, village.clerk, roster.id, 9, order_id=world.mint("ord"))


async def test_who_was_not_enrolled_is_billed_once_the_agency_has_said_yes(
    world, school, pupils, collects
):
    new, turned = pupils.stranger(), pupils.stranger()
    category = {"category": "未成年居民"}
    roster = await school.lists(new.row(**category), turned.row(**category))
    assert {line.state for line in await school.lines(roster)} == {LineState.APPLYING}
    office = (await collects(duties=(Duty.ENROL,))).clerk
    waiting = [one for one in await applications(world, office) if one.name == new.name][-2:]
    await decide_application(world, office, waiting[0].enrolment.id, admitted=True)
    await decide_application(world, office, waiting[1].enrolment.id, admitted=False)
    assert sorted(one.standing for one in await school.lines(roster)) == ["refused", "unpaid"]
    [billed] = await school.lines(roster, "unpaid")
    async with world.db.reading() as tx:
        found = await bills.of_persons(tx, region_code=CHANGZHOU, person_ids=[billed.person_id])
    [held] = found[billed.person_id]
    assert (held.bill.state, held.bill.amount) == (BillState.PAYABLE, Money.yuan("390"))
    with pytest.raises(StepNotAllowed):
        await decide_application(world, office, waiting[0].enrolment.id, admitted=False)
    assert EnrolmentState.APPLIED


async def test_a_file_is_given_back_for_a_month_whatever_key_it_rests_under(
    world, school, pupils, clock
):
    checked = await school.keeps((await pupils()).row(name="王小九"))
    back = await file_with_reasons(world, school.clerk, checked.roster.id, only=False)
    assert back.name == "名单-核对结果.xlsx"
    assert await seal_again(world, CHANGZHOU) == 0
    clock.passes(days=32)
    assert await advance_rosters(world, CHANGZHOU) >= 1
    with pytest.raises(RosterFileGone):
        await file_with_reasons(world, school.clerk, checked.roster.id, only=False)


async def test_a_file_that_was_let_be_keeps_nobody_from_being_listed(world, school, pupils):
    one = await pupils()
    checked = await school.keeps(one.row())
    await discard(world, school.clerk, checked.roster.id)
    roster = await school.lists(one.row())
    await close_roster(world, school.clerk, roster.id)
    again = await school.checks(one.row())
    assert again.lines[0].state is LineState.LISTED
    with pytest.raises(RosterUnknown):
        await school.sees(type(roster)(**{**_facts(roster), "id": "ros0"}))


def _facts(roster):
    return {name: getattr(roster, name) for name in type(roster).__slots__}


async def test_collectors_are_looked_after_by_who_runs_us(world, school, collects):
    office = school.collector.office
    taken = NewCollector(office, "另一个", CollectorKind.SCHOOL, (Scope("resident_medical"),))
    with pytest.raises(OfficeTaken):
        await add_collector(world, region_code=CHANGZHOU, new=taken)
    with pytest.raises(ScopeNeeded):
        await give_scopes(world, region_code=CHANGZHOU, office=office, scopes=[])
    with pytest.raises(CategoryNotKnown):
        await give_scopes(
            world,
            region_code=CHANGZHOU,
            office=office,
            scopes=[Scope("resident_medical", "小学生")],
        )
    with pytest.raises(CollectorUnknown):
        await close_collector(world, region_code=CHANGZHOU, office="nowhere")
    await close_collector(world, region_code=CHANGZHOU, office=office)
    await open_collector(world, region_code=CHANGZHOU, office=office)
    assert Period(2024)
