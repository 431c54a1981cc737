"""The console lets in clerks and nobody else, each to what their duties are."""

import re

import pytest
from tests.web.at_the_console import clerk_with

from shebao.core.desk.clerk import Duty
from shebao.operations.desk.clerks import lock_clerk
from shebao.web.routes import ROUTES

NINGBO = "330200"
FOR_CLERKS = [route for route in ROUTES if route.guard.for_clerks]
OF_DUTIES = [route for route in FOR_CLERKS if route.guard.duty]


def somewhere(route):
    return re.sub(r"{\w+}", "x1", route.path)


def told(route):
    return f"{route.method} {route.path}"


@pytest.fixture
async def clerk(app, world):
    """A clerk who asks for refunds, not signed in."""
    clerk = await clerk_with(app, world, Duty.REFUND_ASK)
    yield clerk
    await clerk.http.aclose()


@pytest.fixture
async def idle(app, world):
    """A clerk who may do nothing, at work."""
    clerk = await clerk_with(app, world)
    await clerk.comes_in()
    async with world.db.transaction() as tx:
        await tx.connection.execute(
            "UPDATE clerks SET duties = '{}' WHERE number = $1", clerk.number
        )
    yield clerk
    await clerk.http.aclose()


async def test_a_clerk_comes_in_by_password_and_code(clerk):
    page = await clerk.comes_in()
    assert (page.path, page.h1) == ("/console", "工作台")
    assert page.says("陈*敏")
    assert page.says("提出退费")
    assert not page.says("陈小敏")


async def test_the_first_step_alone_lets_nobody_in(clerk):
    page = await clerk.first_step()
    assert page.h1 == "请填写动态码"
    assert (await clerk.open("/console")).path == "/console/sign-in"


async def test_in_a_rehearsal_the_page_says_the_code(clerk):
    page = await clerk.first_step()
    assert page.says(f"现在的动态码是{clerk.code()}")


async def test_after_signing_in_one_comes_where_one_was_going(clerk):
    page = await clerk.comes_in(there="/console/where")
    assert page.path == "/console/where"


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "/home"])
async def test_nobody_is_led_elsewhere_by_signing_in(clerk, there):
    assert (await clerk.comes_in(there=there)).path == "/console"


async def test_a_wrong_password_is_said_beside_the_number(clerk):
    page = await clerk.first_step(password="no-such-pass-word")
    assert page.status == 422
    assert page.says("工号或者密码不对")
    assert page.title.startswith("有误：")


async def test_a_wrong_code_is_said_beside_the_code(clerk):
    page = await clerk.send(await clerk.first_step(), "/console/sign-in/code", code="12")
    assert page.says("动态码不对")


async def test_too_many_misses_are_told_what_to_do(clerk):
    for _ in range(5):
        page = await clerk.first_step(password="no-such-pass-word")
    assert page.says("要等 15 分钟")


async def test_nothing_typed_is_said_too(clerk):
    page = await clerk.open(f"/console/sign-in?region={NINGBO}")
    page = await clerk.send(page, "/console/sign-in")
    assert page.says("请填写工号和密码")


@pytest.mark.parametrize("route", FOR_CLERKS, ids=told)
async def test_a_page_of_clerks_sends_others_to_their_door(visitor, route):
    answer = await visitor.http.request(route.method, somewhere(route))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/console/sign-in?next={somewhere(route)}"


async def test_a_payer_is_no_clerk(sign_in, settle):
    payer = await sign_in(await settle(NINGBO))
    assert (await payer.open("/console")).path == "/console/sign-in"


async def test_a_clerk_is_no_payer(clerk):
    await clerk.comes_in()
    assert (await clerk.open("/home")).path == "/"


@pytest.mark.parametrize("route", OF_DUTIES, ids=told)
async def test_a_duty_one_was_not_given_opens_nothing(idle, route):
    answer = await idle.http.request(route.method, somewhere(route))
    assert answer.status_code == 403
    assert route.guard.duty.label in answer.text


@pytest.mark.parametrize(
    "route", [route for route in FOR_CLERKS if route.method == "POST"], ids=told
)
async def test_a_form_without_the_clerks_token_changes_nothing(app, world, route):
    clerk = await clerk_with(app, world, *Duty)
    await clerk.comes_in()
    answer = await clerk.post(somewhere(route), csrf="0" * 64)
    await clerk.http.aclose()
    assert answer.status_code == 403
    assert "页面放得太久了" in answer.text


async def test_the_navigation_shows_what_one_may_open(clerk, idle):
    page = await clerk.comes_in()
    assert page.says("替人申请退费")
    page = await idle.open("/console")
    assert not page.says("替人申请退费")


async def test_signing_out_ends_it(clerk):
    page = await clerk.comes_in()
    page = await clerk.send(page, "/console/sign-out")
    assert page.path == "/console/sign-in"
    assert (await clerk.open("/console/refunds")).path == "/console/sign-in"


async def test_a_clerk_who_is_locked_is_out_at_the_next_click(clerk, world):
    await clerk.comes_in()
    await lock_clerk(world, region_code=NINGBO, number=clerk.number)
    page = await clerk.open("/console")
    assert (page.path, page.says("登录已经到期")) == ("/console/sign-in", True)


async def test_a_page_that_is_not_there_leads_back_to_the_console(clerk):
    await clerk.comes_in()
    page = await clerk.open("/console/nowhere")
    assert page.status == 404
    assert page.link("回到工作台") == "/console"
