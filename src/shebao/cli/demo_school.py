"""Demo school: an invented school of Changzhou, its clerk, and a class that is being collected.

One pupil is paid for by government and one is not enrolled, so that a roster shows what becomes
of such lines. Nobody of them exists.
"""

from __future__ import annotations

from typing import Final

from shebao.cli.demo_clerks import add_once
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.identity import IdType, check_digit, parse_id
from shebao.core.period import Period
from shebao.core.policy.window import open_periods
from shebao.core.roster.collector import CollectorKind, Scope
from shebao.operations.desk.clerks import Appointment, Keys, clerks_of
from shebao.operations.enrol import Membership, register
from shebao.operations.roster.check import Upload, keep_file
from shebao.operations.roster.collectors import NewCollector, add_collector, collectors_of
from shebao.operations.roster.take_in import take_in
from shebao.operations.sign_in import new_person
from shebao.operations.world import World
from shebao.web.collector.wording import reason_of

REGION: Final = "320400"
SCHEME: Final = "resident_medical"
SCHOOL: Final = NewCollector(
    office="SCH01",
    name="演练市第一小学",
    kind=CollectorKind.SCHOOL,
    scopes=(Scope(SCHEME, "minor"), Scope(SCHEME, "college")),
)
TEACHER: Final = Appointment("1003", "何敏", SCHOOL.office, frozenset({Duty.ROSTER, Duty.COUNTER}))
KEYS: Final = Keys("demo-school-one", "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK")
_PUPILS: Final = (
    ("周一鸣", "20140305011", "一班", None),
    ("吴小满", "20140411022", "一班", None),
    ("郑乐乐", "20140520033", "一班", "low_income"),
    ("王子轩", "20140609044", "二班", None),
    ("冯佳宁", "20140701055", "二班", None),
)
_NEW: Final = ("陈安安", "20140819066", "二班")


async def load_school(world: World) -> None:
    """Add the school, its clerk and its class, once."""
    if REGION not in world.regions:
        return
    known = {one.office for one in await collectors_of(world, REGION)}
    await add_once(world, REGION, TEACHER, KEYS)
    if SCHOOL.office in known:
        return
    await add_collector(world, region_code=REGION, new=SCHOOL)
    today = world.today(REGION)
    for name, digits, _, identity in _PUPILS:
        number = parse_id(IdType.RESIDENT, _number(digits), on=today)
        belongs = Membership(scheme=SCHEME, district="320402", category="minor", identity=identity)
        person = new_person(world, name=name, number=number)
        await register(world, region_code=REGION, person=person, memberships=[belongs])
    periods = open_periods(world.region(REGION).scheme(SCHEME), on=today)
    if periods:
        await _list(world, periods[0])


def school_told(pages: str) -> str:
    """The school's clerk as a person needs them to sign in."""
    return (
        f"名册代收    Rosters        {pages}/collector （常州，{SCHOOL.name}）\n"
        f"  工号 {TEACHER.number}　密码 {KEYS.password}　{TEACHER.name}"
    )


async def _list(world: World, period: Period) -> None:
    rows = [f"{name},{_number(digits)},,{group}" for name, digits, group, _ in _PUPILS]
    rows.append(f"{_NEW[0]},{_number(_NEW[1])},未成年居民,{_NEW[2]}")
    content = "\n".join(["姓名,证件号码,人员类别,班级", *rows]).encode()
    upload = Upload(SCHEME, period, 1, "三年级", "三年级.csv", content)
    clerk = await _teacher(world)
    checked = await keep_file(world, clerk, upload, says=reason_of)
    await take_in(world, clerk, checked.roster.id)


async def _teacher(world: World) -> Clerk:
    found = await clerks_of(world, REGION)
    return next(row.clerk for row in found if row.number == TEACHER.number)


def _number(digits: str) -> str:
    seventeen = f"320402{digits}"
    return seventeen + check_digit(seventeen)
