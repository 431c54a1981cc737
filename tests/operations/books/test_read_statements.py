"""A file is read once, as it is: read again it adds nothing, and altered it is not believed."""

from dataclasses import replace

import pytest
from tests.operations.conftest import Telling

from shebao.core.books.close import DayClosed
from shebao.core.books.reconciliation import DifferenceKind, DifferenceState
from shebao.core.books.statement import StatementNotReady, StatementUnreadable
from shebao.core.channel import Method
from shebao.core.money import Money
from shebao.core.refusals import Unanswered
from shebao.operations.books.compare import compare
from shebao.operations.books.fetch import AGAIN_AFTER, fetch, fetch_due, keep_books, read_dropped
from shebao.operations.books.look import look_at_differences
from shebao.operations.books.read_statements import (
    Place,
    StatementAltered,
    StatementLinesUnreadable,
    StatementPlaceUnknown,
    altered_files,
    keep_file,
    new_files,
    read_file,
    regions_of,
    replace_file,
    unplaced_files,
)
from shebao.operations.collect import judge_waiting, shelve
from shebao.store.books import statements

BEIJING, NINGBO = "110000", "330200"


async def files(book, region_code=BEIJING):
    async with book.world.db.reading() as tx:
        return await statements.of_days(
            tx, region_code=region_code, first_day=book.day, last_day=book.day
        )


async def lines(book, region_code=BEIJING):
    async with book.world.db.reading() as tx:
        found = await statements.lines_of_day(
            tx, region_code=region_code, source="wechat", day=book.day
        )
    return [(line.reference, line.amount) for line in found]


async def test_a_file_is_read_line_by_line_and_added_up(book):
    rows = book.row("F1", "10.00"), book.row("F2", "4.00", kind="退款")
    read = await read_file(book.world, book.write(*rows))
    [file] = await files(book)
    assert (read.lines, read.is_new) == (2, True)
    assert (file.payments, file.refunds) == (Money.yuan("10"), Money.yuan("4"))
    assert file.fees == Money.yuan("0.02")


async def test_the_same_file_again_adds_nothing(book):
    place = book.write(book.row("F3", "10.00"))
    first = await read_file(book.world, place)
    again = await read_file(book.world, place)
    assert (again.lines, again.is_new) == (first.lines, False)
    assert await lines(book) == [("F3", Money.yuan("10"))]


async def test_a_file_altered_afterwards_is_noticed_and_not_believed(book):
    place = book.write(book.row("F4", "10.00"))
    await read_file(book.world, place)
    book.write(book.row("F4", "99.00"))
    assert place.name in await altered_files(book.world)
    with pytest.raises(StatementAltered):
        await read_file(book.world, place)
    assert await lines(book) == [("F4", Money.yuan("10"))]


async def test_a_file_its_source_sent_again_replaces_the_first(book):
    paid = await book.pays("1200.00")
    [short] = await book.compares()
    place = book.write(book.row(paid, "1200.00"))
    await replace_file(book.world, place)
    assert await book.again() == []
    await replace_file(book.world, book.write())
    [back] = await book.again()
    assert (back.id, back.state) == (short.id, DifferenceState.OPEN)


async def test_a_file_a_closed_day_rests_on_is_never_replaced(book, closed_until):
    place = book.write()
    await read_file(book.world, place)
    await book.again()
    await closed_until(book.day)
    with pytest.raises(DayClosed):
        await replace_file(book.world, place)


async def test_no_line_of_a_file_is_believed_when_one_cannot_be_read(book):
    place = book.write(book.row("F5", "10.00"), "昨天,F6,,十元,0.01,交易")
    with pytest.raises(StatementLinesUnreadable) as refused:
        await read_file(book.world, place)
    assert (refused.value.count, refused.value.line) == (1, 3)
    assert await files(book) == []


async def test_a_file_without_its_columns_is_not_a_statement(book):
    place = book.write("1,2,3", headings="一,二,三\n")
    with pytest.raises(StatementUnreadable):
        await read_file(book.world, place)


async def test_a_file_in_another_encoding_is_not_a_statement(book):
    place = book.write(book.row("F7", "10.00"), encoding="utf-16")
    with pytest.raises(StatementUnreadable):
        await read_file(book.world, place)


@pytest.mark.parametrize(
    "name",
    [
        "2026-11-20.csv",
        "110000/nobody/2026-11-20.csv",
        "110000/bank/one.csv",
        "110000/bank/20261399.csv",
    ],
)
def test_a_place_says_whose_it_is_and_of_which_day(name):
    with pytest.raises(StatementPlaceUnknown):
        Place.parse(name)


async def test_what_lies_where_nobody_looks_is_named(book):
    lost = book.world.inbox.folder / BEIJING / "bank" / "yesterday.csv"
    lost.parent.mkdir(parents=True)
    lost.write_text("")
    assert unplaced_files(book.world) == [f"{BEIJING}/bank/yesterday.csv"]


