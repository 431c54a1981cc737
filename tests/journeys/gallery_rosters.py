"""Gallery of rosters: the pages of a collector, and of the operator who looks after collectors."""

from __future__ import annotations

from tests.journeys.gallery import Cast, Picture
from tests.journeys.payer import Payer
from tests.journeys.town import CHANGZHOU, Town

from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.period import Period
from shebao.core.roster.collector import CollectorKind, Scope
from shebao.operations.desk.clerks import Appointment, add_clerk, clerks_of
from shebao.operations.enrol import Membership
from shebao.operations.roster.check import Upload, keep_file
from shebao.operations.roster.collectors import NewCollector, add_collector
from shebao.operations.roster.links import make_codes
from shebao.operations.roster.pay_once import Payment, pay_once
from shebao.operations.roster.take_in import take_in
from shebao.web.collector.wording import reason_of

CHILD = Membership(scheme="resident_medical", district="320402", category="minor")
OFFICE = "GAL01"
DUTIES = frozenset({Duty.ROSTER, Duty.COUNTER, Duty.KEEP_CLERKS, Duty.ENROL})


async def assemble_rosters(town: Town, cast: Cast) -> None:
    """A school with a file full of mistakes, a class that is collected, and one paid at once."""
    new = NewCollector(OFFICE, "演练市实验小学", CollectorKind.SCHOOL, (Scope("resident_medical"),))
    await add_collector(town.world, region_code=CHANGZHOU, new=new)
    who = Appointment("9101", "何老师", OFFICE, DUTIES)
    keys = await add_clerk(town.world, region_code=CHANGZHOU, who=who)
    cast.paths |= {"teacher": who.number, "teacher_password": keys.password}
    clerk = await teacher(town, who.number)
    people = [await town.insured(CHANGZHOU, CHILD, born="20140305") for _ in range(4)]
    rows = [f"{one.name},{one.number},,一班" for one in people]
    wrong = ["张三,3.20402E+17,,一班", f"{people[0].name},{people[0].number},,二班", "李四,1,,"]
    await _keep(town, cast, clerk, "checked", [*rows[:1], *wrong])
    await take_in(town.world, clerk, await _keep(town, cast, clerk, "collected", rows[1:3]))
    await make_codes(town.world, clerk, cast.paths["collected"], group=None)
    paid = await _keep(town, cast, clerk, "together", [*rows[3:], "赵新,@,未成年居民,"])
    await take_in(town.world, clerk, paid)
    payment = Payment(town.world.mint("ord"), paid, Method.TRANSFER)
    cast.paths["payment"] = (await pay_once(town.world, clerk, payment)).order_id


async def teacher(town: Town, number: str) -> Clerk:
    """A clerk by their number."""
    found = await clerks_of(town.world, CHANGZHOU)
    return next(row.clerk for row in found if row.number == number)


async def _keep(town: Town, cast: Cast, clerk: Clerk, name: str, rows: list[str]) -> str:
    stranger = town.stranger(CHANGZHOU, born="20140305").number
    text = "\n".join(["姓名,证件号码,人员类别,班级", *rows]).replace("@", stranger)
    upload = Upload("resident_medical", Period(2024), 1, name, f"{name}.csv", text.encode())
    checked = await keep_file(town.world, clerk, upload, says=reason_of)
    cast.paths[name] = checked.roster.id
    return checked.roster.id


async def comes_in(payer: Payer, cast: Cast, path: str) -> None:
    """Open a page of clerks; sign in first, the first time."""
    await payer.open(path)
    if not payer.path.startswith("/console/sign-in"):
        return
    await payer.page.select_option("#region", CHANGZHOU)
    await payer.page.fill("#number", cast.paths["teacher"])
    await payer.page.fill("#password", cast.paths["teacher_password"])
    await payer.presses("下一步")
    await payer.comes_to("请填写动态码")
    await payer.page.fill("#code", await payer.page.locator("#played").inner_text())
    await payer.presses("登录")


def at_work(name: str, path: str, title: str) -> Picture:
    """A page of clerks, by its path; what stands in braces is one of the cast's paths."""

    async def show(payer: Payer, cast: Cast) -> None:
        await comes_in(payer, cast, path.format(**cast.paths))

    return Picture(name, "teacher", show, title)


async def _sent_nothing(payer: Payer, cast: Cast) -> None:
    await comes_in(payer, cast, "/collector")
    await payer.presses("核对名册")


ROSTERS = (
    at_work("rosters", "/collector", "名册代收"),
    Picture("roster_nothing", "teacher", _sent_nothing, "名册代收"),
    at_work("roster_checked", "/collector/rosters/{checked}", "核对结果"),
    at_work("roster_progress", "/collector/rosters/{collected}", "收缴进度"),
    at_work("roster_lines", "/collector/rosters/{collected}/lines?only=unpaid", "名单：没有缴的"),
    at_work("roster_line", "/collector/rosters/{collected}/lines/2", "第 2 行"),
    at_work("roster_codes", "/collector/rosters/{collected}/codes", "缴费码"),
    at_work("roster_cash", "/collector/rosters/{collected}/cash", "名册的现金"),
    at_work("roster_payment", "/collector/rosters/{together}/payments/{payment}", "统一缴费单"),
    at_work("collectors", "/console/collectors", "代收单位"),
    at_work("applications", "/console/applications", "参保登记"),
)
