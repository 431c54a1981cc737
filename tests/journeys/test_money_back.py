"""A payer asks for one of two bills back, two clerks agree, and everybody can see where it is."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import expect
from tests.journeys.clerk import APPROVES, ASKS, comes_to_work
from tests.journeys.judging import LOOKS, faults_of
from tests.journeys.town import NINGBO

from shebao.operations.enrol import Membership
from shebao.operations.look_at_books import look_at_books

PENSION = Membership(scheme="resident_pension", district="330212")
WITHIN_MS = 20_000


@pytest_asyncio.fixture
async def paid(town, arrives):
    """Somebody before the result of an order of two bills: 1,000 and 300 yuan."""
    one = await town.insured(NINGBO, PENSION)
    await town.decide(one, "resident_pension", "1000.00", year="2020")
    await town.decide(one, "resident_pension", "300.00", year="2021")
    await town.sign_in(one)
    special = [bill for bill in await town.bills_of(one) if bill.kind.special]
    order_id = await town.order(one, *(bill.id for bill in special))
    await town.plays(await town.cashier(one, order_id))
    payer = await arrives(one)
    payer.order_id = order_id
    await payer.sees_at(f"/result/{order_id}", "缴费成功")
    return payer


@pytest_asyncio.fixture
async def clerks(town, arrives):
    """Two clerks of the city at work, on computers."""
    first, second = await arrives(desktop=True), await arrives(desktop=True)
    await comes_to_work(town, first, ASKS, NINGBO)
    await comes_to_work(town, second, APPROVES, NINGBO)
    return first, second


async def asks_for(payer, amount):
    """From the result page to the request for the bill of this amount."""
    await payer.page.locator("a.row", has_text=amount).click()
    await payer.presses("申请退费")
    await payer.comes_to("申请退费")
    await payer.sees(amount)
    await payer.tile("重复缴费").click()
    await payer.page.fill("#evidence", "1 月 5 日已在单位参保，另一份凭证号码 0012。")
    await payer.presses("申请退")
    await payer.comes_to("退费进度")
    return payer.path


async def decided(first, second, path):
    """One clerk checks it, the other approves."""
    await first.open(path)
    await first.presses("初审通过")
    await first.sees("等待复核")
    await second.open("/console/refunds")
    await second.page.click(f"a[href='{path}']")
    await second.sees("同意以后的分录", "应退款", "养老保险")
    await second.presses("同意，退")
    await second.sees("周*国")


async def test_one_of_two_bills_goes_back_and_everybody_sees_where_it_is(
    paid, clerks, arrives, town
):
    first, second = clerks
    receipts = await paid.receipts()
    progress = await asks_for(paid, "300.00")
    path = f"/console{progress}"
    await decided(first, second, path)
    await paid.sees_at(progress, "已退回", "300.00", within_ms=WITHIN_MS)
    await paid.open(f"/result/{paid.order_id}")
    await paid.sees("已退费，凭证已作废", "1,000.00")
    [kept] = await paid.receipts()
    [void] = set(receipts) - {kept}
    await paid.presses("钱到哪儿了")
    await paid.sees("微信支付已收款", "渠道清算", "退回 300.00 元", "重复缴费", "钱已退回")
    code = await paid.page.locator("#code").inner_text()
    await first.open("/console/where")
    await first.page.fill("#q", code)
    await first.page.get_by_role("button", name="查询").click()
    await first.sees(paid.order_id, "钱已退回", "1,300.00")
    await first.sees_nothing_of(paid.who.name, paid.who.number)
    await anybody_checks(await arrives(), paid, void, kept)
    books = await look_at_books(town.world)
    assert books.sum.fen == 0
    assert {name: rows for name, rows in books.broken.items() if rows} == {}


async def anybody_checks(anybody, payer, void, kept):
    """A stranger with the papers in hand: one proves nothing any more, the other does."""
    for number, words in ((void, "已经作废"), (kept, "凭证有效")):
        await payer.open(f"/receipts/{number}")
        code = await payer.page.locator("#verify-code").inner_text()
        await anybody.open(f"/verify?n={number}&c={code}")
        await anybody.sees(words, number)
    await anybody.open(f"/verify?n={void}&c=0")
    await payer.open(f"/receipts/{void}")
    await payer.sees("已作废 重复缴费")


async def test_a_clerk_asks_and_the_same_clerk_cannot_agree(paid, clerks):
    first, second = clerks
    number = (await paid.receipts())[0]
    await first.presses("替人申请退费")
    await first.page.fill("#number", number)
    await first.presses("查找")
    await first.page.check("input[value=mistaken]")
    await first.page.fill("#evidence", "看过身份证和另一份凭证 0012")
    await first.presses("提出退费")
    await first.sees("等待审核")
    await expect(first.page.locator("#approve")).to_have_count(0)
    await second.open(f"{first.path}")
    await second.presses("同意，退")
    await second.sees("周*国")
    await paid.sees_at("/refunds", "误收")


async def test_a_request_is_taken_back_without_scripts_too(paid, town, arrives):
    progress = await asks_for(paid, "1,000.00")
    plain = await arrives(paid.who, script=False)
    await plain.open(progress)
    await plain.presses("撤回申请")
    await plain.sees("已撤回", "缴费和凭证照旧有效")
    assert len(await receipts_at_result(paid)) == 2


@pytest_asyncio.fixture
async def stuck(paid, clerks, town):
    """The same payer, whose card is closed: the progress page of a refund that needs a person."""
    await town.goes_wrong("refund_abnormal", count=50)  # Others may be on their way back, too.
    progress = await asks_for(paid, "1,000.00")
    await decided(*clerks, f"/console{progress}")
    await paid.sees_at(progress, "已转经办人办理", within_ms=WITHIN_MS)
    await town.goes_right()
    return progress


async def test_a_refund_to_a_closed_card_is_on_the_list_with_its_owner(stuck, clerks):
    _, second = clerks
    await second.open("/console/by-hand")
    await second.sees("付款的卡或账户已经停用", "银行转账", "0 天", "陈*敏")
    await second.page.get_by_role("link", name="看这笔钱").last.click()
    await expect(second.page.locator(".tl").last).to_contain_text("已转人工办理")


async def names_the_card(clerk):
    """A clerk writes the payer's other card down."""
    await clerk.open("/console/by-hand")
    await clerk.page.get_by_role("link", name="退到另一个账户").last.click()
    await clerk.comes_to("退到另一个账户")
    assert await faults_of(clerk.page, LOOKS["standard"]) == []
    await clerk.page.select_option("#card_bank", "ICBC_DEBIT")
    await clerk.page.fill("#number", "6222 0212 3456 7890 123")
    await clerk.page.fill("#name", "王小芳")
    await clerk.page.fill("#evidence", "看过身份证原件和新卡")
    await clerk.presses("提请复核")
    await clerk.sees("退到另一张卡", "工商银行", "0123", "王*芳")
    await clerk.sees_nothing_of("6222021234567890123", "王小芳")


