"""A channel's own file, fetched over its wire, says the same as our books, or what differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
from tests.fresh_database import fresh_database
from tests.operations.at_the_cashier import attempt_of, held_reference

from shebao.core.books.reconciliation import DifferenceKind
from shebao.core.books.statement import LineKind
from shebao.core.channel import Method, Scene
from shebao.core.money import Money
from shebao.gateways.inbox import Inbox
from shebao.operations.books.compare import compare_waiting
from shebao.operations.books.fetch import AGAIN_AFTER, fetch, read_dropped
from shebao.operations.books.look import look_at_differences
from shebao.operations.inquire import ASK_EVERY, inquire_due
from shebao.operations.pay import Wish, pay
from shebao.operations.world import SHANGHAI
from shebao.store import promises
from shebao.store.database import Database
from shebao.store.migrate import migrate

BEIJING = "110000"
TELLING = (
    *(Method.WECHAT, Method.ALIPAY, Method.UNIONPAY, Method.CARD),
    *(Method.AGREEMENT, Method.COUNTER, Method.POS),
)


@pytest.fixture
async def world(built, clock, server_url, tmp_path):
    """A world whose books hold nothing but what happens here."""
    async with fresh_database(server_url) as url:
        db = Database(url)
        await migrate(db)
        inbox = Inbox(tmp_path / "statements", built.inbox.formats)
        yield replace(built, db=db, now=clock, inbox=inbox)
        await db.close()


@pytest.mark.parametrize("method", TELLING)
async def test_whoever_rehearses_has_a_file_at_once_with_a_line_nobody_else_knows(
    built, outside, tmp_path, method
):
    day = datetime.now(SHANGHAI).date() - timedelta(days=3)
    asked = {"channel": method, "day": str(day), "mishaps": [{"kind": "line_extra", "fen": 4321}]}
    async with httpx.AsyncClient(base_url=outside.url, trust_env=False) as lever:
        answer = await lever.post("/sandbox/statements", json=asked)
        assert answer.status_code < 300, answer.text
    await built.statements[method].fetch_statement(day, tmp_path / "file")
    [line] = built.statements[method].read_statement(tmp_path / "file")
    assert (line.kind, line.amount) == (LineKind.PAYMENT, Money(4321))


@pytest.fixture
async def paid(world, household, cashier, clock):
    """Four sums that WeChat holds, by their attempts."""
    found = []
    for number in range(4):
        [bill] = [
            one
            for one in await household.owes("1200.00", document=f"w{number}")
            if one.state == "payable"
        ]
        order_id = await household.order(bill)
        wish = Wish(
            region_code=BEIJING,
            order_id=order_id,
            payer_id=household.person.id,
            method=Method.WECHAT,
            scene=Scene.H5,
            payer_ip="127.0.0.1",
        )
        await pay(world, wish)
        attempt = await attempt_of(world, order_id)
        await cashier.does(attempt.id, "pay", "notice_never")
        found.append(attempt.id)
    clock.passes(seconds=ASK_EVERY.seconds + 1)
    await inquire_due(world, BEIJING)
    return found


async def test_what_a_channel_spoils_in_its_file_is_found_by_its_name(world, outside, paid):
    day = world.now().astimezone(SHANGHAI).date()
    _, missing, twice, altered = paid
    mishaps = [
        {"kind": "line_missing", "our_id": missing},
        {"kind": "line_twice", "our_id": twice},
        {"kind": "amount_altered", "our_id": altered},
    ]
    async with httpx.AsyncClient(base_url=outside.url, trust_env=False) as lever:
        asked = {"channel": "wechat", "day": str(day), "mishaps": mishaps}
        answer = await lever.post("/sandbox/statements", json=asked)
        assert answer.status_code < 300, answer.text
    assert await fetch(world, Method.WECHAT, day, again_after=AGAIN_AFTER)
    assert [read.is_new for read in await read_dropped(world)] == [True]
    await compare_waiting(world, BEIJING)
    seen = await look_at_differences(world, (day, day), region_code=BEIJING, source="wechat")
    kinds = {one.difference.number: one.difference.kind for one in seen}
    numbers = [await held_reference(world, attempt_id) for attempt_id in paid]
    late = {DifferenceKind.SHORT, DifferenceKind.CUT_OFF}  # As late as it is when tests run.
    assert kinds.get(numbers[1]) in late
    assert [kinds.get(number) for number in (numbers[0], *numbers[2:])] == [
        None,
        DifferenceKind.DUPLICATE,
        DifferenceKind.AMOUNT,
    ]
    async with world.db.reading() as tx:
        broken = await promises.broken(tx)
    assert broken["statements_agree_or_differ_by_name"] == []
