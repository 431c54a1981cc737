"""A teacher lists a class, one family pays by its code, and the school pays once for the rest."""

from __future__ import annotations

from itertools import count

import pytest
from playwright.async_api import expect
from tests.journeys import printing
from tests.journeys.clerk import comes_to_work
from tests.journeys.town import CHANGZHOU

from shebao.core.desk.clerk import Duty
from shebao.core.roster.collector import CollectorKind, Scope
from shebao.gateways.roster.reading import FileKind, Sheet, read_sheet
from shebao.gateways.roster.writing import Reasons, write_back
from shebao.operations.books.compare import compare_waiting
from shebao.operations.books.read_statements import keep_file, read_file
from shebao.operations.desk.clerks import Appointment
from shebao.operations.enrol import Membership
from shebao.operations.roster.collectors import NewCollector, add_collector

CHILD = Membership(scheme="resident_medical", district="320402", category="minor")
ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")
HEADINGS = ["姓名", "证件号码", "人员类别", "班级"]
_OFFICES = count(1)


def excel(rows):
    return write_back(Sheet(FileKind.EXCEL, [HEADINGS, *rows]), Reasons({}, "备注", 1), only=False)


@pytest.fixture
async def teacher(town, arrives):
    """Somebody of a school before their screen."""
    office = f"JOU{next(_OFFICES):02d}"
    new = NewCollector(office, "演练市第二小学", CollectorKind.SCHOOL, (Scope("resident_medical"),))
    await add_collector(town.world, region_code=CHANGZHOU, new=new)
    desk = await arrives(desktop=True)
    like = Appointment("", "何老师", office, frozenset({Duty.ROSTER}))
    await comes_to_work(town, desk, like, CHANGZHOU)
    await desk.presses("名册代收")
    await desk.comes_to("名册代收")
    return desk


async def sends(teacher, content, name):
    await teacher.open("/collector")
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    await teacher.page.set_input_files("#file", file)
    await teacher.presses("核对名册")
    await teacher.comes_to("核对结果")


async def downloads(teacher, words):
    async with teacher.page.expect_download() as begun:
        await teacher.presses(words)
    path = await (await begun.value).path()
    return path.read_bytes()


async def bank_tells(town, number, amount):
    at = town.world.now()
    text = f"交易时间,流水号,金额,借贷,摘要\n{at:%Y-%m-%d %H:%M:%S},{at:%H%M%S%f},{amount},贷,{number}\n"
    file = town.config.home / f"{at:%Y-%m-%d}-{at:%H%M%S%f}.csv"
    file.write_bytes(text.encode("gb18030"))
    place = await keep_file(town.world, file, region_code=CHANGZHOU, source="bank", day=at.date())
    await read_file(town.world, place)
    await compare_waiting(town.world, CHANGZHOU)


async def test_a_class_is_listed_put_right_and_paid_by_a_family_and_by_the_school(
    town, arrives, teacher
):
    children = [await town.insured(CHANGZHOU, CHILD, born="20140305") for _ in range(3)]
    rows = [[one.name, one.number, "", "三年级一班"] for one in children]
    spoiled = [*rows[:2], [rows[2][0], rows[2][1][:15] + "000", "", "三年级一班"]]
    await sends(teacher, excel(spoiled), "三年级.xlsx")
    await teacher.sees("1 行不能收", "被 Excel 存成了数字")
    back = read_sheet(await downloads(teacher, "下载带原因的文件"))
    assert back.rows[0][-1] == "原因"
    assert "设为“文本”" in back.rows[3][-1]
    await teacher.presses("不要这一份")
    await sends(teacher, excel(rows), "三年级-改好.xlsx")
    await teacher.sees("没有要改的")
    await teacher.presses("收下可以收的 3 行")
    await teacher.comes_to("收缴进度")
    roster = teacher.path
    await teacher.presses("做缴费码")
    await teacher.comes_to("缴费码")
    await expect(teacher.page.locator(".cut")).to_have_count(3)
    await teacher.sees_nothing_of(*(one.number for one in children))
    links = printing.codes(await teacher.page.pdf(format="A4"))
    assert len(set(links)) == len(children)
    await family_pays(town, arrives, links[0])
    await teacher.open(roster)
    await teacher.sees("780.00")
    await expect(teacher.page.locator(".stat b").first).to_have_text("1人")
    await teacher.presses("对公转账")
    await teacher.comes_to("统一缴费单")
    await teacher.sees("待付款", "780.00", "2 人")
    number = await teacher.page.locator(".big-num").first.inner_text()
    await bank_tells(town, number, "780.00")
    await teacher.open(teacher.path)
    await teacher.sees("已到账")
    await teacher.open(roster)
    await expect(teacher.page.locator(".stat b").first).to_have_text("3人")


async def family_pays(town, arrives, link):
    """A parent reads the code, checks whose it is, and pays."""
    parent = await arrives(await town.insured(CHANGZHOU, ADULT))
    await parent.page.goto(link)
    await parent.comes_to("为殷\\*.缴社保费")
    await parent.sees("390.00", "演练市第二小学发的缴费码")
    await parent.presses("帮 殷")
    await parent.pays(amount="390.00")
