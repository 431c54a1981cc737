"""Money moves once, whatever is pressed, and every way it can go has its page."""

import re

import pytest

from shebao.operations.enrol import Membership

NINGBO = "330200"
TIERED = Membership(scheme="resident_pension", district="330212")


def order_in(page):
    return re.search(r"ord\w{26}", page.url)[0]


@pytest.fixture
async def go_to_pay():
    """Press the button on a pay page; where it leads."""

    async def pay(visitor, page, **changes):
        return await visitor.send(page, page.path, method="wechat", **changes)

    return pay


@pytest.fixture
async def paid(order_of, go_to_pay, at_cashier):
    visitor, page = order_of
    await at_cashier(await go_to_pay(visitor, page), "pay")
    return visitor, await visitor.open(f"/result/{order_in(page)}")


async def test_a_paid_order_leads_to_its_receipt_and_a_receipt_to_its_check(paid):
    visitor, seen = paid
    assert seen.h1 == "缴费成功"
    receipt = await visitor.open(seen.link("看缴费凭证"))
    assert receipt.says("壹仟元整")
    checked = await visitor.open(receipt.link("验证这份凭证"))
    assert checked.says("凭证有效")


async def test_the_file_is_whole_and_the_pages_are_not(paid):
    visitor, seen = paid
    receipt = await visitor.open(seen.link("看缴费凭证"))
    answer = await visitor.http.get(receipt.link("下载 PDF"))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert receipt.says("证件号码 3302**********")
    assert receipt.says("缴费人 王*芳")


async def test_a_code_that_was_guessed_opens_nothing(paid, visitor):
    _, seen = paid
    number = seen.link("看缴费凭证").rpartition("/")[2]
    answer = await visitor.open(f"/verify?n={number}&c=0000-0000")
    assert (answer.status, answer.says("没有查到这份凭证")) == (404, True)


async def test_a_payment_is_found_in_the_records_of_its_year(paid):
    visitor, _ = paid
    seen = await visitor.open("/records")
    assert seen.says("2021 年 共缴 1,000.00 元")


async def test_going_back_after_paying_cannot_pay_again(paid):
    visitor, seen = paid
    order_id = order_in(seen)
    assert (await visitor.open(f"/orders/{order_id}/pay")).h1 == "缴费成功"


@pytest.fixture
async def confirm(settle, sign_in):
    """A resident on the check page: browser and page."""
    visitor = await sign_in(await settle(NINGBO, TIERED, owes=["1000"]))
    return visitor, await visitor.send(await visitor.open("/items"), "/confirm")


async def test_a_double_click_opens_one_order(confirm):
    visitor, page = confirm
    first = await visitor.send(page, "/orders")
    second = await visitor.send(page, "/orders")
    assert (first.path, first.h1) == (second.path, "应缴金额")
    assert (await visitor.open("/unpaid")).text.count("继续缴费") == 1


async def test_the_same_form_with_something_else_in_it_is_refused(confirm):
    visitor, page = confirm
    await visitor.send(page, "/orders")
    seen = await visitor.send(page, "/orders", bill=["bil" + "0" * 26])
    assert (seen.status, seen.h1) == (409, "这张确认页已经用过，内容不一样了")


async def test_what_is_in_an_order_already_leads_to_that_order(confirm):
    visitor, page = confirm
    await visitor.send(page, "/orders")
    seen = await visitor.open(page.url)
    assert (seen.status, seen.link("看待支付")) == (409, "/unpaid")
    held = await visitor.open("/items")
    assert held.says("在您的待支付缴费单里")


async def test_the_check_page_of_what_is_paid_leads_to_the_records(confirm, go_to_pay, at_cashier):
    visitor, page = confirm
    to_pay = await visitor.send(page, "/orders")
    await at_cashier(await go_to_pay(visitor, to_pay), "pay")
    await visitor.open(f"/result/{order_in(to_pay)}")
    seen = await visitor.open(page.url)
    assert (seen.status, seen.link("看缴费记录")) == (409, "/records")


