"""The form that leads to UnionPay's cashier, and the form by which it sends the payer back."""

from __future__ import annotations

import re

import pytest

from shebao.core.money import Money
from shebao.operations.enrol import Membership

BEIJING = "110000"
RANGED = Membership(scheme="resident_pension", last_choice=Money.yuan("4000"))


@pytest.fixture
async def at_form(settle, sign_in):
    """A resident of Beijing who has chosen UnionPay: browser, and the page with the form."""
    visitor = await sign_in(await settle(BEIJING, RANGED))
    page = await visitor.open("/items")
    [choosing] = {given["formaction"] for _, given, _ in page.tags if "formaction" in given}
    page = await visitor.open(choosing)
    page = await visitor.send(page, page.path)
    page = await visitor.send(page, "/orders")
    return visitor, await visitor.send(page, page.path, method="unionpay")


def form_of(page):
    [form] = [form for form in page.forms if "frontTransReq.do" in form.action]
    return form


async def test_the_form_leads_to_unionpay_and_carries_none_of_our_secrets(at_form, outside):
    _, page = at_form
    assert page.path.endswith("/cashier")
    form = form_of(page)
    assert form.action == f"{outside.url}/unionpay/gateway/api/frontTransReq.do"
    assert form.values["txnAmt"] == ["400000"]
    assert "csrf" not in form.values


async def test_only_this_page_may_lead_there(at_form, outside):
    visitor, page = at_form
    policy = page.headers["content-security-policy"]
    assert re.search(rf"form-action 'self' {re.escape(outside.url)}(;|$)", policy)
    other = await visitor.open("/items")
    assert outside.url not in other.headers["content-security-policy"]


async def test_the_form_is_pressed_by_a_button_and_goes_by_itself_with_a_script(at_form):
    _, page = at_form
    assert [given for tag, given, _ in page.tags if tag == "form" and "data-go" in given]
    assert [given for tag, given, _ in page.tags if tag == "button" and given.get("id") == "go"]


async def test_choosing_again_leads_to_the_very_same_form(at_form):
    visitor, page = at_form
    pay_page = await visitor.open(page.path.replace("/cashier", "/pay"))
    again = await visitor.send(pay_page, pay_page.path, method="unionpay")
    assert form_of(again).values == form_of(page).values


async def test_a_paid_order_has_no_form_any_more(at_form, town):
    visitor, page = at_form
    said = {name: value for name, [value] in form_of(page).values.items()}
    there = await town.post(form_of(page).action, data=said)
    token = there.headers["location"].partition("token=")[2]
    await town.post("/unionpay/cashier", data={"token": token, "action": "pay"})
    seen = await visitor.open(page.path.replace("/orders/", "/result/").replace("/cashier", ""))
    assert seen.h1 == "缴费成功"
    assert (await visitor.open(page.path)).h1 == "缴费成功"


async def test_nobody_else_sees_the_form(at_form, sign_in, settle):
    _, page = at_form
    stranger = await sign_in(await settle(BEIJING, RANGED))
    assert (await stranger.open(page.path)).status == 404


async def test_who_is_sent_back_by_a_form_is_shown_how_it_stands(at_form):
    visitor, page = at_form
    order_id = page.path.split("/")[2]
    answer = await visitor.post(f"/result/{order_id}", respCode="00", txnAmt="400000")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/result/{order_id}")
    seen = await visitor.open(f"/result/{order_id}")
    assert seen.h1 != "缴费成功"  # Whatever the form said, nobody has paid.


@pytest.mark.parametrize("strange", ["%0d%0aset-cookie:a=b", "支付", "..%5cevil.example"])
async def test_nobody_is_sent_to_a_strange_place(visitor, strange):
    answer = await visitor.post(f"/result/{strange}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
