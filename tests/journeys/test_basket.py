"""A family pays for three cities in one payment, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.gallery_basket import FATHERS, MINE, MOTHERS, filled, relatives, whole_of
from tests.journeys.town import BEIJING, CHANGZHOU, NINGBO, WUXI


@pytest.fixture
async def payer(town, arrives):
    """A resident of Ningbo who owes 500 yuan, before a browser."""
    one = await town.sign_in(await town.insured(NINGBO, MINE))
    await town.decide(one, "resident_pension", "500.00")
    return await arrives(one)


async def agrees_here(payer):
    """Agree to the rules of the city one has just come to."""
    await payer.comes_to("请先看怎么用您的信息")
    for tile in await payer.page.locator("label.tile").all():
        await tile.click()
    await payer.page.locator("main form button").first.click()


async def puts_in(payer, parent, *, city):
    """Go on to a city, name somebody there, and put what they owe into the basket."""
    await payer.presses(f"去{city}选")
    await agrees_here(payer)
    await payer.comes_to("为谁缴费")
    await payer.open("/for-whom/other")
    await payer.page.fill("#name", parent.name)
    await payer.page.fill("#number", parent.number)
    await payer.presses("下一步")
    await payer.comes_to("选择要缴的项目")
    await payer.presses("下一步")
    await payer.presses("和别的城市的一起付")
    await payer.comes_to("家庭合并缴费")


async def test_own_bill_and_those_of_parents_in_two_cities_are_paid_at_once(town, payer):
    mother = await town.insured(CHANGZHOU, MOTHERS, born="19520304")
    father = await town.insured(WUXI, FATHERS, born="19500607")
    await town.decide(mother, "resident_pension", "380.50")
    await town.decide(father, "resident_pension", "440.00")
    await payer.open("/items")
    await payer.presses("下一步")
    await payer.presses("和别的城市的一起付")
    await payer.comes_to("家庭合并缴费")
    await puts_in(payer, mother, city="常州市")
    await puts_in(payer, father, city="无锡市")
    await payer.sees("宁波市", "500.00", "常州市", "380.50", "无锡市", "440.00", "1,320.50")
    await payer.page.click("#check")
    await payer.comes_to("请核对缴费信息")
    await payer.sees("国家税务总局常州市税务局", "3 项一共应缴", "1,320.50")
    await payer.page.click("#open")
    await payer.comes_to("应缴金额")
    await payer.sees("1,320.50", "3 个城市")
    await payer.page.click("#pay")
    await payer.comes_to("演练收银台")
    await payer.sees("1,320.50")
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")
    await payer.sees("社保费缴费回执单", "社保费电子缴款凭证", "无锡市", "常州市", "宁波市")
    result = payer.path
    await payer.page.locator("section", has_text="常州市").locator("a.row").first.click()
    await payer.sees("380.50", "社保费电子缴款凭证")
    await payer.open("/records?tab=others")
    await payer.sees("380.50", "看无锡市的缴费记录")
    await payer.presses("看无锡市的缴费记录")
    await payer.sees("440.00")
    await payer.open(result)
    await payer.presses("钱到哪儿了")
    await expect(payer.title).to_have_text("钱到哪儿了")


async def test_beijing_lets_nobody_pay_for_somebody_else_and_says_so(payer):
    await payer.open("/basket")
    await payer.presses("去北京市选")
    await agrees_here(payer)
    await payer.open("/for-whom/other")
    await payer.sees("只支持本人缴费")
    await payer.open("/basket")
    await expect(payer.page.locator("main")).to_contain_text("北京市只支持本人缴费")


async def test_a_whole_that_was_left_waits_in_every_city_and_is_taken_apart(town, arrives):
    family = await relatives(town)
    whole_id = await whole_of(town, family, await filled(town, family))
    payer = await arrives(family.payer)
    await payer.open("/unpaid")
    await payer.sees("这一笔和别的城市的一起付")
    await payer.presses("一次付完，或者分开付")
    await payer.comes_to("应缴金额")
    assert payer.path == f"/together/{whole_id}/pay"
    await payer.presses("分开付：每个城市各付各的")
    await payer.comes_to("改成分开付")
    await payer.presses("付常州市的 500.00 元")
    await payer.comes_to("应缴金额")
    await payer.goes_to_cashier()
    await payer.does_at_cashier("pay")
    await payer.comes_to("缴费成功")


async def test_pressing_twice_and_going_back_opens_no_second_order(town, arrives):
    family = await relatives(town)
    await filled(town, family)
    payer = await arrives(family.payer)
    await payer.open("/basket/check")
    form = payer.page.locator("#f")
    await form.evaluate("form => { form.submit(); form.submit(); }")
    await payer.comes_to("应缴金额")
    first = payer.path
    await payer.page.go_back()
    await payer.sees("刚才已经提交过的，请在“待支付”里接着付")
    await payer.presses("去待支付")
    await payer.presses("一次付完，或者分开付")
    await payer.comes_to("应缴金额")
    assert payer.path == first
    await payer.presses("不缴了，全部作废")
    await payer.comes_to("没有缴成")
    await expect(payer.page.locator("section.card .tag").first).to_have_text("没有缴成")


async def test_signing_out_ends_every_city_one_has_gone_on_to(town, arrives):
    family = await relatives(town)
    payer = await arrives(family.payer)
    await payer.open(f"/in/{CHANGZHOU}?next=/home")
    await payer.sees("常州市社保缴费")
    await payer.presses("退出登录")
    there = await arrives()
    cookie = {"name": "sb", "value": f"{WUXI}.{family.payer.token}", "url": town.url}
    await there.page.context.add_cookies([cookie])
    await there.open("/home")
    await there.sees_nothing_of("无锡市社保缴费")
    assert BEIJING not in family.sessions
