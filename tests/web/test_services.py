"""Services of a city by their pages: files in forms, a season before its first day, what is off."""

from __future__ import annotations

from datetime import date

import pytest
from tests.web.conftest import CHANGZHOU, NINGBO, TIERED, WUXI

from shebao.core.channel import Method, Outcome, Told
from shebao.core.lapse import lapse
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.scheme import GapTerms, Source
from shebao.operations.collect import judge_waiting, shelve
from shebao.operations.enrol import Membership
from shebao.store import attempts
from shebao.store.notices import Notice
from shebao.web.fields import FormUnreadable
from shebao.web.uploads import parted

ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")
MEDICAL = Membership(scheme="flexible_medical", district="320211", last_choice=Money.yuan("4494"))
TERMS = GapTerms(3, 6, Source("演练"))


def part(head, content):
    return f"--xx\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"


def test_a_form_brings_fields_and_files_whatever_bytes_they_are_of():
    content = bytes(range(256)) + b"\r\n--x\r\n"
    body = (
        part('name="says"', "两行\r\n字".encode())
        + part('name="files"; filename="C:\\a\\b.png"', content)
        + part('name="files"; filename=""', b"")
        + b"--xx--\r\n"
    )
    form = parted(body, b"xx")
    assert form.one("says") == "两行\n字"
    assert [(file.named, file.name, file.content) for file in form.files] == [
        ("files", "b.png", content)
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--xx\r\n",
        part('name="a"', b"1"),
        part("filename=a", b"1") + b"--xx--",
        part('name="a"', b"\xff") + b"--xx--",
        part('name="a"', b"\x00") + b"--xx--",
    ],
    ids=["nothing", "no end", "cut off", "nameless", "another encoding", "a zero"],
)
def test_what_is_no_form_of_ours_is_not_read(body):
    with pytest.raises(FormUnreadable):
        parted(body, b"xx")


@pytest.mark.parametrize(
    ("on", "missed", "broken", "pay_by"),
    [
        (date(2023, 1, 31), 2, False, date(2023, 2, 28)),
        (date(2023, 2, 28), 3, False, date(2023, 2, 28)),
        (date(2023, 3, 1), 4, True, date(2023, 2, 28)),
    ],
    ids=["a month is left", "the last day", "the day after"],
)
def test_a_break_of_three_months_is_told_before_and_after_it_is_one(on, missed, broken, pay_by):
    found = lapse(Period(2022, 10), TERMS, on=on)
    assert (found.missed, found.broken, found.pay_by) == (missed, broken, pay_by)
    assert found.first_missed == Period(2022, 11)


def test_a_month_that_still_runs_or_one_that_was_just_missed_worries_nobody():
    assert lapse(Period(2022, 10), TERMS, on=date(2022, 11, 30)) is None
    assert lapse(Period(2022, 10), TERMS, on=date(2022, 12, 31)) is None


async def test_where_objections_are_not_taken_nobody_is_led_to_them(settle, sign_in):
    visitor = await sign_in(await settle(CHANGZHOU, ADULT))
    assert not (await visitor.open("/records")).says("我的异议")
    assert (await visitor.open("/objections")).says("本地的异议请向经办机构提出")


async def test_a_terminal_belongs_to_a_city_that_has_one_and_lets_nobody_stay_long(
    world, clock, settle, sign_in, visitor
):
    assert (await visitor.open(f"/kiosk?region={CHANGZHOU}")).says("没有这个缴费渠道")
    inside = await sign_in(await settle(WUXI), channel="kiosk")
    assert (await inside.open("/kiosk")).h1 == "您要办什么？"
    clock.passes(minutes=11)
    assert (await inside.open("/records/list")).path == "/sign-in"


async def test_money_that_comes_twice_is_explained_and_goes_back_without_a_call(
    world, settle, sign_in
):
    visitor = await sign_in(await settle(WUXI, MEDICAL))
    page = await visitor.send(await visitor.open("/items"), "/confirm")
    page = await visitor.send(page, "/orders")
    order_id = page.path.split("/")[2]
    await visitor.send(page, page.path, method="wechat")
    async with world.db.reading() as tx:
        tried = await attempts.of_orders(tx, region_code=WUXI, order_ids=[order_id])
    [attempt] = tried[order_id]
    for _ in range(2):
        await money_comes(world, attempt.id, "808.92")
    page = await visitor.open(f"/result/{order_id}")
    assert page.h1 == "缴费成功"
    assert page.says("有一笔 808.92 元没有记上，正在原路退回")
    assert page.says("1 至 3 个工作日到账，不用您申请")


async def money_comes(world, attempt_id, amount):
    at, reference = world.now(), world.mint("ref")
    told = Told(
        attempt_id=attempt_id,
        outcome=Outcome.PAID,
        amount=Money.yuan(amount),
        reference=reference,
        happened_at=at,
        notice_id=f"EV-{reference}",
    )
    await shelve(world, [Notice(WUXI, Method.WECHAT, at, "wechatpay-serial: test", b"{}", told)])
    while await judge_waiting(world, WUXI):
        pass


async def test_an_answer_to_a_text_that_the_carrier_did_not_sign_stops_nothing(visitor):
    answer = await visitor.http.post("/told/sms", json={"phone": "13700000000", "text": "T"})
    assert answer.status_code == 401


async def test_reminders_are_chosen_kept_and_switched_off(settle, sign_in):
    visitor = await sign_in(await settle(NINGBO, TIERED))
    page = await visitor.open("/me/reminders")
    assert page.h1 == "短信提醒"
    page = await visitor.send(page, "/me/reminders", matter=["closes"])
    assert page.says("已经保存")
    page = await visitor.send(page, "/me/reminders", off="1")
    assert page.says("已经全部关掉")
