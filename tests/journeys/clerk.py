"""Clerk: somebody at work before a browser, who comes in as clerks do."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from playwright.async_api import expect
from tests.journeys.payer import Payer
from tests.journeys.town import Town

from shebao.cli.demo_clerks import FIRST, SECOND
from shebao.operations.desk.clerks import Appointment, add_clerk

ASKS, APPROVES = FIRST, SECOND
_SERIALS = count(2001)


async def comes_to_work(town: Town, payer: Payer, like: Appointment, region: str) -> None:
    """Appoint somebody with the duties of a demo clerk, and let them sign in at the console.

    Each is somebody new, because a code lets the same clerk in only once.
    """
    who = replace(like, number=str(next(_SERIALS)))
    keys = await add_clerk(town.world, region_code=region, who=who)
    await payer.open(f"/console/sign-in?region={region}")
    await payer.page.fill("#number", who.number)
    await payer.page.fill("#password", keys.password)
    await payer.presses("下一步")
    await payer.comes_to("请填写动态码")
    await payer.page.fill("#code", await payer.page.locator("#played").inner_text())
    await payer.presses("登录")
    await expect(payer.title).to_have_text("工作台")
