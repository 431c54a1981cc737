"""A portal that hosts a static package gets the same pages, one at a time, through its gateway."""

from __future__ import annotations

import base64
import json

import pytest
from tests.web.conftest import NINGBO, TIERED

START = f"/?region={NINGBO}&ch=zheliban"


class Gateway:
    """The package behind a portal's gateway: no cookies, one token."""

    def __init__(self, visitor):
        self.http, self.token = visitor.http, None

    async def asks(self, method, path, **form):
        self.http.cookies.clear()
        told = {"method": method, "path": path, "token": self.token}
        told["form"] = {name: [value] for name, value in form.items()} or None
        answer = (await self.http.post("/gate", content=json.dumps(told))).json()
        self.token = answer["token"]
        return answer


@pytest.fixture
def gateway(visitor):
    return Gateway(visitor)


def secret(page):
    """What a form of this page must bring back."""
    return page["html"].partition('name="csrf" value="')[2].partition('"')[0]


@pytest.fixture
async def inside(gateway, settle, code_of):
    """A resident who has signed in through the gateway."""
    resident = await settle(NINGBO, TIERED, owes=["1000"])
    await gateway.asks("GET", START)
    page = await gateway.asks("GET", "/sign-in?way=sms")
    told = {"name": resident.name, "number": resident.number, "phone": resident.phone}
    page = await gateway.asks("POST", "/sign-in", csrf=secret(page), id_type="201", **told)
    assert page["path"] == "/sign-in/code", page
    code = await code_of(resident)
    page = await gateway.asks("POST", "/sign-in/code", csrf=secret(page), code=code)
    assert page["path"] == "/home"
    return gateway


async def test_a_page_comes_as_its_parts_and_without_scripts(inside):
    page = await inside.asks("GET", "/items")
    assert page.keys() == {"path", "title", "mode", "theme", "html", "token"}
    assert page["title"].endswith("– 社保缴费")
    assert (page["mode"], page["theme"]) == ("std", "blue")
    assert "1,000.00" in page["html"]
    assert "<script" not in page["html"]


async def test_large_type_is_kept_by_the_token(inside):
    assert (await inside.asks("GET", "/home?elder=1"))["mode"] == "elder"
    assert (await inside.asks("GET", "/items"))["mode"] == "elder"


async def test_what_leads_away_is_named_and_not_followed(gateway):
    await gateway.asks("GET", START)
    away = await gateway.asks("GET", "/sign-in/portal?next=/home")
    assert away["go"].startswith("http")
    assert "authorize" in away["go"]


async def test_a_form_without_its_secret_is_not_believed_here_either(inside):
    page = await inside.asks("POST", "/sign-out", csrf="made-up")
    assert "html" in page
    assert (await inside.asks("GET", "/items"))["path"] == "/items"


async def test_nobody_is_let_in_by_a_token_of_their_own_making(inside):
    forged = base64.urlsafe_b64encode(b'{"gate": {"sb": "330200.x"}}').decode()
    inside.token = forged
    page = await inside.asks("GET", "/items")
    assert page["path"] == "/"  # Where one begins.
    assert "1,000.00" not in page["html"]


@pytest.mark.parametrize(
    "told",
    [b"", b"[]", b'{"method": "PUT", "path": "/"}', b'{"method": "GET", "path": "//elsewhere"}',
     b'{"method": "GET", "path": "/gate"}', b'{"method": "GET"}'],
)  # fmt: skip
async def test_what_is_no_question_of_a_package_is_refused(visitor, told):
    answer = await visitor.http.post("/gate", content=told)
    assert (answer.status_code, answer.json()["code"]) == (400, "gate_unreadable")
