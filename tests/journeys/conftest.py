"""What journeys may ask for: the system as a command raises it, a browser, and payers."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext
from tests.journeys.browser import browser
from tests.journeys.payer import PHONE, Payer, Watch
from tests.journeys.town import CHANGZHOU, Resident, Town, raised

from shebao.core.refusals import Unanswered
from shebao.operations.enrol import Membership
from shebao.operations.expire import withdraw

Arrives = Callable[..., Awaitable[Payer]]


@pytest_asyncio.fixture(scope="session")
async def town() -> AsyncIterator[Town]:
    """The whole system on this machine."""
    async with raised() as town:
        yield town


@pytest_asyncio.fixture(scope="session", autouse=True)
async def left_in_cashier(town: Town) -> tuple[Resident, str]:
    """Somebody who left an order in the cashier when the tests began: its minute runs meanwhile."""
    adult = Membership(scheme="resident_medical", district="320402", category="non_working")
    one = await town.sign_in(await town.insured(CHANGZHOU, adult))
    order_id = await town.order(one, *(bill.id for bill in await town.bills_of(one)))
    await town.cashier(one, order_id)
    return one, order_id


@dataclass(frozen=True)
class Lost:
    """An order that never reached its channel, and was given up."""

    payer: Resident
    child: Resident
    order_id: str
    attempt_id: str


@pytest_asyncio.fixture(scope="session", autouse=True)
async def lost_on_the_way(town: Town) -> Lost:
    """Somebody whose payment for a child was lost on its way, a minute ago at the most."""
    adult, minor = (
        Membership(scheme="resident_medical", district="320402", category=category)
        for category in ("non_working", "minor")
    )
    payer = await town.sign_in(await town.insured(CHANGZHOU, adult))
    child = await town.insured(CHANGZHOU, minor, born="20150520")
    await town.lets_pay_for(payer, child)
    order_id = await town.order(payer, *(bill.id for bill in await town.bills_of(child)))
    await town.goes_wrong("unavailable", on="prepay", count=100)
    with contextlib.suppress(Unanswered):
        await town.cashier(payer, order_id)
    await town.goes_right()
    await withdraw(town.world, region_code=CHANGZHOU, order_id=order_id, payer_id=payer.person_id)
    [attempt_id] = await town.attempts(payer, order_id)
    return Lost(payer, child, order_id, attempt_id)


@pytest_asyncio.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's browser, which talks to nobody by itself."""
    async with browser() as chromium:
        yield chromium


async def keep(context: BrowserContext, town: Town, **cookies: str) -> None:
    """Let a browser come with these cookies."""
    await context.add_cookies(
        [{"name": name, "value": value, "url": town.url} for name, value in cookies.items()]
    )


@pytest_asyncio.fixture
async def watch(town: Town) -> AsyncIterator[Watch]:
    """A watch over every browser of a test; at the end it must be calm."""
    watch = Watch(town.url)
    yield watch
    watch.must_be_calm()


@pytest_asyncio.fixture
async def arrives(town: Town, chromium: Browser, watch: Watch) -> AsyncIterator[Arrives]:
    """Let somebody sit down before a browser of their own; signed in already, if asked for."""
    contexts = []

    async def arrives(
        who: Resident | None = None,
        *,
        signed_in: bool = True,
        desktop: bool = False,
        script: bool = True,
        look: str = "",
    ) -> Payer:
        context = await chromium.new_context(
            viewport={"width": 1280, "height": 900} if desktop else {"width": 390, "height": 844},
            user_agent=None if desktop else PHONE,
            java_script_enabled=script,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        watch.over(context)
        if who is not None and signed_in:
            await keep(context, town, sb=(await town.sign_in(who)).session, at=town.entry(who))
        if look:
            await keep(context, town, look=look)
        return Payer(town, await context.new_page(), who)

    yield arrives
    for context in contexts:
        await context.close()
