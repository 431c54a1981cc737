"""Nothing is shown before somebody has agreed, to each part by itself; once an edition, and back."""

import asyncio
from dataclasses import replace

import pytest
from tests.web.browsing import Visitor
from tests.web.entrance.conftest import NINGBO

from shebao.core.entrance.consent import ConsentKind
from shebao.web.main import create

BOTH = ["rules", "sensitive"]


@pytest.fixture
async def new_here(visitor, town, people, phones):
    """Somebody the registry knows and nobody else, who has just brought their code."""
    number, phone = people.number(born="19750308"), next(phones)
    known = {"name": "李明", "id_number": number, "id_type": "201", "status": "ok"}
    (await town.post("/sandbox/people", json=known)).raise_for_status()

    async def sign_in(visitor=visitor):
        await asyncio.sleep(0.11)  # One message a minute, which here is a tenth of a second.
        page = await visitor.open(f"/?region={NINGBO}")
        page = await visitor.send(page, "/sign-in", name="李明", number=number, phone=phone)
        told = (await town.get("/sms/inbox.json", params={"phone": phone})).json()
        return await visitor.send(page, "/sign-in/code", code=told[0]["parameters"]["code"])

    return sign_in


async def test_the_rules_come_first_with_nothing_ticked(new_here, visitor):
    page = await new_here()
    assert (page.path, page.form("/consent").values.get("kind")) == ("/consent", None)
    assert (await visitor.open("/items")).path == "/consent"


@pytest.mark.parametrize("ticked", [["rules"], ["sensitive"], []])
async def test_both_parts_are_needed_and_neither_stands_for_the_other(new_here, visitor, ticked):
    page = await visitor.send(await new_here(), "/consent", kind=ticked)
    assert (page.status, page.says("还有一项没有勾选")) == (422, True)
    assert (await visitor.open("/home")).path == "/consent"


async def test_who_agreed_goes_on_to_where_they_wanted_and_is_not_asked_again(new_here, visitor):
    await new_here()
    page = await visitor.open("/records?tab=others")
    page = await visitor.send(page, "/consent", kind=BOTH)
    assert page.url.endswith("/records?tab=others")
    await visitor.send(await visitor.open("/me"), "/sign-out")
    assert (await new_here()).path == "/home"


async def test_a_new_edition_is_asked_once(new_here, visitor, world, outside):
    await visitor.send(await new_here(), "/consent", kind=BOTH)
    region = world.region(NINGBO)
    newer = replace(region, consents={**region.consents, ConsentKind.SENSITIVE: "2027-01-01"})
    later = replace(world, regions={**world.regions, NINGBO: newer})
    app = create(later, inbox_url=f"{outside.url}/sms/inbox", cashiers=())
    other = Visitor(app)
    page = await new_here(other)
    assert (page.path, page.says("2027-01-01")) == ("/consent", True)
    assert (await other.send(page, "/consent", kind=BOTH)).path == "/home"
    await other.http.aclose()


async def test_what_was_agreed_is_listed_and_can_be_taken_back(new_here, visitor):
    await visitor.send(await new_here(), "/consent", kind=BOTH)
    page = await visitor.open("/me/consents")
    assert page.says("个人信息处理规则")
    assert page.says("2026-11-01")
    page = await visitor.send(page, "/me/consents", kind="sensitive")
    assert page.path == "/consent"
    assert (await visitor.open("/home")).path == "/consent"
    page = await visitor.send(page, "/consent", kind=BOTH)
    assert (await visitor.open("/me/consents")).says("有效")


async def test_who_does_not_agree_can_leave(new_here, visitor):
    page = await new_here()
    assert (await visitor.send(page, "/sign-out")).path == "/"


async def test_a_program_is_told_that_consent_is_missing(new_here, visitor):
    await new_here()
    answer = await visitor.http.get("/items", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_needed")


async def test_every_consent_leaves_an_event(new_here, visitor, world):
    await visitor.send(await new_here(), "/consent", kind=BOTH)
    page = await visitor.open("/me/consents")
    await visitor.send(page, "/me/consents", kind="rules")
    async with world.db.reading() as tx:
        told = await tx.connection.fetch(
            "SELECT e.event FROM consents c JOIN events e ON e.subject_id = c.id"
            " JOIN persons p ON p.id = c.person_id WHERE p.name = '李明' AND c.kind = 'rules'"
            " ORDER BY e.at DESC LIMIT 2"
        )
    assert [row["event"] for row in told] == ["withdrawn", "given"]
