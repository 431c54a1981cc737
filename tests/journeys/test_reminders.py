"""Somebody asks to be reminded, gets one text before the last day, and stops it by an answer."""

from __future__ import annotations

from playwright.async_api import expect
from tests.journeys.test_wuxi import BASE
from tests.journeys.town import WUXI

from shebao.core.period import Period
from shebao.operations.enrol import Membership

BROKEN = Membership(
    scheme="flexible_medical", district="320211", last_choice=BASE, paid_until=Period(2022, 10)
)


async def test_a_reminder_is_asked_for_arrives_once_and_ends_with_an_answer(town, arrives):
    one = await town.sign_in(await town.insured(WUXI, BROKEN))
    payer = await arrives(one)
    await payer.open("/home")
    await payer.open("/me")
    await payer.presses("短信提醒")
    await payer.comes_to("短信提醒")
    await payer.sees(f"{one.phone[:3]}****{one.phone[7:]}", "没有链接")
    await payer.tile("快要中断").click()
    await payer.presses("保存提醒")
    await payer.sees("已经保存")
    await expect(payer.box("快要中断")).to_be_checked()

    inbox = await arrives(desktop=True)
    await inbox.page.goto(f"{town.config.sandbox_url}/sms/inbox?phone={one.phone}")
    texts = inbox.page.locator("article", has_text="remind_lapse")
    while await texts.count() == 0:
        await inbox.page.wait_for_timeout(500)
        await inbox.page.reload()
    await expect(texts).to_have_count(1)
    await expect(texts).to_contain_text("2 月 28 日")
    await texts.get_by_role("button", name="回复 T").click()

    await payer.open("/me/reminders")
    await expect(payer.box("快要中断")).not_to_be_checked()
    await payer.sees_nothing_of("全部关掉")


async def test_reminders_are_switched_off_without_scripts(town, arrives):
    one = await town.sign_in(await town.insured(WUXI, BROKEN))
    payer = await arrives(one, script=False)
    await payer.open("/me/reminders")
    await payer.tile("下了单还没有付").click()
    await payer.presses("保存提醒")
    await payer.sees("已经保存")
    await payer.presses("全部关掉")
    await payer.sees("不再发提醒短信")
    await expect(payer.box("下了单还没有付")).not_to_be_checked()
    assert payer.path == "/me/reminders"
