"""Paying for others: as each channel demands, seen by whom it is for, and ended by them."""

import pytest
from tests.web.entrance.conftest import NINGBO, TIERED

from shebao.operations.open_order import Basket, open_orders


@pytest.fixture
async def mother(settle):
    return await settle(NINGBO, TIERED, name="沈阿婆", born="19490101", owes=["1000", "600"])


@pytest.fixture
async def son(settle, sign_in):
    resident = await settle(NINGBO, name="沈小明")
    return resident, await sign_in(resident)


@pytest.fixture
def names(son):
    """The son names somebody, as Ningbo's account in WeChat demands."""
    _, browser = son

    async def name(other):
        page = await browser.open("/for-whom/other")
        return await browser.send(page, "/for-whom/other", name=other.name, number=other.number)

    return name


@pytest.fixture
async def by_code(settle, sign_in):
    """A resident in Ningbo's app, where the other telephone must bring a code."""
    return await sign_in(await settle(NINGBO), channel="app")


@pytest.fixture
def asks_for(by_code, mother):
    async def ask(phone):
        page = await by_code.open("/for-whom/other")
        return await by_code.send(
            page, "/for-whom/other", name=mother.name, number=mother.number, phone=phone
        )

    return ask


async def test_with_the_code_of_the_other_telephone_one_may_pay(
    asks_for, by_code, mother, code_of, town
):
    page = await asks_for(mother.phone)
    assert page.path == "/for-whom/other/code"
    told = (await town.get("/sms/inbox.json", params={"phone": mother.phone})).json()
    assert (told[0]["template"], told[0]["parameters"]["payer"]) == ("payee", "王*芳")
    page = await by_code.send(page, "/for-whom/other/code", code=await code_of(mother))
    assert (page.path, page.says("1,000.00")) == ("/items", True)


async def test_without_it_one_may_not(asks_for, by_code, mother):
    page = await asks_for(mother.phone)
    page = await by_code.send(page, "/for-whom/other/code", code="x")
    assert (page.status, page.says("验证码不对")) == (422, True)
    assert (await by_code.open(f"/items?person={mother.person.id}")).status == 404


async def test_a_telephone_that_is_not_theirs_gets_no_code(asks_for, mother, sign_in):
    await sign_in(mother)
    page = await asks_for("13911112222")
    assert (page.status, page.says("登录时用的不是这个手机号码")) == (422, True)


async def test_the_name_alone_is_not_enough_there(asks_for):
    page = await asks_for("")
    assert (page.status, page.says("手机号码应是 1 开头的 11 位数字")) == (422, True)


async def test_somebody_is_taken_out_of_the_list(names, son, mother):
    _, browser = son
    await names(mother)
    page = await browser.open("/family")
    assert page.says("沈*婆")
    page = await browser.send(page, "/family/remove", person=mother.person.id)
    assert page.says("还没有常用家人")
    assert (await browser.open(f"/items?person={mother.person.id}")).status == 404
    assert (await names(mother)).path == "/insured"


async def test_the_person_sees_who_looked_and_forbids_it_and_allows_it_again(
    names, son, mother, sign_in
):
    payer, browser = son
    await names(mother)
    hers = await sign_in(mother)
    page = await hers.open("/me/who-saw")
    assert page.says("沈*明")
    assert page.says("准备帮您缴费")
    page = await hers.send(page, "/me/who-saw/forbid", payer=payer.person.id)
    assert page.says("不让看、不让缴")
    assert (await browser.open(f"/items?person={mother.person.id}")).status == 404
    assert (await names(mother)).says("对方不同意由您来缴")
    page = await hers.send(page, "/me/who-saw/allow", payer=payer.person.id)
    assert (await browser.open(f"/items?person={mother.person.id}")).status == 404
    assert (await names(mother)).path == "/insured"


async def test_what_is_forbidden_cannot_be_opened_as_an_order_either(
    names, son, mother, sign_in, world
):
    payer, browser = son
    await names(mother)
    page = await browser.open(f"/items?person={mother.person.id}")
    bill = page.form("/confirm").values["bill"][0]
    hers = await sign_in(mother)
    await hers.send(await hers.open("/me/who-saw"), "/me/who-saw/forbid", payer=payer.person.id)
    basket = Basket(
        region_code=NINGBO,
        order_id=world.mint("ord"),
        payer_id=payer.person.id,
        entry_channel="wechat_account",
        bill_ids=frozenset({bill}),
    )
    [answer] = await open_orders(world, [basket])
    assert type(answer).__name__ == "NotYours"


