"""In Beijing one pays for oneself, any amount in a range, and sees what the subsidy will be."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.town import BEIJING

from shebao.core.money import Money
from shebao.operations.enrol import Membership

PENSION = Membership(
    scheme="resident_pension",
    district="110106",
    last_choice=Money.yuan("2000"),
    subsidised_years=3,
)


@pytest.fixture
async def resident(town):
    return await town.insured(BEIJING, PENSION)


async def choosing(arrives, resident, **kwargs):
    """Somebody on the page where the amount is chosen."""
    payer = await arrives(resident, **kwargs)
    await payer.open("/items")
    await payer.presses("选金额")
    await payer.comes_to("选择 2025 年缴费金额")
    return payer


async def test_a_resident_of_beijing_signs_in_and_pays_4000_with_a_subsidy_of_120(town, arrives):
    payer = await arrives(await town.demo("beijing_zhang"), signed_in=False)
    await payer.signs_in()
    await payer.presses("选金额")
    await expect(payer.page.locator("#choice")).to_have_value("4000")
    await payer.sees("政府补贴", "120.00")
    await payer.presses("下一步")
    await payer.comes_to("选择要缴的项目")
    await payer.tile("居民基本医疗保险").click()
    await expect(payer.page.locator("#sum")).to_have_text("4,000.00")
    await payer.presses("下一步")
    await payer.sees("缴费补贴", "120.00 元，政府出")
    await payer.pays(amount="4,000.00")
    await payer.presses("看缴费凭证")
    await payer.sees("肆仟元整")


async def test_last_years_amount_is_filled_in_and_the_subsidy_follows_what_is_typed(
    arrives, resident
):
    payer = await choosing(arrives, resident)
    amount, subsidy = payer.page.locator("#choice"), payer.page.locator("#subsidy")
    await expect(amount).to_have_value("2000")
    await expect(subsidy).to_contain_text("90.00")
    await amount.fill("4000")
    await expect(subsidy).to_contain_text("120.00")
    await amount.fill("999")
    await expect(subsidy).to_be_hidden()


async def test_without_script_a_table_says_what_brings_which_subsidy(arrives, resident):
    payer = await choosing(arrives, resident, script=False)
    await expect(payer.page.locator("#subsidy")).to_be_hidden()
    await expect(payer.page.locator("table")).to_contain_text("缴")
    rows = await payer.page.locator("tbody tr").all_inner_texts()
    assert [row.split("\t")[-1] for row in rows] == [
        "60.00 元", "90.00 元", "120.00 元", "150.00 元"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("999", "999.00 元不在可以缴的范围里"),
        ("9000.01", "9,000.01 元不在可以缴的范围里"),
        ("1999.995", "1999.995"),
        ("四千", "四千"),
    ],
)
async def test_an_amount_that_cannot_be_is_refused_in_place_and_kept(
    arrives, resident, typed, says
):
    payer = await choosing(arrives, resident)
    await payer.page.fill("#choice", typed)
    await payer.presses("下一步")
    await payer.sees("有 1 处需要修改", says)
    await expect(payer.page.locator("#choice")).to_have_value(typed)
    await expect(payer.page.locator("#choice")).to_have_attribute("aria-invalid", "true")
    await expect(payer.page.locator("#errsum")).to_be_focused()
    await expect(payer.page).to_have_title("有误：选择缴费金额 – 社保缴费")


async def test_one_pays_only_for_oneself_and_is_told_so(arrives, resident):
    payer = await arrives(resident)
    await payer.open("/for-whom")
    await payer.sees("仅支持本人缴费")
    await expect(payer.page.locator("#other")).to_have_count(0)
    await payer.open("/for-whom/other")
    await payer.comes_to("这里只支持本人缴费，不能帮别人缴")
    await payer.presses("为自己缴费")
    await payer.comes_to("选择要缴的项目")
    await expect(payer.page.locator("#more")).to_have_count(0)
