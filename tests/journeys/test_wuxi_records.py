"""In Wuxi somebody finds what they paid by year, prints the list, and is warned of a break."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.test_wuxi import BASE, PENSION
from tests.journeys.town import WUXI

from shebao.core.period import Period
from shebao.operations.enrol import Membership


def medical(paid_until):
    return Membership(
        scheme="flexible_medical",
        district="320211",
        last_choice=BASE,
        paid_until=Period.parse(paid_until),
    )


@pytest.fixture
async def payer(town, arrives):
    """Somebody who has paid for two months of pension, and for one of 2021 that was decided."""
    one = await town.insured(WUXI, PENSION)
    await town.decide(one, "flexible_pension", "760.00")
    await town.sign_in(one)
    special = [bill.id for bill in await town.bills_of(one)]
    await town.plays(await town.cashier(one, await town.order(one, *special)))
    payer = await arrives(one)
    await payer.sees_at("/records", "760.00")
    await payer.open("/items")
    await payer.presses("选基数")
    await payer.box("1 月").check(force=True)
    await payer.box("2 月").check(force=True)
    await payer.presses("下一步")
    await payer.pays(amount="1,797.60")
    return payer


async def test_records_are_found_by_year_with_the_citys_word_for_success(payer):
    await payer.open("/records")
    await payer.sees("2023 年", "1,797.60", "2021 年", "760.00", "缴费成功")
    await payer.page.get_by_role("navigation", name="费款所属年度").get_by_text("2021 年").click()
    await payer.sees("760.00")
    await payer.sees_nothing_of("898.80")
    await payer.page.locator("a.row", has_text="760.00").first.click()
    async with payer.page.expect_download() as download:
        await payer.presses("下载 PDF")
    assert (await (await download.value).path()).read_bytes().startswith(b"%PDF-")


async def test_the_list_of_a_year_is_printed_without_what_is_not_paper(payer):
    await payer.open("/records")
    await payer.presses("缴费清单")
    await payer.comes_to("社会保险缴费清单")
    await payer.sees("3 笔，有效的合计", "2,557.60")
    await payer.page.get_by_role("navigation", name="费款所属年度").get_by_text("2023 年").click()
    await payer.sees("2 笔，有效的合计", "1,797.60", "898.80", "缴费成功")
    await payer.page.emulate_media(media="print")
    await expect(payer.page.get_by_role("button", name="打印清单")).to_be_hidden()
    await expect(payer.page.locator(".top")).to_be_hidden()
    await expect(payer.page.locator("h1")).to_be_visible()


async def test_the_rates_of_a_year_name_bounds_rates_tiers_and_their_document(payer):
    await payer.open("/home")
    await payer.presses("缴费标准")
    await payer.comes_to("无锡市缴费标准")
    await payer.sees(
        "缴费基数下限", "4,494.00 元", "22,470.00 元", "20%", "60%", "100%", "898.80 元"
    )
    await payer.page.get_by_role("link", name="2022 年").click()
    await payer.sees("4,250.00 元", "21,821.00 元", "10.2%")
    await payer.page.locator("summary", has_text="出处").first.click()
    await payer.sees("江苏省 2022 年灵活就业人员缴费基数档次")
    assert payer.path == "/rates"


async def test_rates_can_be_looked_up_without_signing_in(town, arrives):
    payer = await arrives()
    await payer.open(f"/rates?region={WUXI}&year=2023")
    await payer.sees("无锡市缴费标准", "医保个人账户充值")
    assert payer.path == "/rates"


async def test_a_break_is_told_while_it_can_be_mended_and_after_it_cannot(town, arrives):
    soon = await arrives(await town.insured(WUXI, medical("2022-10")))
    await soon.open("/home")
    await soon.sees("已经 3 个月没有缴", "2023 年 2 月 28 日", "重新等 6 个月", "去年的月份")
    late = await arrives(await town.insured(WUXI, medical("2022-07")))
    await late.open("/home")
    await late.sees("已经中断 6 个月", "再等 6 个月", "中断的月份不享受", "12393")
    well = await arrives(await town.insured(WUXI, medical("2022-12")))
    await well.open("/home")
    await well.sees_nothing_of("中断", "没有缴，最后缴到")
    assert well.path == "/home"


async def test_paying_ends_the_warning(town, arrives):
    payer = await arrives(await town.insured(WUXI, medical("2022-10")))
    await payer.open("/home")
    await payer.sees("已经 3 个月没有缴")
    await payer.presses("去缴费")
    await payer.presses("下一步")
    await payer.pays(amount="808.92")
    await payer.open("/home")
    await payer.sees_nothing_of("个月没有缴")
    assert payer.path == "/home"


async def test_a_terminal_in_the_hall_prints_the_list_and_keeps_nothing(
    town, payer, chromium, watch
):
    context = await chromium.new_context(viewport={"width": 1080, "height": 1920}, locale="zh-CN")
    watch.over(context)
    payer.page = await context.new_page()
    await payer.open(f"/kiosk?region={WUXI}")
    await payer.comes_to("您要办什么")
    await payer.presses("打印缴费清单")
    await payer.comes_to("登录无锡市社保缴费")
    await payer.fills_in_who()
    await payer.presses("获取验证码")
    await payer.comes_to("验证码")
    await payer.page.fill("#code", await town.code(payer.who.phone))
    await payer.page.get_by_role("button", name="登录").click()
    await payer.comes_to("社会保险缴费清单")
    await payer.sees("2,557.60")
    await payer.presses("结束，退出")
    await payer.comes_to("您要办什么")
    kept = {cookie["name"]: cookie["value"] for cookie in await context.cookies()}
    assert kept.keys() <= {"at", "pre"}, "nothing that leads to anybody"
    await payer.page.go_back()
    await payer.sees_nothing_of("2,557.60", payer.who.name)
    await context.close()


async def test_a_terminal_nobody_touches_ends_by_itself(town, chromium, watch, arrives):
    payer = await arrives(await town.insured(WUXI, PENSION), signed_in=False)
    await payer.page.clock.install()
    await payer.open(f"/kiosk?region={WUXI}")
    await payer.presses("打印缴费清单")
    await payer.fills_in_who()
    await payer.page.clock.run_for(45_000)
    await payer.sees("秒自动结束")
    await payer.presses("再看一会儿")
    await payer.page.clock.run_for(45_000)
    await payer.sees("秒自动结束")
    await payer.page.clock.run_for(20_000)
    await payer.comes_to("您要办什么")
    await payer.presses("打印缴费清单")
    await expect(payer.page.locator("#name")).to_have_value("")


async def test_an_order_is_made_first_found_again_and_paid_and_a_failure_takes_nothing(
    town, arrives
):
    payer = await arrives(await town.insured(WUXI, PENSION))
    await payer.open("/items")
    await payer.presses("选基数")
    await payer.sees("60%", "4,494", "100%", "7,490", "每月缴 898.80 元")
    await payer.presses("下一步")
    await payer.presses("下一步")
    await payer.presses("生成缴费订单")
    await payer.comes_to("应缴金额")
    await payer.open("/unpaid")
    await payer.sees("898.80", "2023 年 2 月")
    await payer.presses("继续缴费")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay", "insufficient_funds")
    await payer.comes_to("支付没有完成")
    await payer.sees("没有扣款", "余额不足")
    await payer.presses("再试一次，或换一种方式")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    await payer.open("/home")
    await payer.sees_nothing_of("还没有付完")
    assert payer.path == "/home"


async def test_arrears_an_agency_decided_are_paid_under_the_citys_word_for_them(town, arrives):
    one = await town.insured(WUXI, PENSION)
    await town.decide(one, "flexible_pension", "760.00", year="2021")
    payer = await arrives(one)
    await payer.open("/items")
    await payer.sees("补缴", "经办机构核定的金额", "760.00")
    await payer.presses("下一步")
    await payer.pays(amount="760.00")
    assert len(await payer.receipts()) == 1
