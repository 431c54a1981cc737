"""UnionPay wants a form from the payer's own browser, and sends the payer back by a form."""

from __future__ import annotations

import pytest
from tests.journeys.judging import LOOKS, faults_of
from tests.journeys.town import BEIJING, WUXI

from shebao.core.money import Money
from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="110106", last_choice=Money.yuan("2000"))
MEDICAL = Membership(scheme="flexible_medical", district="320211", last_choice=Money.yuan("4494"))


async def at_the_order(town, arrives, **kwargs):
    """Somebody of Beijing who has an order and is about to choose how to pay it."""
    payer = await arrives(await town.insured(BEIJING, PENSION), **kwargs)
    await payer.open("/items")
    await payer.presses("选金额")
    await payer.comes_to("选择 2025 年缴费金额")
    await payer.presses("下一步")
    await payer.opens_order()
    return payer


async def chooses(payer, words):
    await payer.tile(words).click()
    await payer.page.click("#pay")


async def test_a_bill_is_paid_by_unionpay_and_the_payer_comes_back_to_the_result(town, arrives):
    payer = await at_the_order(town, arrives)
    await payer.sees("在银联页面用云闪付或银行卡付")
    await chooses(payer, "银联云闪付")
    await payer.comes_to("演练收银台（银联）")  # The form went there by itself.
    await payer.sees("2,000.00")
    await payer.does_at_cashier("pay")
    await payer.comes_to("支付成功")
    await payer.presses("返回商户")
    await payer.comes_to("缴费成功")
    await payer.sees("2,000.00")
    assert len(await payer.receipts()) == 1


async def test_without_script_a_button_leads_there(town, arrives):
    payer = await at_the_order(town, arrives, script=False)
    await chooses(payer, "银联云闪付")
    await payer.comes_to("去银联云闪付支付")
    await payer.sees("2,000.00")
    await payer.presses("打开支付页面")
    await payer.comes_to("演练收银台（银联）")
    await payer.does_at_cashier("pay")
    await payer.presses("返回商户")
    await payer.comes_to("缴费成功")
    assert len(await payer.receipts()) == 1


async def test_a_bill_of_wuxi_is_paid_by_bank_card(town, arrives):
    payer = await arrives(await town.insured(WUXI, MEDICAL))
    await payer.open("/items")
    await payer.presses("下一步")
    await payer.opens_order()
    await chooses(payer, "银行卡")
    await payer.comes_to("演练收银台（银联）")
    await payer.does_at_cashier("pay")
    await payer.presses("返回商户")
    await payer.comes_to("缴费成功")
    await payer.sees("银行卡", "404.46")
    assert len(await payer.receipts()) == 2  # Two months.


async def test_who_goes_back_from_the_cashier_may_go_there_again(town, arrives):
    payer = await at_the_order(town, arrives)
    await chooses(payer, "银联云闪付")
    await payer.comes_to("演练收银台（银联）")
    await payer.page.go_back()
    await payer.comes_to("应缴金额")  # Not to the form, which would only lead on again.
    await payer.sees("您已经打开过支付页面")
    await chooses(payer, "银联云闪付")
    await payer.comes_to("演练收银台（银联）")
    assert len(await payer.town.attempts(payer.who, payer.order_id)) == 1


async def test_who_left_the_cashier_is_asked_to_wait_before_another_way(town, arrives):
    payer = await at_the_order(town, arrives)
    await chooses(payer, "银联云闪付")
    await payer.does_at_cashier("leave")
    await payer.presses("回到缴费页面")
    await payer.open(f"/orders/{payer.order_id}/pay")
    await chooses(payer, "微信支付")
    await payer.comes_to("正在确认")
    await payer.presses("看支付结果")
    await payer.sees("没有付的，要等 10 分钟", "我们不能替您关掉")
    assert await faults_of(payer.page, LOOKS["standard"], LOOKS["elder"]) == []
    assert len(await payer.town.attempts(payer.who, payer.order_id)) == 1


@pytest.mark.parametrize("script", [True, False])
async def test_somebody_sent_by_another_site_is_still_signed_in(town, arrives, script):
    payer = await at_the_order(town, arrives, script=script)
    await payer.page.goto("about:blank")
    there = f"{town.url}/result/{payer.order_id}"
    await payer.page.set_content(
        f'<form method="post" action="{there}"><input name="respCode" value="00">'
        "<button>返回商户</button></form>"
    )
    await payer.presses("返回商户")
    await payer.comes_to("应缴金额")  # Nothing was paid, whatever the form said.
    assert payer.path == f"/orders/{payer.order_id}/pay"
