"""In Changzhou a family pays in one order, whoever lives where, and an unpaid order is found again."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.town import CHANGZHOU

from shebao.operations.enrol import Membership

ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")
CHILD = Membership(scheme="resident_medical", district="320402", category="minor")
LIYANG = Membership(scheme="resident_medical", district="320481", category="non_working")


@pytest.fixture
async def parent(town, arrives):
    return await arrives(await town.insured(CHANGZHOU, ADULT))


async def test_an_adult_and_a_child_are_paid_for_in_one_order(town, parent):
    child = await town.insured(CHANGZHOU, CHILD, born="20150520")
    await parent.open("/items")
    await parent.presses("再加一个家人")
    await parent.presses("帮其他人缴")
    await parent.names(child)
    await parent.sees("930.00", "390.00", "非从业居民", "未成年居民")
    await expect(parent.page.locator("#sum")).to_have_text("1,320.00")
    await parent.presses("下一步")
    await parent.sees("930.00", "390.00", "2 项一共应缴", "1,320.00")
    await parent.pays(amount="1,320.00")
    assert len(await parent.receipts()) == 2
    await parent.open("/records?tab=others")
    await parent.sees("390.00", "缴费成功", f"{child.name[0]}*{child.name[-1]}")
    await parent.open("/for-whom")
    await parent.sees("帮过的家人", f"{child.name[0]}*{child.name[-1]}")


async def test_a_neighbour_in_liyang_pays_what_liyang_asks_for(town, parent):
    neighbour = await town.insured(CHANGZHOU, LIYANG)
    await parent.open("/for-whom")
    await parent.presses("帮其他人缴")
    await parent.names(neighbour)
    await expect(parent.page.locator("#sum")).to_have_text("730.00")
    await parent.presses("下一步")
    await parent.pays(amount="730.00")


async def test_one_who_is_taken_out_again_is_not_paid_for(town, parent):
    child = await town.insured(CHANGZHOU, CHILD, born="20150520")
    await parent.open("/for-whom/other?person=" + parent.who.person_id)
    await parent.names(child)
    await parent.page.locator("section", has_text="390.00").get_by_role("link", name="移出").click()
    await expect(parent.page.locator("#sum")).to_have_text("930.00")
    await expect(parent.page.locator("body")).not_to_contain_text("390.00")


async def test_an_order_left_before_the_cashier_is_found_under_unpaid_and_paid(parent):
    await parent.open("/items")
    await parent.presses("下一步")
    await parent.opens_order()
    await parent.open("/home")
    await parent.sees("有 1 笔缴费单还没有付完")
    await parent.presses("去看待支付")
    await parent.comes_to("待支付")
    await parent.sees("930.00", "非从业居民", "前有效")
    await parent.presses("继续缴费")
    await parent.goes_to_cashier()
    await parent.does_at_cashier("pay")
    await parent.comes_to("缴费成功")
    await parent.open("/unpaid")
    await parent.sees("没有待支付的缴费单")
    assert parent.path == "/unpaid"


async def test_an_order_that_is_given_up_lets_its_bills_go(parent):
    await parent.open("/items")
    await parent.presses("下一步")
    await parent.opens_order()
    await parent.presses("不缴了，作废这笔缴费单")
    await parent.comes_to("这笔缴费单已作废")
    await parent.sees("没有扣款")
    await parent.presses("重新选择要缴的项目")
    await expect(parent.box("930.00")).to_be_checked()
