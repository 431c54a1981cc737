"""When a session is over, signing in leads back to the form, with what was typed into it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from tests.web.conftest import BEIJING, NINGBO, TIERED

from shebao.core.money import Money
from shebao.operations.enrol import Membership

AMOUNT = Membership(scheme="resident_pension", district="110106", last_choice=Money.yuan("2000"))


@pytest.fixture
async def typing(settle, sign_in):
    """Somebody of Beijing who was typing an amount when their session ended."""
    resident = await settle(BEIJING, AMOUNT)
    browser = await sign_in(resident)
    page = await browser.open(f"/choose/{resident.belongs[0].id}")
    browser.http.cookies.set("sb", f"{BEIJING}.over", domain="shebao.test")
    told = page.form(page.path).values | {"choice": "4321"}
    headers = {"referer": page.url}
    answer = await browser.http.post(page.path, data=told, headers=headers)
    return browser, resident, page.path, answer


async def test_what_was_typed_comes_back_once(typing, code_of, phones):
    browser, resident, path, answer = typing
    resident.phone = next(phones)  # One telephone gets no two codes within a minute.
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked == {"next": [path], "expired": ["1"]}
    page = await browser.open(answer.headers["location"])
    page = await browser.send(
        page, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
    )
    page = await browser.send(page, "/sign-in/code", code=await code_of(resident))
    assert page.path == path
    assert "4321" in [given.get("value") for _, given, _ in page.tags]
    again = await browser.open(path)
    assert "4321" not in [given.get("value") for _, given, _ in again.tags]


async def test_nothing_of_a_person_is_kept_and_nothing_stands_in_an_address(typing):
    browser, _, _, answer = typing
    assert "4321" not in answer.headers["location"]
    assert "4321" not in " ".join(answer.headers.get_list("set-cookie"))
    browser.http.cookies.set("sb", f"{BEIJING}.over", domain="shebao.test")
    named = {"name": "王小芳", "number": "110106198001011234", "phone": "13800000000"}
    answer = await browser.http.post("/for-whom/other", data=named)
    assert not [one for one in answer.headers.get_list("set-cookie") if one.startswith("ty=")]


async def test_a_form_whose_address_shows_no_page_leads_back_to_where_it_stood(settle, sign_in):
    resident = await settle(NINGBO, TIERED, owes=["1000"])
    browser = await sign_in(resident)
    page = await browser.send(await browser.open("/items"), "/confirm")
    browser.http.cookies.set("sb", f"{NINGBO}.over", domain="shebao.test")
    told, headers = page.form("/orders").values, {"referer": page.url}
    answer = await browser.http.post("/orders", data=told, headers=headers)
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["next"][0].startswith("/confirm?")


async def test_who_was_sent_by_somebody_else_comes_back_to_a_page_of_ours(visitor):
    headers = {"referer": "https://elsewhere.invalid/trap"}
    answer = await visitor.http.post("/orders", data={"csrf": "x"}, headers=headers)
    assert "elsewhere" not in answer.headers["location"]
