"""A school and a village of Changzhou, their clerks, and the people they list."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import pytest

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.identity import IdType, parse_id
from shebao.core.period import Period
from shebao.core.roster.collector import CollectorKind, Scope
from shebao.gateways.roster.reading import FileKind, Sheet
from shebao.gateways.roster.writing import Reasons, write_back
from shebao.operations.enrol import Membership, register
from shebao.operations.roster.check import Upload, check_file, keep_file
from shebao.operations.roster.collectors import NewCollector, add_collector
from shebao.operations.roster.look import look_at_lines, look_at_roster
from shebao.operations.roster.take_in import take_in
from shebao.operations.sign_in import new_person
from shebao.store import bills, promises
from shebao.web.collector.wording import reason_of

CHANGZHOU = "320400"
HEADINGS = ["姓名", "证件号码", "证件类型", "人员类别", "区县", "班级或组"]
_OFFICES = count(1)


def excel(*rows, headings=HEADINGS):
    """Rows as an Excel file of ours."""
    with_nothing = Reasons({}, "备注", 1)
    return write_back(Sheet(FileKind.EXCEL, [headings, *rows]), with_nothing, only=False)


@dataclass
class Pupil:
    """Somebody who can be listed."""

    name: str
    number: str
    person: object = None

    def row(self, group="一班", category="", name=None, number=None, kind="", district=""):
        return [name or self.name, number or self.number, kind, category, district, group]


@dataclass
class School:
    """A collector of Changzhou that nobody else is, and short ways to work there."""

    world: object
    collector: object
    clerk: Clerk

    def upload(self, content, *, first="2024", years=1, name="名单.xlsx", title=""):
        return Upload("resident_medical", Period.parse(first), years, title, name, content)

    async def checks(self, *rows, **how):
        content = how.pop("content", None) or excel(*rows)
        return await check_file(self.world, self.clerk, self.upload(content, **how), says=reason_of)

    async def keeps(self, *rows, **how):
        content = how.pop("content", None) or excel(*rows)
        return await keep_file(self.world, self.clerk, self.upload(content, **how), says=reason_of)

    async def lists(self, *rows, **how):
        checked = await self.keeps(*rows, **how)
        return await take_in(self.world, self.clerk, checked.roster.id)

    async def sees(self, roster):
        return await look_at_roster(self.world, self.clerk, roster.id)

    async def lines(self, roster, *standings):
        return await look_at_lines(self.world, self.clerk, roster.id, standings=standings)


@pytest.fixture
def collects(world):
    """Add a collector with a clerk."""

    async def collects(kind=CollectorKind.SCHOOL, *scopes, duties=(Duty.ROSTER,)):
        office = f"R{next(_OFFICES):04d}"
        new = NewCollector(office, f"演练{kind.label}{office}", kind, scopes or (MEDICAL,))
        collector = await add_collector(world, region_code=CHANGZHOU, new=new)
        clerk = Clerk(CHANGZHOU, world.mint("clk"), "何老师", office, frozenset(duties))
        return School(world, collector, clerk)

    return collects


MEDICAL = Scope("resident_medical")


@pytest.fixture
async def school(collects):
    return await collects()


@pytest.fixture
def pupils(world, people):
    """Children nobody knows, or who are enrolled."""

    def stranger(name="周小九", born="20120305"):
        return Pupil(name, people.number(born=born, prefix="320402"))

    async def enrolled(name="周小九", born="20120305", category="minor", **more):
        one = stranger(name, born)
        parsed = parse_id(IdType.RESIDENT, one.number, on=world.today(CHANGZHOU))
        membership = Membership(
            scheme="resident_medical", district="320402", category=category, **more
        )
        one.person, _ = await register(
            world,
            region_code=CHANGZHOU,
            person=new_person(world, name=one.name, number=parsed),
            memberships=[membership],
        )
        return one

    enrolled.stranger = stranger
    return enrolled


@pytest.fixture
def bill_of(world):
    async def bill_of(pupil):
        async with world.db.reading() as tx:
            found = await bills.of_persons(tx, region_code=CHANGZHOU, person_ids=[pupil.person.id])
        [held] = found[pupil.person.id]
        return held.bill

    return bill_of


@pytest.fixture(autouse=True)
async def _promises_are_kept(world):
    """After every test of this room, no promise is broken."""
    yield
    async with world.db.reading() as tx:
        broken = await promises.broken(tx)
    assert {name: rows for name, rows in broken.items() if rows} == {}