async def test_the_check_page_says_where_and_what_was_paid_last(names, son, mother):
    _, browser = son
    await names(mother)
    page = await browser.open(f"/items?person={mother.person.id}")
    page = await browser.send(page, "/confirm")
    assert page.says("沈*婆")
    assert page.says("宁波市 鄞州区")
    assert page.says("这里没有缴过的记录")
    assert mother.number not in page.text


@pytest.fixture
async def link(mother, sign_in):
    """The mother asks for help with the smaller of her bills; her browser, and the link's path."""
    hers = await sign_in(mother)
    page = await hers.open("/pleas")
    wanted = [
        given["value"]
        for _, given, _ in page.tags
        if given.get("name") == "bill" and given.get("data-amt") == "60000"
    ]
    page = await hers.send(page, "/pleas", bill=wanted)
    assert page.says("链接做好了")
    return hers, page.text.partition("http://127.0.0.1:1")[2].partition(" ")[0]


async def test_a_link_shows_a_masked_name_the_item_and_the_amount_and_no_number(link, son, mother):
    _, path = link
    _, browser = son
    page = await browser.open(path)
    assert page.says("沈*婆请您帮忙付社保费")
    assert page.says("600.00")
    shown = page.bytes.decode() + path
    assert not page.says("1,000.00")
    assert mother.number not in shown
    assert mother.number[-4:] not in page.text
    assert mother.person.id not in shown


async def test_who_takes_the_link_may_pay_these_bills_and_see_nothing_else(link, son, mother):
    _, path = link
    _, browser = son
    page = await browser.send(await browser.open(path), path)
    assert page.path == "/confirm"
    assert mother.number[-4:] not in page.text
    assert (await browser.open(f"/items?person={mother.person.id}")).status == 404
    page = await browser.send(page, "/orders")
    assert page.says("600.00")


async def test_a_link_is_one_persons(link, son, settle, sign_in):
    _, path = link
    _, browser = son
    await browser.send(await browser.open(path), path)
    other = await sign_in(await settle(NINGBO))
    assert (await other.open(path)).says("这个链接已经不能用了")


async def test_a_link_grows_old(link, son, settle, sign_in, clock):
    _, path = link
    clock.passes(days=4)
    other = await sign_in(await settle(NINGBO))
    assert (await other.open(path)).says("这个链接已经不能用了")


async def test_a_link_can_be_taken_back_even_after_somebody_took_it(link, son):
    hers, path = link
    _, browser = son
    confirm = await browser.send(await browser.open(path), path)
    page = await hers.open("/pleas")
    [plea] = [given["value"] for _, given, _ in page.tags if given.get("name") == "plea"]
    await hers.send(page, "/pleas/withdraw", plea=plea)
    page = await browser.send(confirm, "/orders")
    assert page.status == 404


async def test_ones_own_link_is_for_others(link):
    hers, path = link
    assert (await hers.open(path)).says("这是您自己做的链接")


async def test_a_guessed_link_leads_nowhere(son):
    _, browser = son
    assert (await browser.open(f"/ask/{NINGBO}/guessed")).says("不能用了")


async def test_a_link_asks_a_stranger_to_sign_in_first(link, visitor):
    _, path = link
    await visitor.open(f"/?region={NINGBO}")
    page = await visitor.open(path)
    assert page.path == "/sign-in"
    assert page.form("/sign-in").values["next"] == [path]


async def test_who_came_by_a_link_is_seen_and_can_be_forbidden(link, son):
    hers, path = link
    payer, browser = son
    confirm = await browser.send(await browser.open(path), path)
    page = await hers.open("/me/who-saw")
    assert page.says("打开了您发的代付链接")
    await hers.send(page, "/me/who-saw/forbid", payer=payer.person.id)
    assert (await browser.send(confirm, "/orders")).status == 404


async def test_unticking_everything_and_then_choosing_ticks_only_what_was_chosen(mother, sign_in):
    hers = await sign_in(mother)
    page = await hers.open("/items")
    [choose] = [given["formaction"] for tag, given, _ in page.tags if "formaction" in given]
    page = await hers.open(f"{choose}?person={mother.person.id}&picked=1")
    page = await hers.send(page, page.path, choice="1000.00")
    assert page.path == "/items"
    assert "bill" not in page.form("/confirm").values
