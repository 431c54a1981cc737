"""Every line of a file is judged by itself, and told what is wrong and how to put it right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.roster.conftest import MEDICAL, excel

from shebao.core.identity import check_digit
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.scheme import Prepaid
from shebao.core.roster.collector import CollectorKind, NotACollector, SchemeNotCollected, Scope
from shebao.core.roster.line import LineState
from shebao.core.roster.roster import HeadingMissing, RosterEmpty, RosterState, RosterUnreadable
from shebao.operations.roster.check import check_file


def codes(checked):
    return [line.reason for line in checked.lines]


async def test_a_pupil_who_is_enrolled_and_owes_is_listed(school, pupils):
    checked = await school.checks((await pupils()).row())
    assert [line.state for line in checked.lines] == [LineState.LISTED]
    assert codes(checked) == [""]


async def test_a_number_kept_as_a_number_is_told_apart_from_a_mistyped_one(school, pupils):
    one = pupils.stranger()
    lost = one.number[:15] + "000"
    lost = lost if check_digit(lost[:-1]) != "0" else one.number[:14] + "9000"
    wrong = one.number[:-1] + ("1" if one.number[-1] != "1" else "2")
    told = await school.checks(
        one.row(number=lost), one.row(number="3.20402E+17"), one.row(number=wrong)
    )
    assert codes(told) == ["number_spoiled", "number_spoiled", "id_check_digit_wrong"]
    assert "文本" in told.lines[0].says


async def test_what_cannot_be_read_is_said_line_by_line(school, pupils):
    one = await pupils()
    told = await school.checks(
        one.row(name="周?九"),
        one.row(name=" "),
        one.row(number="32040220120305"),
        one.row(kind="会员卡"),
        one.row(number=" "),
    )
    assert codes(told) == [
        "name_wrong",
        "name_missing",
        "id_length_wrong",
        "id_type_unknown",
        "id_missing",
    ]


async def test_the_second_of_two_lines_for_one_person_is_refused(school, pupils):
    one = await pupils()
    told = await school.checks(one.row(), one.row(group="二班"))
    assert codes(told) == ["", "twice_in_file"]
    assert "第 2 行" in told.lines[1].says


async def test_a_name_that_does_not_fit_is_refused_without_the_right_one(school, pupils):
    one = await pupils(name="周小九")
    [line] = (await school.checks(one.row(name="王小九"))).lines
    assert line.reason == "name_differs"
    assert "周" not in line.says
    assert line.person_id is None


async def test_who_is_not_enrolled_applies_if_the_line_says_as_what(school, pupils):
    told = await school.checks(
        pupils.stranger().row(),
        pupils.stranger().row(category="未成年居民"),
        pupils.stranger().row(category="小学生"),
        pupils.stranger().row(category="未成年居民", district="海淀区"),
    )
    assert codes(told) == ["category_needed", "", "category_not_known", "district_not_known"]
    assert told.lines[1].state is LineState.APPLYING


async def test_another_category_than_the_enrolment_has_is_refused(school, pupils):
    told = await school.checks((await pupils()).row(category="老年居民"))
    assert codes(told) == ["category_differs"]


async def test_who_is_paid_for_by_government_is_not_collected_from(school, pupils):
    told = await school.checks((await pupils(identity="low_income")).row())
    assert told.lines[0].state is LineState.EXEMPT
    assert "政府" in told.lines[0].says


async def test_students_are_listed_by_schools_alone(collects, pupils):
    student = await pupils(category="college", born="20040305")
    assert codes(await (await collects()).checks(student.row())) == [""]
    told = await (await collects(CollectorKind.VILLAGE)).checks(student.row())
    assert codes(told) == ["collected_by_others"]
    assert "学校" in told.lines[0].says


async def test_a_collector_lists_nobody_outside_its_scope(collects, pupils):
    village = await collects(
        CollectorKind.VILLAGE, Scope("resident_medical", "non_working", "钟楼区")
    )
    told = await village.checks(
        (await pupils()).row(), (await pupils(category="non_working", born="19790203")).row()
    )
    assert codes(told) == ["not_your_category", "not_your_category"]


async def test_a_person_is_on_one_roster_at_a_time(school, collects, pupils):
    one = await pupils()
    roster = await school.lists(one.row(), title="三年级")
    assert roster.state is RosterState.OPEN
    again = await school.checks(one.row())
    assert (again.lines[0].state, codes(again)) == (LineState.REPEATED, ["listed_before"])
    elsewhere = await (await collects()).checks(one.row())
    assert codes(elsewhere) == ["listed_elsewhere"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
async def test_text_is_read_in_whatever_encoding_it_comes(school, pupils, encoding):
    one = await pupils()
    text = f"姓名,身份证号,班级\r\n{one.name},{one.number},一班\r\n\r\n"
    told = await school.checks(content=text.encode(encoding), name="名单.csv")
    assert codes(told) == [""]
    assert told.lines[0].group == "一班"


async def test_a_title_above_the_headings_does_not_matter(school, pupils):
    one = await pupils()
    content = excel(["姓名", "证件号码"], [one.name, one.number], headings=["三年级名单", ""])
    told = await school.checks(content=content)
    assert [line.line for line in told.lines] == [3]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", RosterEmpty),
        ("姓名,证件号码\n".encode(), RosterEmpty),
        ("姓名,电话\n周小九,139\n".encode(), HeadingMissing),
        (b"PK\x03\x04 cut off", RosterUnreadable),
        (b"\xff\x00\x81", RosterUnreadable),
    ],
)
async def test_a_file_that_is_no_roster_is_refused_as_a_whole(school, content, refusal):
    with pytest.raises(refusal):
        await check_file(school.world, school.clerk, school.upload(content), says=str)


async def test_nobody_lists_for_an_office_or_a_scheme_that_was_not_given(school, collects, world):
    other = await collects(CollectorKind.VILLAGE, Scope("resident_pension"))
    with pytest.raises(SchemeNotCollected):
        await other.checks(["周小九", "1", "", "", "", ""])
    school.clerk = type(school.clerk)("320400", "clk", "何老师", "nowhere", school.clerk.duties)
    with pytest.raises(NotACollector):
        await school.checks(["周小九", "1", "", "", "", ""])
    assert MEDICAL.covers("minor", None)


def prepaying(world):
    """Changzhou as it would be, had students paid several years at once there."""
    region = world.regions["320400"]
    scheme = region.schemes["resident_medical"]
    versions = tuple(
        replace(one, ends=date(2026, 12, 31)) if one.begins.year == 2024 else one
        for one in scheme.versions
        if one.confirmed
    )
    prepaid = (Prepaid("college", Period(2024), versions[0].source),)
    scheme = replace(scheme, versions=versions, prepaid=prepaid)
    schemes = {**region.schemes, "resident_medical": scheme}
    return replace(world, regions={**world.regions, "320400": replace(region, schemes=schemes)})


async def test_a_prepaid_cohort_has_a_bill_for_every_year_and_pays_them_together(
    school, pupils, world
):
    student = await pupils(category="college", born="20040305")
    assert codes(await school.checks(student.row(), years=3)) == ["not_prepaid"]
    school.world = prepaying(world)
    child = await pupils()
    told = await school.checks(student.row(), child.row(), years=3)
    assert codes(told) == ["", "not_prepaid"]
    roster = await school.lists(student.row(), years=3)
    [line] = await school.lines(roster)
    assert (line.standing, line.amount) == ("unpaid", Money.yuan("690"))
