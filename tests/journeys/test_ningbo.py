"""In Ningbo special payments come first, then the tier of the year; the page says so and why."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.town import NINGBO

from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="330212")


@pytest.fixture
async def owing(town, arrives):
    """A resident who owes money for 2021, and has not chosen a tier for 2024."""
    one = await town.insured(NINGBO, PENSION)
    await town.decide(one, "resident_pension", "1000.00")
    return await arrives(one)


async def test_a_resident_of_ningbo_signs_in_pays_the_special_bill_and_then_a_tier(town, arrives):
    payer = await arrives(await town.demo("ningbo_wang"), signed_in=False)
    await payer.signs_in()
    await payer.presses("去缴费")
    await payer.sees("特殊缴费", "1,000.00", "选档次")
    await payer.presses("选档次")
    await payer.comes_to("选择 2024 年缴费档次")
    await payer.tile("5,000").click()
    await payer.presses("下一步")
    await payer.sees("请先缴特殊缴费")
    await payer.presses("下一步")
    await payer.pays(amount="1,000.00")
    await payer.presses("返回首页")
    await payer.presses("去缴费")
    await payer.sees_nothing_of("请先缴特殊缴费")
    await payer.presses("下一步")
    await payer.pays(amount="5,000.00")
    await payer.presses("看缴费凭证")
    await payer.comes_to("缴费回执单")
    await payer.sees("伍仟元整", "待税务机关开具")
    await expect(payer.page).to_have_title("社保费缴费回执单 – 社保缴费")


async def test_the_yearly_bill_cannot_be_ticked_before_the_special_one_is_paid(owing):
    await owing.open("/items")
    await owing.presses("选档次")
    await owing.tile("5,000").click()
    await owing.presses("下一步")
    await owing.comes_to("选择要缴的项目")
    await expect(owing.box("请先缴特殊缴费")).to_be_disabled()
    await expect(owing.box("经办机构核定的金额")).to_be_checked()
    await expect(owing.page.locator("#sum")).to_have_text("1,000.00")


async def test_somebody_choosing_for_the_first_time_finds_no_tier_ticked(owing):
    await owing.open("/items")
    await owing.presses("选档次")
    await expect(owing.page.locator("input[name=choice]:checked")).to_have_count(0)
    await owing.presses("下一步")
    await owing.sees("请先选一个档次")
    await expect(owing.page).to_have_title("有误：选择缴费档次 – 社保缴费")
