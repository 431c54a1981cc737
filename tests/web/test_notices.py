"""Channels come in by their own door: what is theirs is kept, what is forged is turned away."""

import asyncio
import socket
from dataclasses import replace

import httpx
import pytest
import uvicorn
from tests.operations.conftest import BEIJING, Household

from shebao.core.channel import Method, Scene
from shebao.core.identity import IdType, parse_id
from shebao.core.order import OrderState
from shebao.core.payment import PaymentState
from shebao.operations.enrol import Membership, register
from shebao.operations.pay import Wish, pay
from shebao.operations.sign_in import new_person
from shebao.store import orders, promises
from shebao.web.notices import NoticeDoor


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
async def world(world):
    """The world, with its door for channels open on a real port."""
    port = free_port()
    opened = replace(world, base_url=f"http://127.0.0.1:{port}")
    server = uvicorn.Server(
        uvicorn.Config(NoticeDoor(opened), port=port, lifespan="off", log_config=None)
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield opened
    server.should_exit = True
    await serving


@pytest.fixture
async def town(outside):
    async with httpx.AsyncClient(base_url=outside.url, trust_env=False) as http:
        yield http


@pytest.fixture
async def order(world, people):
    """An order of 1200 yuan at the channel's cashier: the household, the order, the attempt."""
    number = parse_id(IdType.RESIDENT, people.number(), on=world.today(BEIJING))
    kept, [enrolment] = await register(
        world,
        region_code=BEIJING,
        person=new_person(world, name="王小芳", number=number),
        memberships=[Membership(scheme="resident_pension")],
    )
    household = Household(world, kept, enrolment)
    order_id = await household.order(*await household.owes("1200.00"))
    await pay(
        world,
        Wish(
            region_code=BEIJING,
            order_id=order_id,
            payer_id=kept.id,
            method=Method.WECHAT,
            scene=Scene.H5,
            payer_ip="127.0.0.1",
        ),
    )
    async with world.db.reading() as tx:
        opened = await orders.by_id(tx, region_code=BEIJING, order_id=order_id)
    return household, order_id, opened.attempt_id


async def pays(town, attempt_id, *faults):
    answer = await town.post(f"/sandbox/attempts/{attempt_id}/pay", json={"faults": list(faults)})
    assert answer.status_code < 300, answer.text


async def becomes(question, wanted):
    """Wait until a question is answered so; five seconds are more than enough."""
    async with asyncio.timeout(5):
        while await question() != wanted:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "twist",
    [
        "notice_twice",
        "notice_concurrently",
        "probe_first",
        "notice_forged_first",
        "notice_stale_first",
        "notice_out_of_order",
    ],
)
async def test_whatever_comes_around_it_the_true_notice_pays_once(world, town, order, twist):
    household, order_id, attempt_id = order
    await pays(town, attempt_id, twist)
    await becomes(lambda: household.state(order_id), OrderState.PAID)
    [money] = await household.money(order_id)
    assert money.state is PaymentState.APPLIED
    async with world.db.reading() as tx:
        assert not any((await promises.broken(tx)).values())


async def test_a_notice_with_another_amount_is_set_aside_and_goes_nowhere_else(town, order):
    household, order_id, attempt_id = order
    await pays(town, attempt_id, "notice_wrong_amount")

    async def states():
        return [money.state for money in await household.money(order_id)]

    await becomes(states, [PaymentState.UNAPPLIED])
    assert await household.state(order_id) is OrderState.PAYING


async def test_money_nobody_ordered_is_written_down(world, town):
    answer = await town.post(
        "/sandbox/attempts/stray",
        json={
            "notify_url": f"{world.base_url}/notify/wechat/{BEIJING}",
            "total_fen": 880,
        },
    )
    assert answer.status_code < 300, answer.text

    async def strays():
        async with world.db.reading() as tx:
            waiting = await tx.connection.fetch(
                "SELECT amount_fen FROM payments WHERE misfit = 'unknown_attempt'"
                " AND amount_fen = 880"
            )
        return len(waiting)

    await becomes(strays, 1)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/notify/wechat/{BEIJING}", 401),
        ("/notify/wechat/999999", 404),
        (f"/notify/carrier-pigeon/{BEIJING}", 404),
        (f"/notify/unionpay/{BEIJING}", 401),
        (f"/notify/ccb/{BEIJING}", 404),
        ("/notify/", 404),
    ],
)
async def test_what_nobody_signed_is_turned_away_with_a_reason(world, address, status):
    async with httpx.AsyncClient(base_url=world.base_url, trust_env=False) as http:
        answer = await http.post(address, content=b'{"id": "EV-1"}')
    assert answer.status_code == status
    assert answer.json()["code"] == "FAIL"


async def test_a_door_is_not_opened_by_looking_at_it(world):
    async with httpx.AsyncClient(base_url=world.base_url, trust_env=False) as http:
        assert (await http.get(f"/notify/wechat/{BEIJING}")).status_code == 404
