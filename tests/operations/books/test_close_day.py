"""Days are closed in order, chained to each other, and can be proved again by anybody."""

import json
from datetime import timedelta

import pytest

from shebao.core.books.close import DayBeforeOpen, DayClosed, DayNotOver, StatementsMissing
from shebao.core.desk.request import AnotherClerkNeeded
from shebao.core.journal import Account, Entry, Line
from shebao.core.money import Money
from shebao.operations.books.close_day import Without, close_day, close_due, next_day, verify
from shebao.operations.books.expect import book_days
from shebao.operations.books.export import export, verify_export
from shebao.store import journal
from shebao.store.books import closes

A_DAY = timedelta(days=1)
REGIONS = iter(f"99{number:04d}" for number in range(3000, 4000))


class Ledger:
    """Books of a region of its own, into which entries are posted by hand."""

    def __init__(self, world):
        self.world, self.code = world, next(REGIONS)
        self.begins = world.now()

    async def posts(self, reference, fen=100):
        at = self.world.now()
        lines = (Line(Account("bank:a"), Money(fen)), Line(Account("fund:pension"), Money(-fen)))
        async with self.world.db.transaction() as tx:
            entry = Entry(self.code, reference, at, lines)
            await journal.post(tx, region_code=self.code, entries=[entry], at=at)

    async def closes(self, **facts):
        day = await next_day(self.world, self.code)
        return await close_day(self.world, region_code=self.code, day=day, **facts)

    async def breaks(self, *statements):
        """Something is changed past all that would refuse it."""
        async with self.world.db.transaction() as tx:
            await tx.script("SET LOCAL session_replication_role = replica")
            await tx.script(";".join(statements).replace("$code", self.code))


@pytest.fixture
async def ledger(book, clock):
    """Three days, of which the first two are closed."""
    ledger = Ledger(book.world)
    await ledger.posts("one")
    await ledger.posts("two", 250)
    clock.passes(days=1)
    await ledger.posts("three", -30)
    clock.passes(days=1)
    await ledger.posts("four")
    await ledger.closes()
    await ledger.closes()
    yield ledger
    await ledger.breaks(
        "DELETE FROM lines WHERE region_code = '$code'",
        "DELETE FROM entries WHERE region_code = '$code'",
        "DELETE FROM day_closes WHERE region_code = '$code'",
    )


async def test_a_closed_day_says_what_came_in_and_what_every_account_held(ledger):
    async with ledger.world.db.reading() as tx:
        first, second = await closes.of_region(tx, region_code=ledger.code)
    assert (first.entries, first.lines, first.moved) == (2, 4, Money(350))
    assert first.balances == {"bank:a": Money(350), "fund:pension": Money(-350)}
    assert (second.entries, second.balances["bank:a"]) == (1, Money(320))
    assert second.previous == first.hash


async def test_a_day_is_closed_when_it_is_over(ledger):
    with pytest.raises(DayNotOver):
        await ledger.closes()


async def test_a_day_is_closed_once(ledger):
    day = await next_day(ledger.world, ledger.code) - A_DAY
    with pytest.raises(DayClosed):
        await close_day(ledger.world, region_code=ledger.code, day=day)


async def test_no_day_is_closed_before_the_one_before_it(ledger, clock):
    clock.passes(days=3)
    day = await next_day(ledger.world, ledger.code) + A_DAY
    with pytest.raises(DayBeforeOpen):
        await close_day(ledger.world, region_code=ledger.code, day=day)


async def test_the_first_day_to_be_closed_is_the_first_anything_happened(book, clock):
    ledger = Ledger(book.world)
    await ledger.posts("one")
    clock.passes(days=4)
    with pytest.raises(DayBeforeOpen):
        day = await next_day(ledger.world, ledger.code) + A_DAY
        await close_day(ledger.world, region_code=ledger.code, day=day)


async def test_every_day_that_can_be_closed_is_closed_one_after_another(ledger, clock):
    clock.passes(days=3)
    assert [one.entries for one in await close_due(ledger.world, ledger.code)] == [1, 0, 0]
    assert await verify(ledger.world, ledger.code) == (5, [])


