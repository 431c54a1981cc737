"""Whatever becomes of a payment, the page says whether money moved and what to do now."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.town import CHANGZHOU, NINGBO

from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="330212")
ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")


@pytest.fixture
async def payer(town, arrives):
    """Somebody at the cashier, with 1,200 yuan to pay."""
    one = await town.insured(NINGBO, PENSION)
    await town.decide(one, "resident_pension", "1200.00")
    payer = await arrives(one)
    await payer.open("/items")
    await payer.presses("下一步")
    await payer.opens_order()
    await payer.goes_to_cashier()
    yield payer
    await town.goes_right()


async def test_paid_is_said_with_the_amount_to_whom_and_what_happens_next(payer):
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    await payer.sees("1,200.00", "（本人）名下", "支付方式", "渠道流水号", "清算入库")
    [number] = await payer.receipts()
    await payer.sees(number)
    assert payer.path == f"/result/{payer.order_id}"


async def test_a_notice_that_never_comes_is_asked_for(payer):
    await payer.does_at_cashier("pay", "notice_never")
    await payer.comes_to("缴费成功")
    assert len(await payer.receipts()) == 1


async def test_until_it_is_known_the_page_says_not_to_pay_again_and_then_turns(payer, town):
    await town.goes_wrong("query_unavailable", count=1000)
    await payer.does_at_cashier("pay", "notice_never")
    await payer.comes_to("正在确认支付结果")
    await payer.sees("请不要重复支付", "1 至 3 个工作日原路退回", "1,200.00")
    await payer.sees_nothing_of("失败")
    await town.goes_right()
    await expect(payer.title).to_have_text("缴费成功")


async def test_three_notices_at_once_pay_one_order_once(payer):
    await payer.does_at_cashier("pay", "notice_concurrently", "notice_forged_first")
    await payer.comes_to("缴费成功")
    await payer.open("/records")
    await expect(payer.page.locator("a.row[href^='/receipts/']")).to_have_count(1)


async def test_an_empty_card_pays_nothing_and_the_same_order_can_be_tried_again(payer):
    await payer.does_at_cashier("pay", "insufficient_funds")
    await payer.sees_nothing_of("缴费成功")
    await payer.open("/unpaid")
    await payer.presses("继续缴费")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    assert payer.path == f"/result/{payer.order_id}"
    assert len(await payer.receipts()) == 1


async def test_who_declines_at_the_cashier_may_go_on_or_give_up(payer):
    await payer.does_at_cashier("decline")
    await payer.comes_to("正在确认支付结果")
    await payer.presses("还没有付，继续支付")
    await payer.sees("您已经打开过支付页面", "如果已经付了款，请不要重复支付")
    await payer.presses("不缴了，作废这笔缴费单")
    await payer.sees("没有扣款")
    await expect(payer.title).to_contain_text("已经作废")


async def test_a_notice_with_another_amount_pays_nothing_and_goes_back(payer):
    await payer.does_at_cashier("pay", "notice_wrong_amount")
    await payer.sees("没有记上", "原路退回")
    await payer.sees_nothing_of("缴费成功")
    await expect(payer.page.locator("a.row[href^='/receipts/']")).to_have_count(0)


async def test_a_bill_paid_meanwhile_in_another_tab_is_not_paid_twice(town, arrives):
    payer = await arrives(await town.insured(CHANGZHOU, ADULT))
    await payer.open("/items")
    await payer.presses("下一步")
    await payer.comes_to("请核对缴费信息")
    other = await payer.another_tab()
    await other.open("/items")
    await other.presses("下一步")
    await other.pays(amount="930.00")
    await payer.presses("确认无误，去支付")
    await payer.comes_to("这一项已经缴过了，不用再缴")
    await payer.sees("没有再次扣款", "bill_not_open")
    await payer.presses("看缴费记录")
    await expect(payer.page.locator("a.row[href^='/receipts/']")).to_have_count(1)


async def test_a_channel_that_does_not_answer_leaves_a_page_and_no_second_charge(payer, town):
    await payer.open(f"/orders/{payer.order_id}/pay")
    await town.goes_wrong("unavailable", on="prepay", count=10)
    await payer.presses("用另一部手机扫码支付")
    await payer.comes_to("正在确认支付结果")
    await payer.sees("请不要重复支付")
    await expect(payer.page.get_by_role("link", name="继续支付")).to_have_count(0)
