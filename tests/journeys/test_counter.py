"""At the counter a clerk takes cash, prints the slip, and another person counts it again."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect
from tests.journeys import printing
from tests.journeys.town import CHANGZHOU

from shebao.cli.demo_clerks import FIRST, KEYS, SECOND
from shebao.operations.enrol import Membership

ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")
SLIP = re.compile(r"No\. \S+-\d{2}-\d{6}")


@pytest.fixture
def at_work(arrives):
    """Somebody of the office before the screen of their desk."""

    async def at_work(who, path):
        desk = await arrives(desktop=True)
        await desk.open(f"/console/sign-in?next={path}")
        await desk.page.select_option("#region", CHANGZHOU)
        await desk.page.fill("#number", who.number)
        await desk.page.fill("#password", KEYS[who.number].password)
        await desk.presses("下一步")
        code = re.search(r"\d{6}", await desk.page.locator(".note").inner_text())
        await desk.page.fill("#code", code[0])
        await desk.presses("登录")
        return desk

    return at_work


async def takes_cash(clerk, resident):
    """From the number to the slip."""
    await clerk.comes_to("柜台收款")
    await clerk.page.fill("#number", resident.number)
    await clerk.presses("查找")
    await clerk.comes_to("应缴的项目")
    await clerk.sees("930.00")
    await clerk.sees_nothing_of(resident.number)
    await clerk.presses("开缴费单，去收款")
    await clerk.comes_to("收现金 930.00 元")
    await clerk.page.fill("#amount", "1000")
    await expect(clerk.page.locator("#change")).to_have_text("70.00")
    await clerk.presses("收款，打印收据")
    await clerk.comes_to("现金收据")


async def hands_in(clerk):
    """From the till to the sheet, after counting once too little."""
    await clerk.open("/desk/till")
    await clerk.sees("现在应有现金", "930.00")
    await clerk.page.fill("#amount", "929")
    await clerk.presses("交款")
    await clerk.sees("少 1.00 元")
    await clerk.page.fill("#amount", "930")
    await clerk.presses("交款")
    await clerk.comes_to("现金交款单")


async def counts_and_deposits(cashier, serial):
    """From the queue to the bank."""
    await cashier.comes_to("收款清点")
    await cashier.page.get_by_role("link", name="去清点").first.click()
    await cashier.page.fill("#amount", "930")
    await cashier.presses("收讫")
    await cashier.sees("已收讫")
    await cashier.open("/desk/cashier")
    await cashier.page.fill("#serial", serial)
    await cashier.presses("已送存银行")
    await cashier.sees("待银行确认")


async def test_cash_is_taken_printed_handed_in_and_counted_again(town, at_work):
    resident = await town.insured(CHANGZHOU, ADULT)
    clerk = await at_work(FIRST, "/desk")
    await takes_cash(clerk, resident)
    await clerk.sees("收款成功", "玖佰叁拾元整", "70.00")
    paper = await clerk.page.pdf(format="A5")
    assert printing.sheets(paper) == 1
    assert SLIP.search(printing.words(paper))
    assert "下一位" not in printing.words(paper)
    await clerk.presses("打印缴费凭证")
    await clerk.comes_to("社保费电子缴款凭证")
    await hands_in(clerk)
    await counts_and_deposits(await at_work(SECOND, "/desk/cashier"), f"CZ{resident.number[-8:]}")
    await clerk.open("/desk/till")
    await clerk.sees("已收讫")
