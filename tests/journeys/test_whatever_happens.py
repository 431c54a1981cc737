"""Without script, with a keyboard, in large type, pressed three times: one payment, and no more."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect
from tests.journeys.town import BEIJING, NINGBO

from shebao.core.money import Money
from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="330212")
ANY_AMOUNT = Membership(
    scheme="resident_pension", district="110106", last_choice=Money.yuan("2000")
)


@pytest.fixture
async def owing(town):
    """Somebody who owes one special bill, and has a tier to choose."""
    one = await town.insured(NINGBO, PENSION)
    await town.decide(one, "resident_pension", "1200.00")
    return one


@pytest.fixture
async def payer(arrives, owing):
    """Somebody at the check page."""
    payer = await arrives(owing)
    await payer.open("/items")
    await payer.presses("下一步")
    await payer.comes_to("请核对缴费信息")
    return payer


async def test_a_whole_payment_needs_no_script(town, arrives):
    payer = await arrives(await town.insured(BEIJING, ANY_AMOUNT), signed_in=False, script=False)
    await payer.signs_in()
    await payer.presses("去缴费")
    await payer.presses("选金额")
    await payer.page.fill("#choice", "4000")
    await payer.presses("下一步")
    await payer.pays(amount="4,000.00")
    await payer.presses("看缴费凭证")
    await expect(payer.page.locator("#verify-code")).not_to_be_empty()


async def test_without_script_a_page_that_waits_looks_again_by_itself(town, arrives, owing):
    payer = await arrives(owing, script=False)
    await payer.open("/items")
    await payer.presses("下一步")
    await payer.opens_order()
    await payer.goes_to_cashier()
    await town.goes_wrong("query_unavailable", count=1000)
    await payer.does_at_cashier("pay", "notice_never")
    await payer.comes_to("正在确认支付结果")
    await town.goes_right()
    await expect(payer.title).to_have_text("缴费成功")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
async def test_three_rapid_clicks_open_one_order(arrives, owing, script):
    payer = await arrives(owing, script=script)
    await payer.open("/items")
    await payer.presses("下一步")
    await payer.comes_to("请核对缴费信息")
    button = payer.page.get_by_role("button", name="确认无误，去支付")
    await button.click(click_count=3, delay=5, no_wait_after=True)
    await expect(payer.title).not_to_have_text("请核对缴费信息")
    await payer.open("/unpaid")
    await expect(payer.page.locator("section.card")).to_have_count(1)


async def test_the_same_form_sent_from_two_tabs_at_once_opens_one_order(payer):
    other = await payer.another_tab()
    await other.page.set_content("")
    form = await payer.page.locator("#f").evaluate("f => [...new FormData(f)]")
    told = "&".join(f"{name}={value}" for name, value in form)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    send = payer.page.context.request.post
    answers = await asyncio.gather(
        *(send(f"{payer.town.url}/orders", data=told, headers=headers) for _ in range(3))
    )
    assert {answer.url for answer in answers} == {answers[0].url}
    assert "/orders/ord" in answers[0].url


async def test_the_back_button_after_paying_leads_to_the_result_and_not_to_a_second_payment(payer):
    await payer.pays(amount="1,200.00")
    for_sure = payer.page.url
    await payer.page.go_back()
    await payer.page.go_back()
    await payer.comes_to("缴费成功")
    assert payer.page.url == for_sure


async def test_the_check_page_gone_back_to_says_that_it_was_paid(payer):
    check = payer.page.url
    await payer.pays(amount="1,200.00")
    await payer.page.goto(check)
    await payer.comes_to("这一项已经缴过了，不用再缴")
    await payer.sees("没有再次扣款")
    assert await payer.page.locator("form").count() == 0


async def test_refreshing_after_a_form_sends_nothing_again(payer):
    await payer.opens_order()
    posted = []
    payer.page.on("request", lambda asked: asked.method == "POST" and posted.append(asked.url))
    await payer.page.reload()
    await payer.comes_to("应缴金额")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    posted.clear()
    await payer.page.reload()
    await payer.comes_to("缴费成功")
    assert posted == []


async def test_one_order_in_two_tabs_is_paid_once(payer):
    await payer.opens_order()
    other = await payer.another_tab()
    await other.open(f"/orders/{payer.order_id}/pay")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    await other.page.click("#pay")
    await other.comes_to("缴费成功|已经付过了")
    await payer.open("/records")
    await expect(payer.page.locator("a.row[href^='/receipts/']")).to_have_count(1)


async def test_a_button_gone_back_to_says_again_what_it_does(town, arrives):
    payer = await arrives(await town.citizen(NINGBO), signed_in=False)
    await payer.open(f"/?region={NINGBO}")
    await payer.fills_in_who()
    await payer.presses("获取验证码")
    await payer.comes_to("请填写短信验证码")
    await payer.page.go_back()
    await payer.comes_to("登录")
    await expect(payer.page.locator(".btn")).to_have_text("获取验证码")
    await expect(payer.page.locator(".busy")).to_have_count(0)
    async with payer.page.expect_request(lambda asked: asked.method == "POST"):
        await payer.presses("获取验证码")


async def test_a_page_the_browser_kept_in_memory_gets_its_button_back(arrives):
    payer = await arrives()
    await payer.open(f"/?region={NINGBO}")
    await payer.page.evaluate("document.forms[0].onsubmit = () => false")
    button = payer.page.locator("main .btn")
    await button.click()
    await expect(button).to_have_text("正在核对…")
    kept = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    await payer.page.evaluate(kept)
    await expect(button).to_have_text("获取验证码")
    await expect(payer.page.locator(".busy, [data-sent]")).to_have_count(0)


async def test_a_whole_payment_in_large_type_stays_in_large_type(arrives, owing):
    payer = await arrives(owing)
    await payer.open("/home")
    await payer.presses("大字版")
    await payer.presses("去缴费")
    await is_large(payer)
    await payer.presses("下一步")
    await is_large(payer)
    await payer.opens_order()
    await is_large(payer)
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    await is_large(payer)
    await payer.presses("标准版")
    await expect(payer.page.locator("html")).to_have_attribute("data-mode", "std")
    await payer.comes_to("缴费成功")


async def is_large(payer):
    """Root type of 21 px: body text is over 22."""
    await expect(payer.page.locator("html")).to_have_attribute("data-mode", "elder")
    size = await payer.page.evaluate("getComputedStyle(document.body).fontSize")
    assert size.startswith("22.3")


async def test_a_whole_payment_needs_nothing_but_a_keyboard(town, arrives, owing):
    payer = await arrives(owing)
    await payer.open("/items")
    await payer.tabs_to("下一步")
    await payer.page.keyboard.press("Enter")
    await payer.comes_to("请核对缴费信息")
    await payer.tabs_to("确认无误，去支付")
    await payer.page.keyboard.press("Enter")
    await payer.comes_to("应缴金额")
    await payer.tabs_to("微信支付")
    await payer.page.keyboard.press("Space")
    await payer.tabs_to("支付 1,200.00 元")
    await payer.page.keyboard.press("Enter")
    await payer.comes_to("演练收银台")
    await payer.tabs_to("支付 1,200.00 元")
    await payer.page.keyboard.press("Enter")
    await payer.comes_to("缴费成功")
    await payer.tabs_to("返回首页")
    await payer.page.keyboard.press("Enter")
    await expect(payer.page.locator(".who")).to_contain_text("您好")


async def test_a_tier_is_chosen_with_the_arrow_keys(town, arrives):
    payer = await arrives(await town.insured(NINGBO, PENSION))
    await payer.open("/items")
    await payer.tabs_to("选档次")
    await payer.page.keyboard.press("Enter")
    await payer.comes_to("选择 2024 年缴费档次")
    await payer.tabs_to("元/年")
    await payer.page.keyboard.press("ArrowDown")
    await expect(payer.page.locator("input[name=choice]:checked")).to_have_count(1)
    await payer.tabs_to("下一步")
    await payer.page.keyboard.press("Enter")
    await expect(payer.title).to_have_text("请核对缴费信息")


async def test_the_first_tab_leads_past_the_top_of_the_page(payer):
    await payer.page.keyboard.press("Tab")
    await expect(payer.page.locator(".skip")).to_be_focused()
    await expect(payer.page.locator(".skip")).to_be_in_viewport()
    await payer.page.keyboard.press("Enter")
    await expect(payer.page.locator("main")).to_be_focused()


async def test_the_watch_over_all_journeys_notices_what_our_policy_forbids(arrives, watch):
    payer = await arrives()
    await payer.open("/")
    strange = "const i = new Image(); i.src = 'http://elsewhere.invalid/'; document.body.append(i)"
    async with payer.page.expect_console_message():
        await payer.page.evaluate(strange)
    watch.away.clear()
    with pytest.raises(AssertionError, match="forbids"):
        watch.must_be_calm()
    watch.refused.clear()


async def test_the_watch_over_all_journeys_notices_who_asks_elsewhere(arrives, watch):
    payer = await arrives()
    await payer.open("/")
    async with payer.page.expect_request("http://elsewhere.invalid/"):
        await payer.page.evaluate("location.href = 'http://elsewhere.invalid/'")
    with pytest.raises(AssertionError, match="asks somebody else"):
        watch.must_be_calm()
    watch.away.clear()
