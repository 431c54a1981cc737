"""An account is signed at the bank, seen, used to pay at once, paused and ended, page by page."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.payer import Payer
from tests.journeys.town import BEIJING, CHANGZHOU, WUXI

from shebao.core.money import Money
from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="110106", last_choice=Money.yuan("2000"))
ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")
FLEXIBLE = Membership(scheme="flexible_pension", district="320402", last_choice=Money.yuan("4494"))


@pytest.fixture
async def resident(town):
    one = await town.insured(BEIJING, PENSION)
    await town.decide(one, "resident_pension", "1000")
    return one


async def accounts_of(town, one):
    found = await town.outside.get(f"/sandbox/bank/accounts/{one.number}")
    return found.json()["accounts"]


async def signs_at_the_bank(payer: Payer, *, kind: str = "bank_card") -> str:
    """From the list of funds to the bank's page and back; the last four of the card."""
    town, page = payer.town, payer.page
    await payer.open("/agreements")
    await page.get_by_role("button", name="签约").first.click()
    await payer.presses("去银行页面签约")
    await payer.comes_to("银行签约")
    [card] = [one for one in await accounts_of(town, payer.who) if one["kind"] == kind]
    await page.fill("#card", card["number"])
    await page.fill("#name", payer.who.name)
    await page.fill("#phone", card["phone"])
    await payer.presses("获取验证码")
    await payer.comes_to("输入验证码")
    await page.fill("#code", await town.code(card["phone"]))
    await payer.presses("同意签约")
    await payer.sees("已生效", f"尾号 {card['number'][-4:]}")
    return card["number"][-4:]


async def at_the_pay_page(payer: Payer) -> str:
    """An order of what is owed, and the page where one chooses how to pay it."""
    await payer.town.sign_in(payer.who)
    bills = await payer.town.bills_of(payer.who)
    order_id = await payer.town.order(payer.who, *(bill.id for bill in bills))
    await payer.open(f"/orders/{order_id}/pay")
    await payer.comes_to("应缴金额")
    return order_id


async def pays_by_agreement(payer: Payer) -> None:
    await payer.tile("协议支付").click()
    await payer.page.click("#pay")


async def test_a_mandate_is_signed_at_the_bank_and_paid_by(arrives, resident):
    payer = await arrives(resident)
    ending = await signs_at_the_bank(payer)
    await at_the_pay_page(payer)
    await payer.sees(f"从签约账户当场扣款：演练银行 银行卡，尾号 {ending}")
    await pays_by_agreement(payer)
    await payer.comes_to("缴费成功")
    await payer.sees("1,000.00", "协议支付")
    assert len(await payer.receipts()) == 1
    await payer.presses("看缴费凭证")
    await payer.sees("壹仟元整")


async def test_it_works_without_a_script_and_in_large_letters(arrives, resident):
    payer = await arrives(resident, script=False, look="elder.blue")
    await signs_at_the_bank(payer, kind="social_card")
    await at_the_pay_page(payer)
    await pays_by_agreement(payer)
    await payer.comes_to("缴费成功")
    assert len(await payer.receipts()) == 1


async def test_without_enough_in_the_account_the_payer_is_told_and_pays_another_way(
    town, arrives, resident
):
    payer = await arrives(resident)
    await signs_at_the_bank(payer)
    await at_the_pay_page(payer)
    await town.outside.post("/sandbox/bank/next", json={"faults": ["insufficient_funds"]})
    await pays_by_agreement(payer)
    await payer.comes_to("支付没有完成")
    await payer.sees("没有扣款", "协议支付说：账户余额不足支付")
    await payer.presses("再试一次，或换一种方式")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    assert len(await payer.receipts()) == 1


async def test_while_the_bank_does_not_know_the_page_waits_and_finds_out(town, arrives, resident):
    payer = await arrives(resident)
    await signs_at_the_bank(payer)
    await at_the_pay_page(payer)
    await town.outside.post("/sandbox/bank/next", json={"faults": ["unknown_then_paid"]})
    await pays_by_agreement(payer)
    await payer.comes_to("正在确认支付结果")
    await payer.sees("请不要重复支付")
    await payer.comes_to("缴费成功")
    assert len(await payer.receipts()) == 1


