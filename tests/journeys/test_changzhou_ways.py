"""In Changzhou: from the mini program and back, for whom, of which parts, and who owes nothing."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.test_changzhou import ADULT, CHILD
from tests.journeys.town import CHANGZHOU

from shebao.operations.enrol import Membership

ELDERLY = Membership(scheme="resident_medical", district="320402", category="elderly")
COLLEGE = Membership(scheme="resident_medical", district="320402", category="college")
POOR = Membership(
    scheme="resident_medical", district="320411", category="elderly", identity="low_income"
)
FLEXIBLE = Membership(scheme="flexible_pension", district="320402")
WECHAT = "Mozilla/5.0 (Linux; Android 12) Mobile Safari/537.36 MicroMessenger/8.0.40"


@pytest.fixture
async def in_wechat(town, chromium, watch):
    """A telephone with WeChat, before the mini program of the tax office."""
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844}, user_agent=WECHAT, locale="zh-CN"
    )
    watch.over(context)
    yield context
    await context.close()


@pytest.fixture
async def authorised(town, in_wechat, arrives):
    """Somebody who has let the mini program know them, and has shown once who they are."""
    one = await town.insured(CHANGZHOU, ADULT)
    payer = await arrives(one, signed_in=False)
    payer.page = await in_wechat.new_page()
    await payer.open(f"/?region={CHANGZHOU}&ch=wechat_mini")
    await payer.presses("微信授权")
    await payer.sees("江苏税务社保缴纳")
    await payer.page.click("#played")
    await payer.page.fill("#holder", one.number)
    await payer.presses("打开")
    await payer.sees("第一次从微信进入，请先核对身份")
    await payer.fills_in_who()
    await payer.presses("获取验证码")
    await payer.comes_to("请填写短信验证码")
    await payer.page.fill("#code", await town.code(one.phone))
    await payer.page.get_by_role("button", name="登录").click()
    await expect(payer.page.locator(".who")).to_contain_text(f"{one.name[0]}*")
    return payer


async def test_from_the_authorisation_to_the_word_of_success_in_the_mini_program(town, authorised):
    await authorised.presses("为本人缴款")
    await authorised.presses("切换缴费人")
    await authorised.comes_to("为谁缴费")
    await authorised.sees("为本人缴款")
    child = await town.insured(CHANGZHOU, CHILD, born="20150520")
    await authorised.presses("帮其他人缴")
    await authorised.names(child)
    await authorised.sees("390.00", "未成年居民")
    await authorised.presses("下一步")
    await authorised.opens_order()
    await authorised.goes_to_cashier()
    await authorised.does_at_cashier("pay")
    await authorised.comes_to("支付成功")
    await authorised.presses("完成")
    await authorised.comes_to("缴费成功")
    await authorised.open("/records")
    await authorised.sees("还没有记录")
    await authorised.presses("我帮人缴的")
    await authorised.sees("390.00", "缴费成功", f"{child.name[0]}*{child.name[-1]}")
    assert authorised.path == "/records"


async def test_alipay_knows_somebody_who_has_agreed_once(town, arrives):
    one = await town.insured(CHANGZHOU, ADULT)
    payer = await arrives(one, signed_in=False)
    await payer.open(f"/?region={CHANGZHOU}&ch=alipay")
    await payer.presses("支付宝授权")
    await payer.sees("江苏税务社保缴费")
    await payer.page.click("#played")
    await payer.page.fill("#holder", one.number)
    await payer.presses("打开")
    await payer.fills_in_who()
    await payer.presses("获取验证码")
    await payer.comes_to("请填写短信验证码")
    await payer.page.fill("#code", await town.code(one.phone))
    await payer.page.get_by_role("button", name="登录").click()
    await payer.presses("为他人缴款")
    await payer.comes_to("为谁缴费")
    await payer.presses("返回")
    await payer.presses("为本人缴款")
    await payer.presses("下一步")
    await payer.opens_order()
    await payer.tile("支付宝").click()
    await payer.presses("立即付款")
    await payer.comes_to("演练收银台（支付宝）")
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    await payer.open("/records")
    await payer.sees("930.00", "缴费成功", "支付宝")
    assert payer.path == "/records"


async def test_a_payment_for_three_shows_whose_which_period_and_which_fund(town, arrives):
    payer = await arrives(await town.insured(CHANGZHOU, ADULT))
    child = await town.insured(CHANGZHOU, CHILD, born="20150520")
    parent = await town.insured(CHANGZHOU, ELDERLY, born="19500103")
    await town.lets_pay_for(payer.who, child)
    await town.lets_pay_for(payer.who, parent)
    await town.sign_in(payer.who)
    people = "&".join(f"person={one.person_id}" for one in (payer.who, child, parent))
    await payer.open(f"/items?{people}")
    await payer.sees("930.00", "390.00", "730.00")
    await payer.presses("下一步")
    await payer.opens_order()
    await payer.open("/unpaid")
    await payer.presses("看交易组成：哪些所属期、哪些费种")
    await payer.comes_to("交易组成")
    await payer.sees("合并了 3 项", "2,050.00", "2024 年度", "医疗保险", "长期护理保险", "60.00")
    await payer.presses("去支付")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    await payer.open("/records")
    await payer.presses("看交易组成")
    await payer.comes_to("交易组成")
    await payer.presses("看缴费结果和凭证")
    assert len(await payer.receipts()) == 3


async def test_who_is_paid_for_by_government_sees_how_much_that_is(town, arrives):
    payer = await arrives(await town.insured(CHANGZHOU, POOR, born="19550217"))
    await payer.open("/items")
    await payer.sees("应缴 730.00 元，由政府全额代缴，您不用缴")
    assert await town.bills_of(payer.who) == []


async def test_a_students_contribution_is_left_to_the_school(town, arrives):
    payer = await arrives(await town.insured(CHANGZHOU, COLLEGE, born="20040217"))
    await payer.open("/items")
    await payer.sees("230.00", "由学校统一收取以后代缴")
    await expect(payer.box("230.00")).to_be_disabled()
    [bill] = await town.bills_of(payer.who)
    await payer.open(f"/confirm?bill={bill.id}")
    await payer.sees("由学校统一收取以后代缴", "不用自己缴")


async def test_the_account_a_batch_collects_from_is_explained(town, arrives):
    payer = await arrives(await town.insured(CHANGZHOU, ADULT, FLEXIBLE))
    await payer.open("/agreements")
    await payer.sees(
        "同时缴灵活就业人员职工基本养老保险的从养老保险的协议账户扣",
        "其他人从社会保障卡的银行账户扣",
        "您可以签：养老保险的协议账户",
    )
    assert payer.path == "/agreements"