async def test_a_file_from_elsewhere_is_kept_where_statements_lie(book, tmp_path):
    file = tmp_path / "from the bank.csv"
    file.write_text("交易时间,流水号,金额,借贷,摘要\n", encoding="gb18030")
    place = await keep_file(book.world, file, region_code=BEIJING, source="bank", day=book.day)
    assert (book.world.inbox.folder / place.name).read_bytes() == file.read_bytes()
    assert (place.day, place.source) == (book.day, "bank")


async def test_a_file_of_several_regions_is_shared_out_among_them(book):
    ours = await book.untold("10.00")
    place = Place.parse(f"all/wechat/{book.day}.csv")
    file = book.world.inbox.folder / place.name
    dropped = book.write(book.row("F8", "10.00", our_id=ours), book.row("F9", "5.00"))
    file.parent.mkdir(parents=True)
    (book.world.inbox.folder / dropped.name).rename(file)
    await read_file(book.world, place)
    assert {BEIJING, NINGBO} <= {*regions_of(book.world, place)}
    [first, *others] = regions_of(book.world, place)
    found = {code: await lines(book, code) for code in (first, *others)}
    assert ("F8", Money.yuan("10")) in found[BEIJING]
    assert sum(map(len, found.values())) == 2
    assert ("F9", Money.yuan("5")) in found[first]
    assert [file.lines for file in await files(book, NINGBO)] == [0]


async def test_a_line_that_names_nothing_of_ours_goes_where_its_money_was_told_of(book):
    told = Telling(book.world).notice("att-nobody", "7.00", reference="F7")
    await shelve(book.world, [replace(told, region_code=NINGBO)])
    await judge_waiting(book.world, NINGBO)
    dropped = book.write(book.row("F7", "7.00", our_id="att-nobody"))
    place = Place.parse(f"all/wechat/{book.day}.csv")
    file = book.world.inbox.folder / place.name
    file.parent.mkdir(parents=True)
    (book.world.inbox.folder / dropped.name).rename(file)
    await read_file(book.world, place)
    assert await lines(book, NINGBO) == [("F7", Money.yuan("7"))]
    await compare(book.world, region_code=NINGBO, source="wechat", day=book.day)
    found = await look_at_differences(book.world, (book.day, book.day), region_code=NINGBO)
    assert [one for one in found if one.difference.stands] == []


async def test_what_is_dropped_is_read_and_one_bad_file_keeps_none_waiting(book):
    book.write("?", source="wechat")
    good = book.write(book.row("F10", "1.00"), source="alipay")
    assert [read.place for read in await read_dropped(book.world)] == [good]
    assert [place.source for place in await new_files(book.world)] == ["wechat"]


class Sender:
    """Somebody who has the files of some days, and may not answer."""

    def __init__(self, book):
        self.book, self.asked, self.says = book, [], None

    async def fetch_statement(self, day, into):
        self.asked.append(day)
        if self.says is not None:
            raise self.says
        place = self.book.write(self.book.row(f"S{day}", "5.00"), source="alipay", day=day)
        (self.book.world.inbox.folder / place.name).rename(into)

    def read_statement(self, file):
        return self.book.world.inbox.of(BEIJING, "generic").read_statement(file)


@pytest.fixture
def sender(book):
    sender = Sender(book)
    book.world = replace(book.world, statements={Method.WECHAT: sender})
    return sender


async def ask(book):
    return await fetch(book.world, Method.WECHAT, book.day, again_after=AGAIN_AFTER)


async def test_a_file_is_fetched_once(book, sender):
    assert [await ask(book), await ask(book)] == [True, False]
    assert sender.asked == [book.day]


@pytest.mark.parametrize(
    "says", [StatementNotReady("wechat", "2026-11-20"), Unanswered("wechat")], ids=type
)
async def test_what_is_not_there_is_asked_for_again_after_a_while(book, sender, clock, says):
    sender.says = says
    assert [await ask(book), await ask(book)] == [False, False]
    clock.passes(seconds=AGAIN_AFTER.total_seconds() + 1)
    sender.says = None
    assert await ask(book)
    assert len(sender.asked) == 2


async def test_yesterday_is_fetched_once_it_can_be_there(book, sender, clock):
    await book.pays("1200.00")
    clock.passes(hours=21)  # Nine in the morning.
    await fetch_due(book.world)
    assert book.day not in sender.asked
    clock.passes(hours=2)
    await fetch_due(book.world)
    assert book.day in sender.asked


async def test_the_books_are_kept_by_themselves(book, sender, clock, closed_until):
    assert closed_until  # Opens Beijing's books again; those of other rooms stay as they are.
    await book.pays("1200.00")
    clock.passes(days=1)
    [region] = [one for one in book.world.regions.values() if one.code == BEIJING]
    assert await keep_books(replace(book.world, regions={BEIJING: region})) > 0
    kinds = {one.kind for one in await book.differences()}
    assert kinds == {DifferenceKind.SHORT, DifferenceKind.UNKNOWN}
    assert [bool(file.matched_at) for file in await files(book)] == [True]