BREACHES = [
    "UPDATE lines SET amount_fen = amount_fen * 2 WHERE region_code = '$code' AND reference = 'two'",
    "UPDATE lines SET account = 'bank:b' WHERE region_code = '$code' AND account = 'bank:a' AND reference = 'one'",
    "UPDATE entries SET at = at + interval '1 second' WHERE region_code = '$code' AND reference = 'one'",
    (
        "DELETE FROM lines WHERE region_code = '$code' AND reference = 'two';"
        "DELETE FROM entries WHERE region_code = '$code' AND reference = 'two'"
    ),
    "UPDATE entries SET at = at - interval '1 day' WHERE region_code = '$code' AND reference = 'three'",
    "UPDATE day_closes SET facts = '{}' WHERE region_code = '$code'",
    "UPDATE day_closes SET previous_hash = hash WHERE region_code = '$code'",
    "UPDATE day_closes SET balances = '{}' WHERE region_code = '$code'",
]


@pytest.mark.parametrize("breach", BREACHES)
async def test_whatever_is_changed_in_a_closed_day_is_noticed(ledger, breach):
    await ledger.breaks(breach)
    _, doubts = await verify(ledger.world, ledger.code)
    assert doubts != []


async def test_an_export_proves_every_day_with_nothing_else_at_hand(ledger):
    lines = [line async for line in export(ledger.world, ledger.code)]
    assert verify_export(iter(lines)) == (2, [])


@pytest.mark.parametrize(
    ("what", "instead"),
    [('"bank:a", 250', '"bank:a", 251'), ('"two"', '"zwei"'), ('"entries": 2', '"entries": 3')],
)
async def test_an_export_that_was_altered_proves_nothing(ledger, what, instead):
    lines = [line async for line in export(ledger.world, ledger.code)]
    altered = [line.replace(what, instead) for line in lines]
    assert altered != lines
    assert verify_export(iter(altered))[1] != []


async def test_an_export_without_one_of_its_lines_proves_nothing(ledger):
    lines = [line async for line in export(ledger.world, ledger.code)]
    for_each = [verify_export(iter(lines[:n] + lines[n + 1 :]))[1] for n in range(len(lines) - 1)]
    assert all(for_each)


@pytest.fixture
async def needy(book, clock, second):
    """A day on which money moved, and whose file nobody sent."""
    await book.pays("1200.00")
    clock.passes(days=1)
    return book


async def days(book):
    return await book_days(book.world, region_code="110000", first=book.day, last=book.day)


async def test_the_monitor_names_the_file_that_is_missing(needy):
    [day] = await days(needy)
    assert [(one.source, one.ready) for one in day.missing] == [("wechat", False)]


async def test_a_file_that_is_here_and_compared_is_missed_no_more(needy):
    await needy.compares()
    [day] = await days(needy)
    assert day.missing == ()


async def test_a_folder_for_the_bank_means_a_file_every_weekday(needy):
    (needy.world.inbox.folder / "110000" / "bank").mkdir(parents=True)
    week = await book_days(
        needy.world, region_code="110000", first=needy.day, last=needy.day + 6 * A_DAY
    )
    missed = [day.day.weekday() for day in week for one in day.missing if one.source == "bank"]
    assert sorted(missed) == [0, 1, 2, 3, 4]


@pytest.fixture
async def begun(needy, closed_until):
    """Beijing's books, closed until the day before, with whatever other rooms left there."""
    await closed_until(needy.day - A_DAY)
    return needy


async def test_a_day_without_its_file_stays_open(begun):
    with pytest.raises(StatementsMissing):
        await close_day(begun.world, region_code="110000", day=begun.day)


async def test_two_people_may_close_a_day_without_a_file_and_it_says_so(begun, first, second):
    with pytest.raises(AnotherClerkNeeded):
        await close_day(
            begun.world,
            region_code="110000",
            day=begun.day,
            without=Without("渠道停业", first, first),
        )
    closed = await close_day(
        begun.world, region_code="110000", day=begun.day, without=Without("渠道停业", first, second)
    )
    assert json.loads(closed.facts)["without"] == ["wechat", "渠道停业", first.id, second.id]
