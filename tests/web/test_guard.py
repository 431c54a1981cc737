"""Nobody sees a page that is not theirs, and no form is believed that is not ours."""

import re

import pytest

from shebao.web.guard import Guard
from shebao.web.routes import ROUTES

PRIVATE = [route for route in ROUTES if route.guard is Guard.SIGNED_IN]
NINGBO = "330200"


def somewhere(route):
    return re.sub(r"{\w+}", "x1", route.path)


@pytest.mark.parametrize("route", PRIVATE, ids=lambda route: f"{route.method} {route.path}")
async def test_a_private_page_asks_to_sign_in_and_remembers_where_one_was_going(visitor, route):
    answer = await visitor.http.request(route.method, somewhere(route))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={somewhere(route)}"


async def test_a_program_is_told_as_a_problem_that_nobody_is_signed_in(visitor):
    answer = await visitor.http.get("/items", headers={"accept": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "signed_out"


POSTED = [
    route
    for route in ROUTES
    if route.method == "POST"
    and not route.guard.for_clerks
    and route.guard not in {Guard.COMES_BACK, Guard.TICKET}  # Neither brings a form of ours.
]


@pytest.mark.parametrize("path", [somewhere(route) for route in POSTED])
async def test_a_form_without_this_visitors_token_changes_nothing(sign_in, settle, path):
    visitor = await sign_in(await settle(NINGBO))
    answer = await visitor.post(path, csrf="0" * 64, name="李四")
    assert answer.status_code == 403
    assert "页面放得太久了" in answer.text


async def test_another_visitors_token_is_not_believed(sign_in, settle):
    one = await sign_in(await settle(NINGBO))
    other = await sign_in(await settle(NINGBO))
    stolen = (await other.open("/home")).form("/sign-out").values["csrf"]
    assert (await one.post("/sign-out", csrf=stolen)).status_code == 403
    assert (await one.open("/home")).path == "/home"


async def test_an_order_number_of_ones_own_making_is_not_believed(sign_in, settle):
    visitor = await sign_in(await settle(NINGBO))
    csrf = (await visitor.open("/home")).form("/sign-out").values["csrf"]
    answer = await visitor.post("/orders", csrf=csrf, order="ord" + "0" * 26, seal="x", bill="b")
    assert answer.status_code == 403


async def test_somebody_elses_order_looks_like_no_order_at_all(order_of, sign_in, settle):
    _, page = order_of
    stranger = await sign_in(await settle(NINGBO, name="李四"))
    seen = await stranger.open(page.path)
    assert (seen.status, seen.h1) == (404, "没有找到这个页面")


async def test_somebody_elses_record_is_not_shown(sign_in, settle):
    other = await settle(NINGBO, name="李四")
    visitor = await sign_in(await settle(NINGBO))
    seen = await visitor.open(f"/items?person={other.person.id}")
    assert seen.status == 404


async def test_a_session_ends_by_itself_and_one_comes_back_where_one_was(
    sign_in, settle, clock, code_of, phones
):
    resident = await settle(NINGBO)
    visitor = await sign_in(resident)
    clock.passes(hours=2, minutes=1)
    resident.phone = next(phones)
    page = await visitor.open("/records?tab=others")
    assert page.says("登录已经到期")
    page = await visitor.send(
        page, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
    )
    page = await visitor.send(page, "/sign-in/code", code=await code_of(resident))
    assert page.url.endswith("/records?tab=others")


async def test_who_signs_out_is_out(sign_in, settle):
    visitor = await sign_in(await settle(NINGBO))
    page = await visitor.send(await visitor.open("/home"), "/sign-out")
    assert page.h1 == "您在哪里参保？"
    assert (await visitor.open("/home")).path == "/sign-in"
