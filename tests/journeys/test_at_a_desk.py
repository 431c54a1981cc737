"""Before a large screen the telephone pays: the screen shows a code, and finds out by itself."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys import printing
from tests.journeys.town import NINGBO

from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="330212")


@pytest.fixture
async def desk(town, arrives):
    """Somebody at a desk, before the code to pay 1,200 yuan with."""
    one = await town.insured(NINGBO, PENSION)
    await town.decide(one, "resident_pension", "1200.00")
    desk = await arrives(one, desktop=True)
    await desk.open("/items")
    await desk.presses("下一步")
    await desk.opens_order()
    await desk.tile("微信支付").click()
    await desk.page.click("#pay")
    await desk.comes_to("请用微信支付扫码")
    return desk


async def phone_before(desk, arrives):
    """A telephone that has read the code on the screen."""
    read = printing.code(await desk.page.pdf(format="A4"))
    assert read.startswith("weixin://wxpay/bizpayurl?pr=")
    phone = await arrives()
    await phone.page.goto(f"{desk.town.config.sandbox_url}/cashier/native?pr={read.split('=')[1]}")
    await phone.comes_to("演练收银台")
    return phone


async def test_the_telephone_pays_and_the_screen_turns_by_itself(desk, arrives):
    await desk.sees("1,200.00")
    phone = await phone_before(desk, arrives)
    await phone.sees("1,200.00")
    await phone.does_at_cashier("pay")
    await expect(desk.title).to_have_text("缴费成功")
    assert desk.path == f"/result/{desk.order_id}"


async def test_paid_is_on_the_screen_within_seconds_of_the_payment(desk, town):
    [attempt_id] = await town.attempts(desk.who, desk.order_id)
    await town.plays(attempt_id)
    await expect(desk.title).to_have_text("缴费成功", timeout=4_000)


async def test_one_may_pay_on_the_same_screen_instead_and_the_code_is_void_then(desk, arrives):
    phone = await phone_before(desk, arrives)
    await desk.presses("换一种方式支付")
    await desk.presses("不扫码，在这台设备上支付")
    await desk.comes_to("演练收银台")
    await desk.does_at_cashier("pay")
    await desk.comes_to("缴费成功")
    await phone.does_at_cashier("pay")
    await phone.sees("不能再支付")
    assert len(await desk.receipts()) == 1


async def test_the_code_can_be_left_and_found_again(desk):
    await desk.open("/unpaid")
    await desk.presses("继续缴费")
    await desk.sees("您已经打开过支付页面")
    await desk.page.click("#pay")
    await desk.comes_to("请用微信支付扫码")
    await expect(desk.page.locator(".code svg")).to_be_visible()
