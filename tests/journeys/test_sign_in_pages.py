"""Signing in says what is wrong with what was typed, keeps it, and finds the way back."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.town import NINGBO, WUXI

from shebao.operations.enrol import Membership
from shebao.operations.sign_in import sign_out, who

PENSION = Membership(scheme="resident_pension", district="330212")


@pytest.fixture
async def form(town, arrives):
    """Somebody before the sign-in form, filled in with what the registry knows."""
    payer = await arrives(await town.citizen(NINGBO), signed_in=False)
    await payer.open(f"/?region={NINGBO}")
    await payer.fills_in_who()
    return payer


async def test_a_wrong_check_digit_is_said_beside_the_field_and_nothing_typed_is_lost(form):
    right = form.who.number
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    await form.page.fill("#number", wrong)
    await form.presses("获取验证码")
    await form.sees("有 1 处需要修改", "号码的最后一位和前面的对不上，有数字填错了")
    await expect(form.page).to_have_title("有误：登录 – 社保缴费")
    await expect(form.page.locator("#errsum")).to_be_focused()
    await expect(form.page.locator("#number")).to_have_value(wrong)
    await expect(form.page.locator("#name")).to_have_value(form.who.name)
    await form.page.click("#errsum a")
    await expect(form.page.locator("#number")).to_be_focused()


async def test_everything_that_is_wrong_is_said_at_once(form):
    await form.page.fill("#name", "")
    await form.page.fill("#number", "33021219790203")
    await form.page.fill("#phone", "1380")
    await form.presses("获取验证码")
    await form.sees("有 3 处需要修改", "请填写姓名", "应有 18 位，现在是 14 位", "现在有 4 位")
    await expect(form.page.locator("[aria-invalid=true]")).to_have_count(3)


async def test_a_number_nobody_has_is_said_with_whom_to_ask(town, form):
    await form.page.fill("#number", town.stranger(NINGBO).number)
    await form.presses("获取验证码")
    await form.sees("没有查到这个证件号码", "12333")
    await expect(form.page.locator("#number")).to_have_attribute("aria-invalid", "true")


async def test_a_name_of_somebody_else_is_refused(form):
    await form.page.fill("#name", "欧阳修")
    await form.presses("获取验证码")
    await form.sees("姓名和证件号码对不上")
    await expect(form.page.locator("#name")).to_have_value("欧阳修")


async def test_full_width_digits_and_a_small_x_are_read_as_people_mean_them(town, form):
    wide = form.who.number.translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)})
    await form.page.fill("#number", wide.lower())
    await form.presses("获取验证码")
    await expect(form.title).to_have_text("请填写短信验证码")


async def test_a_wrong_code_may_be_tried_again_and_says_how_often(town, form):
    await form.presses("获取验证码")
    await form.comes_to("请填写短信验证码")
    right = await town.code(form.who.phone)
    await form.page.fill("#code", f"{(int(right) + 1) % 10**6:06d}")
    await form.presses("登录")
    await form.sees("验证码不对，还可以再试 4 次")
    await form.page.fill("#code", right)
    await form.page.get_by_role("button", name="登录").click()
    await form.agrees_if_asked()
    await expect(form.page.locator(".who")).to_contain_text("您好")


async def test_when_the_registry_is_silent_it_is_said_and_the_form_is_kept(town, form):
    await town.goes_wrong("identity_down", count=10)
    await form.presses("获取验证码")
    await form.sees("核对身份的服务暂时没有回答", "过 1 分钟再试")
    await town.goes_right()
    await form.page.go_back()
    await expect(form.page.locator("#name")).to_have_value(form.who.name)


@pytest.mark.parametrize("key", ["ningbo_lin", "wuxi_hua"])
async def test_who_is_not_enrolled_is_told_whom_to_ask(town, arrives, key):
    payer = await arrives(await town.demo(key))
    await payer.open("/home")
    await payer.sees("没有您的参保信息", "12333", "12366")
    await payer.presses("怎么办")
    await payer.sees("没有您的参保信息", "12333", "医疗保障局")
    await expect(payer.page.locator("a[href='tel:12333']").first).to_be_visible()


async def test_a_session_that_ended_leads_back_to_where_one_was(town, arrives):
    payer = await arrives(await town.insured(NINGBO, PENSION), signed_in=False)
    await payer.signs_in()
    await payer.open("/for-whom")
    [session] = [c for c in await payer.page.context.cookies() if c["name"] == "sb"]
    region, _, token = session["value"].partition(".")
    [known] = await who(town.world, [(region, token)])
    await sign_out(town.world, session=known)
    await payer.presses("下一步")
    await payer.sees("登录已经到期", "登录后回到刚才的页面")
    await payer.page.wait_for_timeout(1100)  # One message a minute, which here is a second.
    await payer.fills_in_who()
    await payer.presses("获取验证码")
    await payer.comes_to("请填写短信验证码")
    await payer.page.fill("#code", await town.code(payer.who.phone))
    await payer.presses("登录")
    await expect(payer.title).to_have_text("选择险种")


async def test_who_signs_out_is_out_and_the_back_button_shows_nothing(town, arrives):
    payer = await arrives(await town.insured(NINGBO, PENSION))
    await payer.open("/home")
    await payer.presses("退出登录")
    await payer.comes_to("您在哪里参保")
    await payer.page.go_back()
    await payer.comes_to("登录")
    await payer.sees_nothing_of("您好")
    assert [c for c in await payer.page.context.cookies() if c["name"] == "sb"] == []


async def test_a_page_asked_for_before_signing_in_is_opened_afterwards(town, arrives):
    payer = await arrives(await town.citizen(WUXI), signed_in=False)
    await payer.open(f"/?region={WUXI}")
    await payer.open("/records?tab=others")
    await payer.fills_in_who()
    await payer.presses("获取验证码")
    await payer.comes_to("请填写短信验证码")
    await payer.page.fill("#code", await town.code(payer.who.phone))
    await payer.presses("登录")
    await payer.agrees_if_asked()
    await payer.sees("还没有记录")
    assert payer.page.url.endswith("/records?tab=others")
