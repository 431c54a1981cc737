"""Families pay for one another in a real browser: by a code, by a link, and not when forbidden."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.conftest import keep
from tests.journeys.town import NINGBO

from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="330212")


@pytest.fixture
async def mother(town):
    """A resident of Ningbo who owes 1,000 yuan for 2021."""
    one = await town.sign_in(await town.insured(NINGBO, PENSION, born="19490101"))
    await town.decide(one, "resident_pension", "1000.00")
    return one


@pytest.fixture
async def son(town, arrives):
    """Her son, before a browser of his own."""
    return await arrives(await town.citizen(NINGBO))


async def test_in_the_app_the_other_telephone_must_bring_a_code(town, arrives, mother):
    await town.page_rests()
    son = await town.sign_in(await town.citizen(NINGBO))
    payer = await arrives(son)
    await keep(payer.page.context, town, sb=await town.session_in(son, "app"))
    await payer.open("/for-whom/other")
    await payer.page.fill("#name", mother.name)
    await payer.page.fill("#number", mother.number)
    await payer.page.fill("#phone", mother.phone)
    await payer.presses("下一步")
    await payer.comes_to("请填写对方手机收到的验证码")
    await payer.page.fill("#code", await town.code(mother.phone))
    await payer.presses("下一步")
    await payer.comes_to("选择要缴的项目")
    await expect(payer.page.locator("#sum")).to_have_text("1,000.00")


async def test_a_mother_asks_her_son_to_pay_and_he_pays(arrives, son, mother):
    hers = await arrives(mother)
    await hers.open("/me")
    await hers.presses("请家人帮我付")
    await hers.presses("做一个链接")
    await hers.sees("链接做好了")
    link = await hers.page.locator("#link").inner_text()
    await son.page.goto(link)
    await son.comes_to(f"{mother.name[0]}.*请您帮忙付社保费")
    await son.sees("1,000.00")
    await son.sees_nothing_of(mother.number, mother.number[:4] + "***", mother.number[-4:])
    await son.presses(f"帮 {mother.name[0]}")
    await son.pays(amount="1,000.00")
    await hers.open("/me/who-saw")
    await hers.sees("谁帮我缴过", "1,000.00", "打开了您发的代付链接")
    await expect(hers.page.locator("a.row[href^='/receipts/']")).to_have_count(1)


async def test_who_is_forbidden_neither_sees_nor_pays(arrives, son, mother):
    await son.open("/for-whom/other")
    await son.names(mother)
    await son.sees("城乡居民基本养老保险费")
    hers = await arrives(mother)
    await hers.open("/me/who-saw")
    await hers.sees("准备帮您缴费")
    await hers.presses("不让缴")
    await hers.sees("不让看、不让缴")
    await son.presses("下一步")
    await son.comes_to("没有找到这个页面")
    await son.open("/for-whom/other")
    await son.page.fill("#name", mother.name)
    await son.page.fill("#number", mother.number)
    await son.presses("下一步")
    await son.comes_to("对方不同意由您来缴")
    await hers.presses("重新允许")
    await expect(hers.page.locator(".tag")).to_have_text("没有在帮我缴")


async def test_somebody_is_taken_out_of_the_favourites(son, mother):
    await son.open("/for-whom/other")
    await son.names(mother)
    await son.open("/family")
    await son.sees(f"{mother.name[0]}*")
    await son.presses("移除")
    await expect(son.page.locator(".empty h2")).to_have_text("还没有常用家人")


async def test_unticking_everything_then_choosing_leaves_it_unticked(arrives, mother):
    hers = await arrives(mother)
    await hers.open("/items")
    await hers.tile("经办机构核定的金额").click()
    await expect(hers.box("经办机构核定的金额")).not_to_be_checked()
    await hers.presses("选档次")
    await hers.tile("5,000").click()
    await hers.presses("下一步")
    await expect(hers.box("经办机构核定的金额")).not_to_be_checked()
