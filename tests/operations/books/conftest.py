"""A day in real books that nobody else writes in: its money, its statements, and two clerks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from tests.operations.conftest import Telling

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.journal import Account
from shebao.gateways.inbox import Inbox
from shebao.operations.books.close_day import Without, close_day, next_day
from shebao.operations.books.compare import compare
from shebao.operations.books.look import look_at_differences
from shebao.operations.books.read_statements import Place, read_file
from shebao.operations.collect import judge_waiting
from shebao.operations.refund import judge_refund_notices
from shebao.operations.world import SHANGHAI
from shebao.store import journal, promises
from shebao.store.books import settlements

BEIJING = "110000"
HEADINGS = "时间,流水号,商户单号,金额,手续费,类型\n"
DAYS = count(40, 3)  # Far from the days of other rooms, and from each other.


@dataclass
class BookDay:
    """One day of Beijing's books, with short ways to write it and to ask about it."""

    world: object
    household: object
    day: date
    numbers: object = field(default_factory=count)

    async def pays(self, amount, *, told=None):
        """Somebody pays; the channel's number of the money."""
        owed = await self.household.owes(amount, document=f"b{self.day}{next(self.numbers)}")
        order_id = await self.household.order(*(bill for bill in owed if bill.state == "payable"))
        attempt_id = await self.household.attempt(order_id)
        await Telling(self.world)(attempt_id, told or amount)
        return f"4200{attempt_id[3:]}"

    async def untold(self, amount):
        """Somebody pays, and nobody tells us: the attempt and the channel's number."""
        owed = await self.household.owes(amount, document=f"b{self.day}{next(self.numbers)}")
        order_id = await self.household.order(*(bill for bill in owed if bill.state == "payable"))
        return await self.household.attempt(order_id)

    def write(self, *rows, source="wechat", day=None, headings=HEADINGS, encoding="utf-8"):
        """A file of a source, dropped where files are dropped."""
        place = Place.parse(f"{BEIJING}/{source}/{day or self.day}.csv")
        file = self.world.inbox.folder / place.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(headings + "".join(f"{row}\n" for row in rows), encoding=encoding)
        return place

    def row(self, reference, amount, *, our_id="", at=None, fee="0.01", kind="交易"):
        """A line of a channel's file."""
        when = (at or self.noon).astimezone(SHANGHAI)
        return f"{when:%Y-%m-%d %H:%M:%S},{reference},{our_id},{amount},{fee},{kind}"

    @property
    def noon(self):
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=SHANGHAI)

    async def compares(self, *rows, source="wechat", day=None, **written):
        """The file of a day is read and compared; what differs then."""
        place = self.write(*rows, source=source, day=day, **written)
        await read_file(self.world, place)
        return await self.again(source=source, day=day)

    async def again(self, *, source="wechat", day=None):
        await compare(self.world, region_code=BEIJING, source=source, day=day or self.day)
        return await self.differences(source=source, day=day)

    async def differences(self, *, source="wechat", day=None):
        on = day or self.day
        found = await look_at_differences(self.world, (on, on), region_code=BEIJING, source=source)
        return [seen.difference for seen in found if seen.difference.stands]

    async def all_differences(self):
        """Those of the day, also the ones that do not stand any more."""
        found = await look_at_differences(self.world, (self.day, self.day), region_code=BEIJING)
        return [seen.difference for seen in found]

    async def hears(self, attempt_id, amount, *, reference):
        """The channel tells us after all."""
        await Telling(self.world)(attempt_id, amount, reference=reference)

    async def settles(self):
        """Whatever waits to be judged is judged."""
        while await judge_waiting(self.world, BEIJING) + await judge_refund_notices(
            self.world, BEIJING
        ):
            pass

    async def held(self, account):
        async with self.world.db.reading() as tx:
            return await journal.balance(tx, region_code=BEIJING, account=Account(account))

    async def owed(self):
        async with self.world.db.reading() as tx:
            return await settlements.of_days(
                tx, region_code=BEIJING, first_day=self.day, last_day=self.day
            )

    async def broken(self):
        async with self.world.db.reading() as tx:
            return {name: rows for name, rows in (await promises.broken(tx)).items() if rows}


@pytest.fixture
async def book(world, household, clock, tmp_path):
    """A day whose noon is now, in a folder of its own."""
    clock.passes(days=next(DAYS))
    now = world.now().astimezone(SHANGHAI)
    clock.passes(seconds=(now.replace(hour=12, minute=0, second=0) - now) / timedelta(seconds=1))
    here = replace(world, statements={}, inbox=Inbox(tmp_path / "statements", world.inbox.formats))
    household.world = here
    book = BookDay(here, household, here.now().astimezone(SHANGHAI).date())
    yield book
    assert await book.broken() == {}


def clerk(id_, *duties):
    return Clerk(BEIJING, id_, id_, "对账岗", frozenset(duties))


@pytest.fixture
def first():
    """Who proposes."""
    return clerk("clk-first", Duty.BOOKS_PROPOSE, Duty.BOOKS_APPROVE)


@pytest.fixture
def second():
    """Who approves."""
    return clerk("clk-second", Duty.BOOKS_PROPOSE, Duty.BOOKS_APPROVE)


@pytest.fixture
def junior():
    """Who may only propose."""
    return clerk("clk-junior", Duty.BOOKS_PROPOSE)


@pytest.fixture
async def closed_until(world, clock, first, second):
    """Close Beijing's books until a day, whatever files other rooms never sent, and open again."""

    async def close(day):
        clock.passes(days=1)
        without = Without("演练", first, second)
        while (following := await next_day(world, BEIJING)) <= day:
            await close_day(world, region_code=BEIJING, day=following, without=without)

    yield close
    async with world.db.transaction() as tx:
        await tx.script("SET LOCAL session_replication_role = replica")
        await tx.script(f"DELETE FROM day_closes WHERE region_code = '{BEIJING}'")
