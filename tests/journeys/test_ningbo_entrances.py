"""Each of Ningbo's five entrances works as its guide says, in its own words, to the record."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.conftest import keep
from tests.journeys.town import NINGBO

from shebao.core.money import Money
from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="330213", last_choice=Money.yuan("3000"))


@pytest.fixture
async def at_entrance(town, arrives):
    """Somebody of Ningbo who has come in by one of the entrances."""

    async def at_entrance(channel, one=None, **look):
        one = one or await town.insured(NINGBO, PENSION)
        payer = await arrives(one, **look)
        await keep(
            payer.page.context, town, sb=await town.session_in(one, channel),
            at=f"{NINGBO}.{channel}",
        )  # fmt: skip
        return payer

    return at_entrance


async def service(payer, name):
    await payer.open("/home")
    await payer.page.locator(".grid a", has_text=name).click()


async def pays_by_picture(payer, method):
    """Choose a way that is paid with a picture to be saved, and pay as whoever scans it."""
    await payer.tile(method).click()
    await payer.page.click("#pay")
    await payer.comes_to(f"请用{method}扫码")
    await payer.sees("截屏或保存下面的图片", "从相册里选")
    async with payer.page.expect_download() as begun:
        await payer.page.click("#save")
    assert (await (await begun.value).path()).read_bytes().startswith(b"\x89PNG")
    [attempt_id] = await payer.town.attempts(payer.who, payer.path.split("/")[2])
    await payer.town.plays(attempt_id)
    await payer.comes_to("缴费成功")


async def chooses_tier(payer, amount):
    await payer.tile(amount).click()
    await payer.presses("下一步")


async def test_wechat_choose_an_insurance_a_type_a_year_and_a_tier(at_entrance):
    payer = await at_entrance("wechat_account")
    await service(payer, "我为自己缴")
    await payer.comes_to("选择险种")
    await payer.sees("城乡居民基本养老保险费", "奉化区")
    await payer.presses("下一步")
    await payer.comes_to("缴费类型")
    await payer.sees("选档缴费", "特殊缴费")
    await payer.presses("选档次")
    await payer.comes_to("选择 2024 年缴费档次")
    await chooses_tier(payer, "5,000")
    await payer.pays(amount="5,000.00")
    await service(payer, "查记录")
    await expect(payer.title).to_have_text("查记录")
    await payer.sees("5,000.00", "已缴费")


async def test_wechat_a_payer_is_named_with_a_kind_of_certificate(town, at_entrance):
    other = await town.insured(NINGBO, PENSION)
    payer = await at_entrance("wechat_account", await town.citizen(NINGBO))
    await service(payer, "我帮他人缴")
    await payer.presses("帮其他人缴")
    kinds = await payer.page.locator("#id_type option").all_inner_texts()
    assert {"居民身份证", "护照"} <= {kind.strip() for kind in kinds} or len(kinds) > 3
    await payer.names(other)
    await expect(payer.title).to_have_text("选择险种")


async def test_special_payments_come_first_and_the_system_brings_them_out(town, at_entrance):
    payer = await at_entrance("alipay_mini")
    await town.decide(payer.who, "resident_pension", "1000.00")
    await service(payer, "我为自己缴")
    await payer.presses("下一步")
    await payer.sees("特殊缴费（1）", "补缴", "1,000.00", "经办机构核定的金额")
    await payer.presses("选档缴费（1）")
    await payer.presses("选档次")
    await chooses_tier(payer, "3,000")
    await payer.open("/submit?tab=normal")
    await payer.sees("请先缴特殊缴费", "补缴和本年度的都要缴时")
    await expect(payer.box("3,000.00")).to_be_disabled()


async def test_alipay_oneself_or_another_then_pay_and_find_it_in_the_record(at_entrance):
    payer = await at_entrance("alipay_mini")
    await payer.open("/home")
    await payer.sees("我为自己缴", "我帮他人缴")
    await service(payer, "缴费批扣定档")
    await payer.comes_to("批量扣款")
    await service(payer, "我为自己缴")
    await payer.presses("下一步")
    await payer.presses("选档次")
    await chooses_tier(payer, "3,000")
    await payer.opens_order()
    await expect(payer.page.locator("#pay")).to_contain_text("确认付款")
    await payer.tile("支付宝").click()
    await payer.page.click("#pay")
    await payer.comes_to("收银台")
    [attempt_id] = await payer.town.attempts(payer.who, payer.order_id)
    await payer.town.plays(attempt_id)
    await payer.sees_at(f"/result/{payer.order_id}", "缴费成功")
    await service(payer, "缴费记录")
    await payer.sees("3,000.00")


async def goes_to_pay(payer, tier):
    """From the list of items to the ways to pay."""
    await payer.open("/items")
    await payer.presses("选档次")
    await chooses_tier(payer, tier)
    await payer.opens_order()


async def test_the_app_pays_alipay_by_a_picture_and_prints_the_slip(at_entrance):
    payer = await at_entrance("app")
    await goes_to_pay(payer, "1,000")
    assert await payer.page.locator("#method .sec").all_inner_texts() == ["第三方支付", "协议支付"]
    await pays_by_picture(payer, "支付宝")
    await service(payer, "已缴费查询")
    await payer.page.locator("a.row[href^='/receipts/']").click()
    await expect(payer.title).to_have_text("缴费回执单")
    await payer.sees("壹仟元整")


async def test_the_app_jumps_straight_to_wechat(at_entrance):
    payer = await at_entrance("app")
    await goes_to_pay(payer, "1,000")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay")
    await expect(payer.title).to_have_text("缴费成功")


async def test_the_etax_office_pays_and_shows_the_electronic_slip(at_entrance):
    payer = await at_entrance("etax", desktop=True)
    await goes_to_pay(payer, "2,000")
    await expect(payer.page.locator("#method")).to_contain_text("第三方支付")
    await payer.tile("微信支付").click()
    await payer.page.click("#pay")
    await payer.comes_to("请用微信支付扫码")
    [attempt_id] = await payer.town.attempts(payer.who, payer.order_id)
    await payer.town.plays(attempt_id)
    await payer.comes_to("缴费成功")
    await service(payer, "已缴费查询")
    await payer.page.locator("a.row[href^='/receipts/']").click()
    await expect(payer.title).to_have_text("社保费电子缴款回执单")


async def test_zheliban_leads_by_district_and_department_to_paying(at_entrance):
    payer = await at_entrance("zheliban")
    await service(payer, "线上一站办")
    await payer.presses("奉化区")
    await payer.sees("国家税务总局宁波市奉化区税务局", "社会保险费及非税收入业务办理")
    await payer.presses("城乡居民社会保险费申报缴费")
    await payer.comes_to("为谁缴费")
    await payer.presses("下一步")
    await payer.presses("选档次")
    await chooses_tier(payer, "500")
    await payer.opens_order()
    await pays_by_picture(payer, "微信支付")
    await expect(payer.title).to_have_text("缴费成功")


async def test_a_district_without_an_office_of_its_own_is_served_by_the_city(at_entrance):
    payer = await at_entrance("zheliban")
    await payer.open("/offices/330203")
    await payer.sees("国家税务总局宁波市税务局", "海曙区的事项由市局受理")
    await payer.open("/offices/999999")
    await expect(payer.title).to_have_text("没有这个区县")
