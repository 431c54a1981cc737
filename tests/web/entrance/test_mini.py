"""A page in a mini program cannot open the cashier: it hands a ticket to the program, which can."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from tests.web.browsing import Visitor
from tests.web.conftest import CHANGZHOU, NINGBO, TIERED

from shebao.core.refusals import NotYours
from shebao.operations.cashier_ticket import TICKET_LIVES, TicketGone, issue_ticket, take_ticket
from shebao.operations.enrol import Membership

AGENTS = {
    "wechat": "Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0.44 Mobile miniProgram",
    "alipay": "Mozilla/5.0 (Linux; Android 12) AlipayClient/10.5 Mobile MiniProgram",
}
PLACES = {
    "wechat": (CHANGZHOU, "wechat_mini", Membership(scheme="flexible_pension", district="320402")),
    "alipay": (NINGBO, "alipay_mini", TIERED),
}


@pytest.fixture
async def inside(app, town, settle, code_of):
    """Somebody at the pay page of a mini program that knows them, owing 1,000 yuan."""
    opened = []

    async def come(vendor):
        region, channel, belongs = PLACES[vendor]
        resident = await settle(region, belongs, owes=["1000"])
        browser = Visitor(app, agent=AGENTS[vendor])
        opened.append(browser)
        told = {"app": vendor, "holder": resident.number}
        code = (await town.post("/sandbox/apps/codes", json=told)).json()["code"]
        asked = {"region": region, "ch": channel, "code": code}
        page = await browser.open(f"/enter?{urlencode(asked)}")
        page = await browser.send(
            page, "/sign-in", name=resident.name, number=resident.number, phone=resident.phone
        )
        await browser.send(page, "/sign-in/code", code=await code_of(resident))
        page = await browser.open("/items")
        bill = [given["value"] for _, given, _ in page.tags if given.get("data-amt") == "100000"]
        page = await browser.send(page, "/confirm", bill=bill)
        return browser, await browser.send(page, "/orders"), resident

    yield come
    for browser in opened:
        await browser.http.aclose()


async def handed_over(browser, page, vendor):
    """The ticket that the page hands to the program, once somebody pays."""
    page = await browser.send(page, page.path, method=vendor)
    assert page.path.endswith("/mini"), page.text
    [box] = [given for _, given, _ in page.tags if given.get("id") == "mini"]
    assert box["data-app"] == vendor
    return page, box["data-ticket"]


async def brought(browser, ticket):
    """What the program is told: it has no cookies and has never seen a page."""
    browser.http.cookies.clear()
    headers = {"accept": "application/json", "cookie": ""}
    return await browser.http.post("/shell/cashier", data={"ticket": ticket}, headers=headers)


@pytest.mark.parametrize("vendor", ["wechat", "alipay"])
async def test_a_ticket_opens_the_cashier_of_its_order_once(inside, vendor, outside):
    browser, page, _ = await inside(vendor)
    page, ticket = await handed_over(browser, page, vendor)
    kit = f"{outside.url}/apps/kit/{vendor}.js"
    assert kit in [given.get("src") for _, given, _ in page.tags]
    assert f"script-src 'self' {outside.url};" in page.headers["content-security-policy"]
    answer = await brought(browser, ticket)
    told = answer.json()
    assert (told["order"], told["method"]) == (page.path.split("/")[2], vendor)
    wanted = {"wechat": {"timeStamp", "nonceStr", "package", "signType", "paySign", "appId"}}
    assert set(told["parameters"]) == wanted.get(vendor, {"tradeNO"})
    again = await brought(browser, ticket)
    assert (again.status_code, again.json()["code"]) == (409, "ticket_gone")


async def test_a_later_ticket_takes_the_place_of_an_earlier_one(inside, world):
    browser, page, resident = await inside("alipay")
    page, first = await handed_over(browser, page, "alipay")
    order_id = page.path.split("/")[2]
    mine = {"region_code": NINGBO, "order_id": order_id, "payer_id": resident.person.id}
    second = await issue_ticket(world, **mine)
    with pytest.raises(TicketGone):
        await take_ticket(world, first)
    assert (await take_ticket(world, second)).order_id == order_id


async def test_a_ticket_is_good_for_a_minute_and_for_nobody_elses_order(inside, world):
    browser, page, resident = await inside("alipay")
    page, ticket = await handed_over(browser, page, "alipay")
    mine = {"region_code": NINGBO, "order_id": page.path.split("/")[2]}
    with pytest.raises(NotYours):
        await issue_ticket(world, **mine, payer_id="per_of_somebody_else")
    later = replace(world, now=lambda: world.now() + TICKET_LIVES)
    with pytest.raises(TicketGone):
        await take_ticket(later, ticket)
    await issue_ticket(world, **mine, payer_id=resident.person.id)
    await browser.send(await browser.open(f"{page.path[:-5]}/pay"), f"{page.path[:-5]}/withdraw")
    with pytest.raises(TicketGone):
        await issue_ticket(world, **mine, payer_id=resident.person.id)


@pytest.mark.parametrize("ticket", ["", "made-up", "330200.made-up", "999999.x"])
async def test_a_ticket_of_ones_own_making_opens_nothing(visitor, ticket):
    answer = await brought(visitor, ticket)
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_gone")