async def test_sending_the_check_page_again_after_paying_shows_the_result(
    confirm, go_to_pay, at_cashier
):
    visitor, page = confirm
    to_pay = await visitor.send(page, "/orders")
    await at_cashier(await go_to_pay(visitor, to_pay), "pay")
    await visitor.open(f"/result/{order_in(to_pay)}")
    assert (await visitor.send(page, "/orders")).h1 == "缴费成功"


async def test_an_order_whose_time_is_over_cannot_be_paid_and_says_so(order_of, clock):
    visitor, page = order_of
    clock.passes(minutes=31)
    seen = await visitor.open(page.path)
    assert seen.says("没有扣款")
    assert seen.link("重新选择") == "/items"


async def test_paying_an_order_whose_time_is_over_is_refused(order_of, go_to_pay, clock):
    visitor, page = order_of
    clock.passes(minutes=31)
    seen = await go_to_pay(visitor, page)
    assert (seen.status, seen.says("支付时间已过")) == (409, True)


async def test_an_order_given_up_lets_its_bills_go(order_of):
    visitor, page = order_of
    seen = await visitor.send(page, f"{page.path.removesuffix('/pay')}/withdraw")
    assert seen.h1 == "这笔缴费单已作废"
    assert (await visitor.open("/items")).says("1,000.00")
    assert (await visitor.open("/unpaid")).text.count("继续缴费") == 0


async def test_who_left_the_cashier_is_told_not_to_pay_twice(order_of, go_to_pay):
    visitor, page = order_of
    await go_to_pay(visitor, page)
    seen = await visitor.open(f"/result/{order_in(page)}")
    assert seen.h1 == "正在确认支付结果"
    assert seen.says("请不要重复支付。")
    assert seen.says("没有缴成功的，会在 1 至 3 个工作日原路退回")
    assert (await visitor.open(page.path)).says("您已经打开过支付页面")


async def test_a_script_that_waits_is_told_the_state_and_nothing_else(order_of, go_to_pay):
    visitor, page = order_of
    await go_to_pay(visitor, page)
    answer = await visitor.http.get(
        f"/result/{order_in(page)}", headers={"accept": "application/json"}
    )
    assert answer.json() == {"order": order_in(page), "state": "waiting"}


async def test_a_channel_that_does_not_answer_leaves_a_page_that_asks(order_of, go_to_pay, town):
    visitor, page = order_of
    await town.post("/sandbox/faults", json={"kind": "answer_lost", "on": "prepay", "count": 1})
    seen = await go_to_pay(visitor, page)
    await town.delete("/sandbox/faults")
    assert (seen.path, seen.h1) == (f"/result/{order_in(page)}", "正在确认支付结果")


async def test_on_a_desk_the_phone_pays_by_a_picture(order_of, go_to_pay):
    visitor, page = order_of
    visitor.http.headers["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64)"
    seen = await go_to_pay(visitor, page)
    assert (seen.h1, seen.path) == ("请用微信支付扫码", f"/orders/{order_in(page)}/scan")
    assert ("svg", "付款二维码") in [("svg", given.get("aria-label")) for _, given, _ in seen.tags]


async def test_a_form_may_lead_to_the_cashier_from_the_pay_page_only(order_of, outside):
    visitor, page = order_of
    assert outside.url in page.headers["content-security-policy"]
    other = await visitor.open("/items")
    assert outside.url not in other.headers["content-security-policy"]


async def test_no_way_of_paying_chosen_is_asked_for(order_of):
    visitor, page = order_of
    seen = await visitor.send(page, page.path, method="")
    assert (seen.status, seen.says("请选一种支付方式")) == (422, True)


async def test_a_way_the_channel_does_not_offer_is_refused(order_of):
    visitor, page = order_of
    seen = await visitor.send(page, page.path, method="alipay")
    assert (seen.status, seen.link("换一种方式支付")) == (409, "/unpaid")


async def test_ways_we_are_not_connected_to_are_named_and_cannot_be_chosen(settle, sign_in):
    visitor = await sign_in(await settle(NINGBO, TIERED, owes=["1000"]), channel="app")
    page = await visitor.send(await visitor.open("/items"), "/confirm")
    page = await visitor.send(page, "/orders")
    off = [given["value"] for _, given, _ in page.tags if "disabled" in given]
    assert "ccb" in off
    assert page.text.count("本站暂未开通") == 1
