"""What somebody missed leads to where it is paid, and its last day to their calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.web.conftest import NINGBO, TIERED, WUXI

from shebao.core.money import Money
from shebao.core.period import Period
from shebao.operations.enrol import Membership
from shebao.web.calendar_file import Entry, calendar_file

BROKEN = Membership(
    scheme="flexible_medical",
    district="320211",
    last_choice=Money.yuan("4494"),
    paid_until=Period(2022, 10),
)
NOW = datetime(2024, 2, 6, 1, 30, tzinfo=UTC)


def unfolded(file):
    return file.replace(b"\r\n ", b"").decode().split("\r\n")


def test_long_chinese_lines_are_folded_by_octets_and_never_inside_a_character():
    words = "城乡居民基本养老保险费缴费截止" * 12
    file = calendar_file("社保", [Entry("a@shebao", date(2024, 12, 31), words, "")], now=NOW)
    lines = file.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None for line in lines)
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert f"SUMMARY:{words}" in unfolded(file)


def test_a_day_is_a_whole_day_a_moment_is_in_utc_and_signs_are_escaped():
    moment = datetime.fromisoformat("2024-02-06T10:00:00+08:00")
    entries = [
        Entry("a@shebao", date(2024, 12, 31), "一;二,三\\四", "五\n六"),
        Entry("b@shebao", moment, "订单", ""),
    ]
    lines = unfolded(calendar_file("社保", entries, now=NOW))
    assert "SUMMARY:一\\;二\\,三\\\\四" in lines
    assert "DESCRIPTION:五\\n六" in lines
    assert "DTSTART;VALUE=DATE:20241231" in lines
    assert "DTEND;VALUE=DATE:20250101" in lines
    assert "DTSTART:20240206T020000Z" in lines
    assert lines.count("DTSTAMP:20240206T013000Z") == 2


async def test_missed_months_say_their_price_or_whom_to_ask(settle, sign_in):
    visitor = await sign_in(await settle(WUXI, BROKEN))
    page = await visitor.open("/gaps")
    assert page.h1 == "查漏缴"
    assert page.says("2022 年 11 月")
    assert page.says("这里不能缴")
    assert page.says("2022 年 11 月以前的缴费情况这里查不全")
    assert (await visitor.open("/records")).link("查漏缴")


async def test_a_calendar_tells_what_is_owed_and_stays_the_same_when_asked_again(settle, sign_in):
    visitor = await sign_in(await settle(NINGBO, TIERED))
    first, again = [await visitor.http.get("/calendar.ics") for _ in range(2)]
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = unfolded(first.content)
    assert "SUMMARY:城乡居民基本养老保险费缴费截止" in lines
    uids = [line for line in lines if line.startswith("UID:")]
    assert uids
    assert uids == [line for line in unfolded(again.content) if line.startswith("UID:")]


async def test_a_calendar_is_for_whoever_is_signed_in(visitor):
    assert (await visitor.open("/calendar.ics")).path != "/calendar.ics"
