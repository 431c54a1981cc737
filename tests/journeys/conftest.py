"""What journeys may ask for: the system as a command raises it, a browser, and payers."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from tests.journeys.payer import PHONE, Payer, Watch
from tests.journeys.town import Resident, Town, raised

Arrives = Callable[..., Awaitable[Payer]]
CHROMIUM = os.environ.get("SHEBAO_CHROMIUM") or "/usr/bin/chromium"
ALONE = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest_asyncio.fixture(scope="session")
async def town() -> AsyncIterator[Town]:
    """The whole system on this machine."""
    async with raised() as town:
        yield town


@pytest_asyncio.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's browser, which talks to nobody by itself."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ALONE))
        yield browser
        await browser.close()


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
            await town.sign_in(who)
            await context.add_cookies([{"name": "sb", "value": who.session, "url": town.url}])
        if look:
            await context.add_cookies([{"name": "look", "value": look, "url": town.url}])
        return Payer(town, await context.new_page(), who)

    yield arrives
    for context in contexts:
        await context.close()
