"""What can be chosen is shown with what comes of it; what cannot be paid says why and what to do."""

import pytest

from shebao.core.money import Money
from shebao.operations.enrol import Membership

NINGBO, CHANGZHOU, BEIJING, WUXI = "330200", "320400", "110000", "320200"
RANGED = Membership(scheme="resident_pension", last_choice=Money.yuan("4000"), subsidised_years=9)
TIERED = Membership(scheme="resident_pension", last_choice=Money.yuan("800"))
BASED = Membership(scheme="flexible_pension", last_choice=Money.yuan("4494"))
ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")
CHILD = Membership(scheme="resident_medical", district="320402", category="minor")


def place_of(resident):
    return f"/choose/{resident.belongs[0].id}"


@pytest.fixture
async def chooser(settle, sign_in):
    """Somebody with one enrolment: their browser, and the page where they choose."""

    async def choosing(region, membership):
        resident = await settle(region, membership)
        visitor = await sign_in(resident)
        return visitor, await visitor.open(place_of(resident)), place_of(resident)

    return choosing


async def test_any_amount_shows_its_subsidy_on_the_check_page(chooser):
    visitor, page, there = await chooser(BEIJING, RANGED)
    assert page.form(there).values["choice"] == ["4000"]
    seen = await visitor.send(page, there)
    assert seen.h1 == "请核对缴费信息"
    assert seen.says("缴费补贴 120.00 元，政府出")
    assert seen.says("满 4,000.00 元、不到 6,000.00 元的")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("999", "999.00 元不在可以缴的范围里"),
        ("9000.01", "9,000.01 元不在可以缴的范围里"),
        ("1999.995", "1999.995 元不能缴"),
        ("四千", "“四千”不是一个金额"),
        ("", "请先选一个金额"),
    ],
)
async def test_an_amount_that_cannot_be_paid_comes_back_with_what_was_typed(chooser, typed, says):
    visitor, page, there = await chooser(BEIJING, RANGED)
    seen = await visitor.send(page, there, choice=typed)
    assert (seen.status, seen.says(says)) == (422, True)
    assert seen.form(there).values["choice"] == [typed]


async def test_a_tier_that_is_gone_is_said_and_not_chosen_for_anybody(chooser):
    visitor, page, there = await chooser(NINGBO, TIERED)
    assert page.says("您去年选的是 800.00 元 ，今年没有这一档了")
    assert "choice" not in page.form(there).values
    seen = await visitor.send(page, there)
    assert (seen.status, seen.says("请先选一个档次")) == (422, True)
    seen = await visitor.send(page, there, choice="800.00")
    assert (seen.status, seen.says("800.00 元这一档，2024 年度已经没有了")) == (422, True)


async def test_a_tier_can_be_changed_until_it_is_in_an_order(chooser):
    visitor, page, there = await chooser(NINGBO, TIERED)
    first = await visitor.send(page, there, choice="500.00")
    page = await visitor.open(first.link("修改"))
    second = await visitor.send(page, there, choice="5000.00")
    assert second.says("5,000.00 元档")
    assert first.query["bill"] != second.query["bill"]
    stale = await visitor.open(first.url)
    assert (stale.status, stale.h1) == (409, "这一项的金额已经更改，原来的作废了")


async def test_a_base_is_paid_for_the_months_that_are_ticked(chooser):
    visitor, page, there = await chooser(WUXI, BASED)
    assert page.says("每月缴 898.80 元")
    seen = await visitor.send(page, there, choice="4494.00", month=["2023-01", "2023-02"])
    assert seen.says("1,797.60 元")


async def test_months_that_are_not_ticked_are_asked_for(chooser):
    visitor, page, there = await chooser(WUXI, BASED)
    seen = await visitor.send(page, there, month=[])
    assert (seen.status, seen.says("请至少选一个月")) == (422, True)


async def test_a_child_and_a_parent_are_paid_for_together(settle, sign_in):
    parent = await settle(CHANGZHOU, ADULT, name="蒋卫东")
    child = await settle(CHANGZHOU, CHILD, name="蒋小雨", born="20150521")
    visitor = await sign_in(parent)
    page = await visitor.open((await visitor.open("/items")).link("再加一个家人"))
    page = await visitor.open(page.link("/for-whom/other"))
    page = await visitor.send(
        page, "/for-whom/other", name=child.name, number=child.number, guardian="1"
    )
    assert page.text.count("城乡居民基本医疗保险费") == 2
    seen = await visitor.send(page, "/confirm")
    assert (seen.says("390.00"), seen.says("930.00")) == (True, True)
    assert seen.says("2 项一共应缴 1,320.00")
    assert seen.says("蒋*雨")
    assert child.number not in seen.text


async def test_where_one_pays_only_for_oneself_that_is_explained(settle, sign_in):
    visitor = await sign_in(await settle(BEIJING, RANGED))
    assert (await visitor.open("/for-whom")).says("仅支持本人缴费")
    seen = await visitor.open("/for-whom/other")
    assert (seen.status, seen.link("为自己缴费")) == (409, "/items")


async def test_who_is_not_enrolled_is_told_whom_to_ask(settle, sign_in):
    visitor = await sign_in(await settle(NINGBO))
    seen = await visitor.open("/items")
    assert seen.says("没有您的参保信息")
    assert seen.says("宁波市人力资源和社会保障局")
    assert seen.link("tel:12333") == "tel:12333"


async def test_what_the_agency_decided_is_paid_first_in_the_citys_words(settle, sign_in):
    resident = await settle(NINGBO, TIERED, owes=["1000"])
    visitor = await sign_in(resident)
    page = await visitor.open(place_of(resident))
    seen = await visitor.send(page, place_of(resident), choice="500.00")
    assert seen.path == "/items"
    assert seen.says("请先缴特殊缴费")
    assert len(seen.form("/confirm").values["bill"]) == 1


async def test_paying_the_year_before_the_special_bill_is_refused(settle, sign_in):
    resident = await settle(NINGBO, TIERED, owes=["1000"])
    visitor = await sign_in(resident)
    page = await visitor.open(place_of(resident))
    page = await visitor.send(page, place_of(resident), choice="500.00")
    [disabled] = [at["value"] for _, at, _ in page.tags if "disabled" in at]
    page = await visitor.open(f"/confirm?bill={disabled}")
    seen = await visitor.send(page, "/orders")
    assert (seen.status, seen.link("先缴特殊缴费")) == (409, "/items")


async def test_nothing_ticked_is_answered_with_the_way_back(settle, sign_in):
    visitor = await sign_in(await settle(NINGBO, TIERED, owes=["1000"]))
    seen = await visitor.send(await visitor.open("/items"), "/confirm", bill=[])
    assert (seen.status, seen.h1) == (409, "还没有选要缴的项目")
