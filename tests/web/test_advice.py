"""Advice before and after signing in: a picture and a table that say the same, and no secrets."""

from __future__ import annotations

from tests.web.conftest import NINGBO, TIERED, WUXI


async def test_anybody_compares_tiers_without_signing_in(visitor):
    await visitor.open(f"/?region={NINGBO}")
    page = await visitor.open("/advice")
    page = await visitor.send(page, "/advice", age="45", years="3")
    assert page.says("1,000 元 每月约 152.92 元")
    assert page.says("基础养老金没有查到，没有计入")
    assert page.says("依据：《宁波市城乡居民基本养老保险八档缴费标准》")
    pictured = [at for tag, at, _ in page.tags if tag == "rect" and at["class"] == "mark"]
    assert len(pictured) == sum(tag == "tr" for tag, _, _ in page.tags) - 1 == 7


async def test_an_age_that_is_past_gives_way_to_the_next_one_can_begin_at(visitor):
    await visitor.open(f"/?region={WUXI}")
    page = await visitor.open("/advice?age=61&draws=60")
    assert page.says("62 岁起领，领以前每年都缴")


async def test_who_chooses_is_led_there_with_their_age_filled_in(settle, sign_in):
    one = await settle(NINGBO, TIERED, born="19800101")
    payer = await sign_in(one)
    page = await payer.open(f"/choose/{one.belongs[0].id}")
    page = await payer.open(page.link("帮我比一比"))
    assert page.forms[-1].values["age"] == ["44"]
    stranger = await sign_in(await settle(NINGBO, TIERED))
    seen = await stranger.open(f"/choose/{one.belongs[0].id}/advice")
    assert seen.status == 404
