"""An order that is left lives as long as the city says; money that comes too late goes back."""

from __future__ import annotations

import pytest
from tests.journeys.town import CHANGZHOU

from shebao.operations.enrol import Membership

ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")


@pytest.fixture
async def payer(town, arrives):
    """Somebody who has opened an order of 930 yuan."""
    payer = await arrives(await town.insured(CHANGZHOU, ADULT))
    await payer.open("/items")
    await payer.presses("下一步")
    await payer.sees("30 分钟内", "60 秒内")
    await payer.opens_order()
    return payer


async def test_who_leaves_the_cashier_finds_the_order_for_one_minute(payer):
    await payer.sees("60 秒内完成")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("leave")
    await payer.sees("没有扣款")
    await payer.presses("回到缴费页面")
    await payer.comes_to("正在确认支付结果")
    await payer.open("/unpaid")
    await payer.presses("继续缴费")
    await payer.sees("您已经打开过支付页面", "还有", "秒内完成")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    assert payer.path == f"/result/{payer.order_id}"


async def test_an_order_that_is_given_up_in_the_cashier_cannot_be_paid_there_any_more(payer):
    await payer.goes_to_cashier()
    cashier = payer.page.url
    await payer.open("/unpaid")
    await payer.presses("作废这笔缴费单")
    await payer.comes_to("已经作废")
    await payer.page.goto(cashier)
    await payer.sees("这笔订单现在不能再支付")
    assert await payer.page.locator("button").count() == 0


async def test_after_a_minute_the_order_is_over_and_the_bill_can_be_paid_again(
    left_in_cashier, arrives
):
    one, order_id = left_in_cashier
    payer = await arrives(one)
    await payer.sees_at("/unpaid", "没有待支付的缴费单", within_ms=75_000)
    await payer.open(f"/result/{order_id}")
    await payer.comes_to("这笔缴费单超过时间，已经作废")
    await payer.sees("没有扣款", "930.00")
    await payer.presses("重新选择要缴的项目")
    await payer.presses("下一步")
    await payer.pays(amount="930.00")
    assert payer.order_id != order_id


async def test_money_that_comes_after_somebody_else_has_paid_goes_back(
    town, lost_on_the_way, arrives
):
    lost = lost_on_the_way
    late = await arrives(lost.payer)
    await late.sees_at(f"/result/{lost.order_id}", "已经作废", "没有扣款", within_ms=75_000)
    other = await arrives(await town.insured(CHANGZHOU, ADULT))
    await other.open("/for-whom/other")
    await other.names(lost.child)
    await other.presses("下一步")
    await other.pays(amount="390.00")
    notify = f"{town.url}/notify/wechat/{CHANGZHOU}"
    told = {"out_trade_no": lost.attempt_id, "total_fen": 390_00, "notify_url": notify}
    (await town.outside.post("/sandbox/attempts/stray", json=told)).raise_for_status()
    await late.sees_at(f"/result/{lost.order_id}", "您付的钱没有记上", "390.00 元已经退回")
    assert await late.receipts() == []
