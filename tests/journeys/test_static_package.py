"""The static package, as a portal hosts it behind its gateway, shows the pages everybody sees."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect
from tests.journeys.payer import PHONE, Payer
from tests.journeys.town import NINGBO

from shebao.operations.enrol import Membership

PACK = Path(__file__).parents[2] / "shells" / "gate" / "pack"
PENSION = Membership(scheme="resident_pension", district="330212")


@pytest.fixture
async def hosted(town, chromium, tmp_path):
    """The static package in a portal's app, which brings what it asks to our gate."""
    package = tmp_path / "package"
    pack = await asyncio.create_subprocess_exec(PACK, package)
    assert await pack.wait() == 0
    context = await chromium.new_context(
        user_agent=PHONE, locale="zh-CN", viewport={"width": 390, "height": 844}
    )
    page = await context.new_page()

    async def mgop(asked):
        async with httpx.AsyncClient(base_url=town.url, trust_env=False) as line:
            answer = await line.post("/gate", content=json.dumps(asked))
        answer.raise_for_status()
        return answer.json()

    await page.expose_function("mgop", mgop)
    await page.add_init_script("window.sbTransport = (asked) => mgop(asked)")
    payer = Payer(town, page, None)
    await page.goto((package / "index.html").as_uri())
    yield payer
    await context.close()


async def test_the_static_package_goes_from_the_city_to_the_receipt(town, hosted):
    one = await town.insured(NINGBO, PENSION)
    await town.decide(one, "resident_pension", "1200.00")
    hosted.who = one
    await hosted.comes_to("登录宁波市社保缴费")
    await hosted.fills_in_who()
    await hosted.presses("获取验证码")
    await hosted.comes_to("验证码")
    await hosted.page.fill("#code", "12345")
    await hosted.page.get_by_role("button", name="登录").click()
    await expect(hosted.page.locator("#errsum")).to_be_focused()
    await hosted.page.fill("#code", await town.code(one.phone))
    await hosted.page.get_by_role("button", name="登录").click()
    await hosted.comes_to("宁波市社保缴费$")
    await hosted.presses("大字版")
    await expect(hosted.page.locator("html")).to_have_attribute("data-mode", "elder")
    await hosted.presses("去缴费")
    await hosted.comes_to("选择要缴的项目")
    await hosted.presses("下一步")
    await hosted.comes_to("请核对缴费信息")
    await hosted.page.go_back()
    await hosted.comes_to("选择要缴的项目")
    await hosted.presses("下一步")
    await hosted.comes_to("请核对缴费信息")
    await hosted.presses("确认无误，去支付")
    await hosted.comes_to("应缴金额")
    await hosted.tile("微信支付").click()
    await hosted.page.click("#pay")
    await hosted.comes_to("请用微信支付扫码")
    [attempt_id] = await town.attempts(
        one, (await hosted.page.evaluate("location.hash")).split("/")[2]
    )
    await town.plays(attempt_id)
    await hosted.comes_to("缴费成功")
    await hosted.presses("看缴费凭证")
    await hosted.comes_to("回执单")
    async with hosted.page.expect_download() as kept:
        await hosted.presses("下载")
    assert (await kept.value).suggested_filename.endswith(".pdf")
