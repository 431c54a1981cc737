"""The steps of Beijing's own guide work here, in its own words, from an insurance to a record."""

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
FRESH = Membership(scheme="resident_pension", district="110106")


@pytest.fixture
async def payer(town, arrives):
    return await arrives(await town.insured(BEIJING, PENSION))


async def enters(payer, service):
    """From the home page into one of its services."""
    await payer.open("/home")
    await payer.page.locator(".grid a", has_text=service).click()


async def submits(payer):
    """From the home page to the list of what can be submitted."""
    await enters(payer, "社保费办理")
    await payer.comes_to("参保信息选择")
    await payer.sees("城乡居民基本养老保险费", "正常参保", "丰台区")
    await payer.presses("下一步")
    await payer.comes_to("缴费信息提交")


async def test_last_years_amount_follows_and_is_submitted_and_paid(payer):
    await submits(payer)
    await payer.sees("正常缴费信息（1）", "特殊缴费信息", "自动沿用您往年的缴费金额", "2,000.00")
    await payer.presses("提交")
    await payer.opens_order()
    await expect(payer.page).to_have_title("选择支付方式 – 社保缴费")
    await expect(payer.page.locator("#pay")).to_contain_text("确认缴费")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    await payer.open("/declarations")
    await payer.sees("申报成功", "已缴费", "京通（百度小程序）")
    await expect(payer.page.get_by_role("button", name="作废申报")).to_have_count(0)


async def test_what_the_agency_decided_stands_under_special_payments(town, payer):
    await town.decide(payer.who, "resident_pension", "1500.00")
    await submits(payer)
    await payer.presses("特殊缴费信息（1）")
    await payer.sees("补缴", "经办机构核定的金额", "1,500.00")
    await payer.sees_nothing_of("自动沿用")
    await payer.presses("提交")
    await payer.comes_to("请核对缴费信息")
    await expect(payer.page.locator(".kv")).to_contain_text(["本人", "特殊缴费信息"])


async def test_who_belongs_to_nothing_is_told_whom_to_ask(town, arrives):
    payer = await arrives(await town.citizen(BEIJING))
    await enters(payer, "社保费办理")
    await payer.sees("没有您的参保信息", "北京市人力资源和社会保障局")
    await expect(payer.page.locator("a[href='tel:12333']").first).to_be_visible()


async def test_an_amount_is_set_for_some_years_and_leads_to_paying(payer):
    await enters(payer, "选择缴费金额")
    await payer.sees("自动沿用往年的 2,000.00 元")
    await payer.page.get_by_label("到", exact=True).select_option("2026")
    await payer.page.get_by_label("缴费金额").fill("3000")
    await payer.presses("提交")
    await payer.comes_to("设置成功")
    await payer.sees("2025 年至 2026 年", "3,000.00")
    await payer.presses("确定")
    await payer.comes_to("参保信息选择")
    await payer.presses("下一步")
    await payer.sees("2025 年度", "3,000.00")
    await payer.open("/declarations")
    await payer.sees("申报处理中", "申报成功", "还没有缴费")
    await expect(payer.page.locator("section .tag", has_text="申报处理中")).to_have_count(1)


@pytest.mark.parametrize(
    ("amount", "years", "says"),
    [
        ("999", ("2025", "2025"), "999.00 元不在可以缴的范围里"),
        ("3000", ("2027", "2025"), "有效年度不对：从 2027 到 2025"),
    ],
)
async def test_an_amount_that_cannot_be_set_is_refused_in_place_and_kept(
    payer, amount, years, says
):
    await payer.open("/amounts")
    await payer.page.get_by_label("有效年度，从").select_option(years[0])
    await payer.page.get_by_label("到", exact=True).select_option(years[1])
    await payer.page.get_by_label("缴费金额").fill(amount)
    await payer.presses("提交")
    await payer.sees("有 1 处需要修改", says)
    await expect(payer.page.get_by_label("缴费金额")).to_have_value(amount)
    await expect(payer.page.get_by_label("有效年度，从")).to_have_value(years[0])


async def test_an_amount_is_made_void_and_nothing_of_it_is_left(payer):
    await payer.open("/amounts")
    await payer.presses("提交")
    await enters(payer, "缴费金额作废")
    await payer.sees("2025 年，每年 2,000.00 元")
    await payer.presses("作废")
    await payer.sees("已经作废")
    await payer.open("/declarations")
    await payer.sees("已作废")
    await payer.open("/amounts/void")
    await expect(payer.page.locator(".empty h2")).to_have_text("您还未设置缴费金额，无需作废")


async def test_who_has_set_nothing_is_told_that_nothing_has_to_be_made_void(town, arrives):
    payer = await arrives(await town.insured(BEIJING, FRESH))
    await enters(payer, "缴费金额作废")
    await payer.sees("您还未设置缴费金额，无需作废")
    await payer.open("/insured")
    await payer.presses("下一步")
    await payer.presses("选金额")
    await expect(payer.title).to_have_text("选择缴费金额")


async def test_what_was_not_paid_is_found_by_its_day_and_gone_on_with_or_made_void(payer):
    await submits(payer)
    await payer.presses("提交")
    order_id = await payer.opens_order()
    await enters(payer, "申报记录查询")
    await payer.sees("申报成功", "正在缴费")
    await payer.presses("继续缴费")
    await payer.comes_to("应缴金额")
    assert payer.path == f"/orders/{order_id}/pay"
    await payer.open("/declarations")
    await payer.presses("作废申报")
    await payer.sees("已作废")
    await payer.open(f"/result/{order_id}")
    await payer.comes_to("已作废")


async def test_days_without_a_declaration_say_so_and_days_backwards_are_refused(payer):
    await payer.open("/declarations?from=2020-01-01&to=2020-12-31")
    await payer.sees("这段时间没有申报")
    await payer.open("/declarations?from=2021-01-01&to=2020-12-31")
    await payer.sees("开始的日期比结束的晚")
    await expect(payer.page.locator("#from")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(
    ("channel", "methods"),
    [
        ("baidu", ["微信支付", "支付宝", "银联云闪付", "协议支付"]),
        ("alipay", ["支付宝", "协议支付"]),
    ],
)
async def test_each_entrance_offers_the_ways_to_pay_its_guide_names(town, payer, channel, methods):
    session = await town.session_in(payer.who, channel)
    await payer.page.context.add_cookies([{"name": "sb", "value": session, "url": town.url}])
    await payer.open("/insured")
    await payer.presses("下一步")
    await payer.presses("提交")
    await payer.opens_order()
    shown = await payer.page.locator("#method .t").all_inner_texts()
    assert sorted(shown) == sorted(methods)
