"""The bench measures everything it promises, and its limit runs what our operations run."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from bench import notices, one_by_one, orders
from bench.__main__ import BENCHES
from bench.books import ORDER_FEN, server
from bench.figures import Figure, Goal, write
from bench.planted import Planted
from bench.program import environment
from bench.run import Run, Scale
from city.residents import REGION, id_of

from shebao.app import opened
from shebao.config import read_config
from shebao.core.channel import Method, Outcome, Told
from shebao.core.money import Money
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.sign_in import who
from shebao.sandbox.credentials import open_folder
from shebao.store.notices import Notice
from shebao.store.queries import Queries

TINY = Scale(
    people=1_000,
    more_people=1_200,
    levied=(500, 1_000),
    collected=500,
    planted=Planted(payments=2_000, differences=100),
    warm=64,
    laps=1,
    count=96,
    workers=1,
    seconds=0.05,
)
PROMISED = (
    "notices.rate",
    "notices.rate.to_one_by_one",
    "notices.cpu",
    "orders.rate",
    "payables.cpu",
    "first_page.bytes",
    "first_page.requests",
    "policy.tier",
    "receipts.signed",
    "growth.notices",
    "growth.orders",
    "reconcile.compared",
    "reconcile.read",
    "reconcile.whole",
    "reconcile.memory",
    "levy.rate",
    "levy.growth",
    "levy.amounts",
    "levy.forecast",
    "deduction.hold",
    "deduction.post",
    "deduction.whole",
    "deduction.to_tryton",
    "roster.judged",
    "roster.cpu",
    "roster.taken_in",
    "roster.memory",
)
KEYS = ["name", "ours", "limit", "ratio", "unit", "cpu_us", "size"]


@pytest_asyncio.fixture(scope="module")
async def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    open_folder(folder / "credentials")
    async with server() as running, Run(TINY, running, folder) as made:
        yield made


@pytest_asyncio.fixture(scope="module")
async def figures(run):
    found = [figure for measure in BENCHES.values() for figure in await measure(run)]
    return {figure.name: figure for figure in found}


@pytest.mark.parametrize("name", PROMISED)
def test_every_promised_figure_is_measured(figures, name):
    assert figures[name].ours > 0


def test_programs_read_one_object_a_line_with_these_keys(figures, tmp_path):
    write(figures.values(), tmp_path / "figures")
    lines = (tmp_path / "figures").read_text().splitlines()
    assert len(lines) == len(figures)
    assert {tuple(json.loads(line)) for line in lines} == {tuple(KEYS)}


@pytest.mark.parametrize(
    ("goal", "ratio", "met"),
    [
        (Goal(at_least=2.5), 2.5, True),
        (Goal(at_least=2.5), 2.4, False),
        (Goal(at_most=1), 1.0, True),
        (Goal(at_most=1), 1.1, False),
        (Goal(), 1.1, None),
    ],
)
def test_a_goal_is_met_or_not(goal, ratio, met):
    figure = Figure(name="a", ours=ratio, limit=1, unit="s", goal=goal)
    assert goal.met(figure.ratio) is met


@pytest_asyncio.fixture
async def asked(run):
    """A world, and the statements it asked of the database since we began to listen."""
    books = await run.city()
    async with AsyncExitStack() as stack:
        config = read_config(environment(books, run.folder))
        world = await stack.enter_async_context(opened(config, books.url))
        heard = []
        for way_in in (world.db.transaction, world.db.reading):
            async with way_in() as tx:  # The one free connection, and so the next one taken.
                tx.connection.add_query_logger(lambda said: heard.append(said.query))
        yield world, heard


def ours(heard):
    """Our queries begin with what they are for; the driver's own, BEGIN and COMMIT do not."""
    return [text for text in heard if text.startswith("-- ")]


def texts(*asks):
    return [Queries(ask.stem)[ask.name].text for ask in asks]


async def test_pgbench_posts_a_notice_by_the_statements_we_post_it_by(run, asked):
    world, heard = asked
    [number] = (await run.city()).orders.take(1)
    at = datetime.now(UTC)
    told = Told(
        attempt_id=id_of("att", number),
        outcome=Outcome.PAID,
        amount=Money(ORDER_FEN),
        reference=f"4200{number}",
        happened_at=at,
        notice_id=f"EV{number}",
    )
    await shelve(world, [Notice(REGION, Method.WECHAT, at, "", b"{}", told)])
    assert await judge_waiting(world, REGION) == 1
    assert ours(heard) == texts(*one_by_one.NOTICE)
    assert notices.course(run).script.count("BEGIN;") == 1


async def test_pgbench_opens_an_order_by_the_statements_we_open_it_by(run, asked):
    world, heard = asked
    books = await run.city()
    [number] = books.payers.take(1)
    bill = 4 * books.person(number)
    basket = Basket(
        region_code=REGION,
        order_id=world.mint("ord"),
        payer_id=id_of("per", books.person(number)),
        entry_channel="wechat_mini",
        bill_ids=frozenset({id_of("bil", bill + 2), id_of("bil", bill + 3)}),
    )
    await who(world, [(REGION, "a token")])
    assert await open_orders(world, [basket]) == [basket.order_id]
    assert ours(heard) == texts(one_by_one.SESSION, *one_by_one.ORDER)
    assert orders.course(run).script.count("BEGIN;") == 1
