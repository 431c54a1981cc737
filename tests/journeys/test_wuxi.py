"""In Wuxi a base makes the amount of a month, and several months are paid together."""

from __future__ import annotations

from playwright.async_api import expect
from tests.journeys.town import WUXI

from shebao.core.money import Money
from shebao.operations.enrol import Membership

BASE = Money.yuan("4494")
PENSION = Membership(scheme="flexible_pension", district="320211", last_choice=BASE)
MEDICAL = Membership(scheme="flexible_medical", district="320211", last_choice=BASE)


async def test_a_resident_of_wuxi_signs_in_and_pays_two_months_of_pension_and_medical(
    town, arrives
):
    payer = await arrives(await town.demo("wuxi_qian"), signed_in=False)
    await payer.signs_in()
    await payer.presses("去缴费")
    await payer.sees("404.46")
    await payer.presses("选基数")
    await payer.comes_to("选择缴费基数和月份")
    await payer.tile("60%").click()
    await payer.sees("898.80")
    await payer.box("1 月").check(force=True)
    await payer.box("2 月").check(force=True)
    await expect(payer.page.locator("#sum")).to_have_text("1,797.60")
    await payer.presses("下一步")
    await payer.comes_to("请核对缴费信息")
    await payer.sees("898.80", "404.46", "2023 年 1 月", "2023 年 2 月")
    await payer.pays(amount="2,606.52")
    assert len(await payer.receipts()) == 4


async def test_a_month_alone_is_paid_and_the_others_stay_to_be_chosen(town, arrives):
    payer = await arrives(await town.insured(WUXI, PENSION))
    await payer.open("/items")
    await payer.presses("选基数")
    await expect(payer.box("60%")).to_be_checked()
    await payer.presses("下一步")
    await payer.sees("898.80")
    await payer.open("/items")
    await payer.sees("898.80", "要先选的")
    await expect(payer.page.locator("#sum")).to_have_text("898.80")


async def test_without_a_month_there_is_nothing_to_pay(town, arrives):
    payer = await arrives(await town.insured(WUXI, PENSION))
    await payer.open("/items")
    await payer.presses("选基数")
    for_all = payer.page.locator("input[name=month]:checked")
    await for_all.first.uncheck(force=True)
    await expect(for_all).to_have_count(0)
    await payer.presses("下一步")
    await payer.sees("请至少选一个月")


async def test_the_arithmetic_of_an_amount_is_shown_before_paying(town, arrives):
    payer = await arrives(await town.insured(WUXI, MEDICAL))
    await payer.open("/items")
    await payer.presses("下一步")
    await payer.unfolds("这个金额是怎么算的")
    await payer.sees("4,494", "404.46", "依据")
    assert await payer.page.locator("details[open]").count() == 1
