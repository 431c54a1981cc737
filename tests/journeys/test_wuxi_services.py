"""In Wuxi people top up the account behind their card, and object to a payment that seems wrong."""

from __future__ import annotations

from itertools import count

import pytest
from playwright.async_api import expect
from tests.journeys.clerk import APPROVES, comes_to_work
from tests.journeys.judging import faults_of
from tests.journeys.test_wuxi import BASE, PENSION
from tests.journeys.town import WUXI

from shebao.operations.enrol import Membership

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(2000)
_CARDS = (f"BA77{serial:05d}" for serial in count(1))


def with_card(card):
    return Membership(scheme="flexible_medical", district="320211", last_choice=BASE, card=card)


@pytest.fixture
async def holder(town, arrives):
    """Somebody with a social-security card."""
    return await arrives(await town.insured(WUXI, with_card(next(_CARDS))))


@pytest.fixture
async def paid(town, arrives):
    """Somebody with a receipt of one month of pension before them."""
    payer = await arrives(await town.insured(WUXI, PENSION))
    await payer.open("/items")
    await payer.presses("选基数")
    await payer.presses("下一步")
    await payer.presses("下一步")
    await payer.pays(amount="898.80")
    await payer.presses("看缴费凭证")
    return payer


async def test_a_card_is_topped_up_and_the_receipt_says_where_the_money_went(holder):
    await holder.open("/home")
    await holder.presses("个人账户充值")
    await holder.comes_to("医保个人账户充值")
    await holder.sees("不能用来缴养老保险", "限额由本站设定")
    await holder.page.fill("#choice", "100")
    await holder.presses("下一步")
    await holder.comes_to("请核对充值信息")
    await holder.sees("医保个人账户", "今年还可以充", "5,000.00 元")
    await holder.presses("生成充值订单，去支付")
    await holder.comes_to("应缴金额")
    await holder.goes_to_cashier()
    await holder.does_at_cashier("pay")
    await holder.comes_to("充值成功")
    await holder.sees("100.00", "的医保个人账户", "划入个人账户")
    await holder.presses("看缴费凭证")
    await holder.comes_to("医保个人账户充值凭证")
    await holder.sees("不开税票", "100.00")
    await holder.presses("钱到哪儿了")
    await holder.sees("划转医保", "划入个人账户")
    await holder.sees_nothing_of("国库")
    await holder.open("/records")
    await holder.sees("医保个人账户充值", "缴费成功")
    await holder.open("/items")
    await holder.sees_nothing_of("充值")
    assert await holder.town.bills_of(holder.who) != []


async def test_a_parents_card_is_topped_up_by_its_number_once_the_parent_was_named(
    town, arrives, holder
):
    card = next(_CARDS)
    parent = await town.insured(WUXI, with_card(card))
    await holder.open("/top-up")
    await holder.page.fill("#card", card)
    await holder.page.fill("#choice", "50")
    await holder.presses("下一步")
    await holder.sees("没有找到可以充值的社保卡", "帮其他人缴")
    await town.lets_pay_for(holder.who, parent)
    await holder.presses("下一步")
    await holder.comes_to("请核对充值信息")
    await holder.sees(f"{parent.name[0]}*", card[-4:])
    await holder.presses("生成充值订单，去支付")
    await holder.goes_to_cashier()
    await holder.does_at_cashier("pay")
    await holder.comes_to("充值成功")
    await holder.open("/records?tab=others")
    await holder.sees("50.00", f"{parent.name[0]}*")
    assert holder.path == "/records"


async def test_too_much_is_refused_beside_its_field(holder):
    await holder.open("/top-up")
    await holder.page.fill("#choice", "2001")
    await holder.presses("下一步")
    await holder.sees("2,001.00 元不在可以缴的范围里", "2,000.00")
    await holder.page.fill("#choice", "一百")
    await holder.presses("下一步")
    await holder.sees("不是一个金额")
    await expect(holder.page.locator("#choice")).to_have_value("一百")


async def test_a_top_up_that_is_given_up_leaves_nothing_behind(holder):
    await holder.open("/top-up")
    await holder.page.fill("#choice", "30")
    await holder.presses("下一步")
    await holder.presses("生成充值订单，去支付")
    await holder.presses("不缴了，作废这笔缴费单")
    await holder.comes_to("这笔缴费单已作废")
    await holder.open("/home")
    await holder.sees_nothing_of("30.00")
    await holder.open("/unpaid")
    await holder.sees("没有待支付的缴费单")
    assert holder.path == "/unpaid"


async def test_where_a_city_has_no_such_service_nobody_is_led_to_it(town, arrives):
    payer = await arrives(await town.demo("ningbo_chen"), signed_in=False)
    await payer.signs_in()
    await payer.sees_nothing_of("个人账户充值")
    await payer.open("/top-up")
    await payer.sees("不能给个人账户充值", "12393")
    assert payer.path == "/top-up"


async def test_an_objection_with_a_picture_is_answered_and_the_payer_reads_it(town, paid, arrives):
    number = paid.path.split("/")[2]
    await paid.presses("有问题，提出异议")
    await paid.comes_to("提出异议")
    await paid.presses("提交异议")
    await paid.sees("请选哪里不对")
    await paid.tile("金额、基数或者档次不对").click()
    await paid.page.fill("#says", "我选的是 7,490 元的基数，凭证上写的是 4,494 元。")
    await paid.page.set_input_files("#files", files=[file_of("证据.txt", b"no picture")])
    await paid.presses("提交异议")
    await paid.sees("不是照片，也不是 PDF")
    await expect(paid.page.locator("#says")).to_have_value(
        "我选的是 7,490 元的基数，凭证上写的是 4,494 元。"
    )
    await paid.page.set_input_files("#files", files=[file_of("我的凭证.png", PICTURE)])
    await paid.presses("提交异议")
    await paid.comes_to("异议进度")
    await paid.sees("等待答复", "我的凭证.png", "2 KB")
    progress = paid.path

    clerk = await arrives(desktop=True)
    await comes_to_work(town, clerk, APPROVES, WUXI)
    await clerk.open("/console/objections")
    assert await faults_of(clerk.page) == []
    await clerk.presses(f"凭证 {number}")
    assert await faults_of(clerk.page) == []
    async with clerk.page.expect_download() as download:
        await clerk.presses("我的凭证.png")
    assert (await (await download.value).path()).read_bytes() == PICTURE
    await clerk.tile("异议成立").first.click()
    await clerk.page.fill(
        "#answer", "核对过选择记录，应按 7,490 元缴。多缴少缴的差额请申请退费后重新缴。"
    )
    await clerk.page.click("#send")
    await clerk.sees("已经答复")

    await paid.open(progress)
    await paid.sees("异议成立", "应按 7,490 元缴", "申请退费")
    await paid.open("/objections")
    await paid.sees("异议成立")


def file_of(name, content):
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}
