"""Operators see what differs on a day, propose what to do, and another one has it done."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from tests.web.at_the_console import NINGBO, clerk_with

from shebao.core.desk.clerk import Duty
from shebao.gateways.inbox import Inbox
from shebao.operations.books.compare import compare
from shebao.operations.books.read_statements import Place, read_file
from shebao.operations.world import SHANGHAI
from shebao.web.main import create

DAYS_AGO = count(1)  # A file of a day is read once.
HEADINGS = "时间,流水号,商户单号,金额,手续费,类型\n"


@pytest.fixture
async def differing(world, tmp_path):
    """A world in which WeChat's file of a day names money of nobody's, and its day."""
    here = replace(world, statements={}, inbox=Inbox(tmp_path / "statements", world.inbox.formats))
    day = (here.now().astimezone(SHANGHAI) - timedelta(days=next(DAYS_AGO))).date()
    place = Place.parse(f"{NINGBO}/wechat/{day}.csv")
    file = here.inbox.folder / place.name
    file.parent.mkdir(parents=True, exist_ok=True)
    number = f"M{here.now():%H%M%S%f}"
    file.write_text(f"{HEADINGS}{day} 12:00:00,{number},nobody,5.00,0.01,交易\n")
    await read_file(here, place)
    await compare(here, region_code=NINGBO, source="wechat", day=day)
    return here, day, number


@pytest.fixture
async def two(differing):
    """One who proposes and another who approves, at work."""
    here, _, _ = differing
    app = create(here, cashiers=())
    first = await clerk_with(app, here, Duty.BOOKS_PROPOSE)
    second = await clerk_with(app, here, Duty.BOOKS_APPROVE, Duty.BOOKS_PROPOSE)
    await first.comes_in()
    await second.comes_in()
    yield first, second
    await first.http.aclose()
    await second.http.aclose()


async def proposed(clerk, day, number, remedy):
    """Propose a remedy for the difference of this number, by its form on the day's page."""
    page = await clerk.open(f"/console/books/{day}")
    assert page.says(number)
    posts = [form for form in page.forms if re.search(r"/books/[-\d]+/\w+$", form.action)]
    form = posts[-1]
    values = {**form.values, "remedy": remedy, "says": "问过渠道"}
    answer = await clerk.http.post(form.action, data=values)
    assert answer.status_code == 303, answer.text
    return await clerk.open(f"/console/books/{day}")


async def test_the_days_say_which_files_are_here_and_what_is_open(two, differing):
    first, _ = two
    _, day, _ = differing
    page = await first.open("/console/books")
    assert page.says(str(day))
    assert page.says("未知订单")
    assert page.says("待处理")


async def test_what_a_remedy_posts_is_shown_before_it_is_proposed(two, differing):
    first, _ = two
    _, day, number = differing
    page = await first.open(f"/console/books/{day}")
    assert page.says(number)
    assert page.says("补记入账")
    assert page.says("挂账")
    assert page.says("渠道待清算")


async def test_one_proposes_another_approves_and_it_can_be_answered(two, differing):
    first, second = two
    _, day, number = differing
    page = await proposed(first, day, number, "book_apart")
    assert page.says("待复核")
    mine = await first.open("/console/repairs")
    assert [form for form in mine.forms if form.action.endswith("/approve")] == []
    theirs = await second.open("/console/repairs")
    approve = [form for form in theirs.forms if form.action.endswith("/approve")][-1]
    assert (await second.send(theirs, approve.action)).path == "/console/repairs"
    page = await second.open(f"/console/books/{day}")
    assert page.says("已执行")
    undo = [form for form in page.forms if form.action.endswith("/undo")][-1]
    await second.send(page, undo.action)
    assert (await second.open(f"/console/books/{day}")).says("已冲回")


async def test_who_proposed_may_take_it_back(two, differing):
    first, _ = two
    _, day, number = differing
    await proposed(first, day, number, "take_in")
    mine = await first.open("/console/repairs")
    decline = [form for form in mine.forms if form.action.endswith("/decline")][-1]
    await first.send(mine, decline.action)
    assert (await first.open(f"/console/books/{day}")).says("未同意")


@pytest.mark.parametrize("path", ["/console/books/never", "/console/books/2024-02-30"])
async def test_a_day_that_is_none_is_no_page(two, path):
    first, _ = two
    assert (await first.open(path)).status == 404