async def test_it_goes_to_another_card_that_two_clerks_have_read(paid, stuck, clerks):
    first, second = clerks
    await names_the_card(first)
    await second.open("/console/repairs")
    form = second.page.locator("form[action$='/account']").last
    await form.get_by_label("对着申请表再录一遍账号").fill("6222021234567890124")
    await form.get_by_role("button").click()
    await second.sees("和登记的账号不一样，没有退")
    assert await faults_of(second.page, LOOKS["standard"]) == []
    await second.page.fill("#number", "6222021234567890123")
    await second.page.locator("form:has(#number) button").click()
    await paid.sees_at(stuck, "已退回", within_ms=WITHIN_MS)


async def receipts_at_result(payer):
    """The receipts that still count, at the order's result page."""
    await payer.open(f"/result/{payer.order_id}")
    return await payer.receipts()


PAGES = {
    "sign_in": "/console/sign-in",
    "work": "/console",
    "refunds": "/console/refunds",
    "refund": "/console{progress}",
    "new": "/console/refunds/new?number={number}",
    "several": "/console/refunds/several?order={order}",
    "several_chosen": "/console/refunds/several?order={order}&number={number}",
    "by_hand": "/console/by-hand",
    "where": "/console/where?q={order}",
    "books": "/console/books",
    "repairs": "/console/repairs",
}


@pytest_asyncio.fixture
async def places(paid):
    """Where every page with something on it is."""
    receipts = await paid.receipts()
    progress = await asks_for(paid, "1,000.00")
    other = [number for number in receipts if not await _asked(paid, number)]
    return {"progress": progress, "number": other[0], "order": paid.order_id}


async def _asked(payer, number):
    await payer.open(f"/receipts/{number}/refund")
    return payer.path.startswith("/refunds/")


OF_PAYERS = {
    "progress": "{progress}",
    "mine": "/refunds",
    "ask": "/receipts/{number}/refund",
    "where": "/orders/{order}/where",
    "several": "/orders/{order}/refund",
    "several_chosen": "/orders/{order}/refund?number={number}",
}


@pytest.mark.parametrize("name", OF_PAYERS)
async def test_a_page_of_a_refund_has_nothing_wrong_with_it(paid, places, name):
    await paid.open(OF_PAYERS[name].format_map(places))
    assert await faults_of(paid.page, LOOKS["standard"], LOOKS["elder"]) == []


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_of_the_console_has_nothing_wrong_with_it(name, clerks, places, arrives):
    first, _ = clerks
    seat = await arrives(desktop=True) if name == "sign_in" else first
    await seat.open(PAGES[name].format_map(places))
    assert await faults_of(seat.page, LOOKS["standard"]) == []