async def test_without_a_mandate_the_pay_page_says_where_to_sign(arrives, resident):
    payer = await arrives(resident)
    await at_the_pay_page(payer)
    await payer.sees("养老保险还没有签约，不能用协议支付")
    await expect(payer.box("协议支付")).to_be_disabled()
    await payer.presses("去银行签约")
    await payer.comes_to("协议扣款")


async def test_a_mandate_is_paused_taken_up_changed_and_ended(arrives, resident):
    payer = await arrives(resident)
    await signs_at_the_bank(payer)
    await payer.presses("暂停扣款")
    await payer.sees("已暂停", "暂停期间不会扣款")
    await payer.presses("恢复扣款")
    await payer.sees("已生效")
    await payer.open("/agreements")
    await payer.sees("换一个账户")
    await payer.page.get_by_role("link", name="扣款账户").click()
    await payer.unfolds("解约")
    await payer.presses("确认解约")
    await payer.sees("已解约")
    await payer.open("/agreements")
    await expect(payer.page.get_by_role("heading", name="以前的签约")).to_be_visible()


async def test_what_the_owner_does_not_sign_is_not_signed(arrives, resident):
    payer = await arrives(resident)
    await payer.open("/agreements")
    await payer.page.get_by_role("button", name="签约").first.click()
    await payer.presses("去银行页面签约")
    await payer.presses("不签了")
    await payer.sees("没有签成")
    await expect(payer.page.locator("dl")).to_contain_text("客户未同意签约")


async def test_the_bank_page_refuses_somebody_elses_card(town, arrives, resident):
    payer = await arrives(resident)
    await payer.open("/agreements")
    await payer.page.get_by_role("button", name="签约").first.click()
    await payer.presses("去银行页面签约")
    stranger = {"number": "6229990000000000", "holder": "别人", "id_number": "1", "phone": "1"}
    await town.outside.post("/sandbox/bank/accounts", json=stranger)
    await payer.page.fill("#card", stranger["number"])
    await payer.page.fill("#name", resident.name)
    await payer.page.fill("#phone", "1")
    await payer.presses("获取验证码")
    await expect(payer.page.get_by_role("alert")).to_have_text("账号与户名不符")


async def test_money_the_bank_takes_back_is_shown_and_owed_again(town, arrives, resident):
    payer = await arrives(resident)
    await signs_at_the_bank(payer)
    order_id = await at_the_pay_page(payer)
    await pays_by_agreement(payer)
    await payer.comes_to("缴费成功")
    [attempt_id] = await town.attempts(resident, order_id)
    await town.outside.post(f"/sandbox/bank/payments/{attempt_id}/take-back")
    await payer.sees_at(f"/result/{order_id}", "银行把这笔钱退回了您的账户", "付款人开户行冲正")
    await payer.presses("重新缴费")
    await expect(payer.page.locator("#sum")).to_have_text("1,000.00")


async def test_in_changzhou_medical_is_signed_on_the_social_card(town, arrives):
    payer = await arrives(await town.insured(CHANGZHOU, ADULT))
    await payer.open("/agreements")
    await payer.sees("社会保障卡的银行账户", "批量扣款")
    await payer.sees_nothing_of("缴费时可以当场")
    assert await signs_at_the_bank(payer, kind="social_card")


async def test_in_changzhou_who_pays_pension_too_signs_pension_first(town, arrives):
    payer = await arrives(await town.insured(CHANGZHOU, FLEXIBLE, ADULT))
    await payer.open("/agreements")
    medical = payer.page.locator("section", has_text="医疗保险")
    await expect(medical).to_contain_text("养老保险的协议账户")
    await medical.get_by_role("button").click()
    await payer.sees("要先签养老保险")


async def test_where_nothing_is_collected_by_agreement_the_page_says_so(town, arrives):
    payer = await arrives(await town.insured(WUXI))
    await payer.open("/agreements")
    await expect(payer.title).to_have_text("无锡市现在没有协议扣款")


async def test_the_demo_has_a_resident_who_has_signed_already(town, arrives):
    payer = await arrives(await town.demo("beijing_zhang"))
    await payer.open("/agreements")
    await expect(payer.page.locator("section", has_text="养老保险")).to_contain_text("已生效")
