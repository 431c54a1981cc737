"""A payer asks for money back from the receipt, clerks decide, and every page says how it stands."""

import asyncio
import re

import pytest
from tests.web.at_the_console import clerk_with
from tests.web.test_paying import TIERED, order_in

from shebao.core.desk.clerk import Duty
from shebao.operations.refund import advance_refunds

NINGBO = "330200"
EVIDENCE = "1 月 5 日已在单位参保，另一份凭证号码 0012。"


@pytest.fixture
async def paid(sign_in, settle, at_cashier):
    """A payer with an order of two paid bills, 1,000 and 300 yuan, at its result page."""
    visitor = await sign_in(await settle(NINGBO, TIERED, owes=["1000", "300"]))
    page = await visitor.send(await visitor.open("/items"), "/confirm")
    page = await visitor.send(page, "/orders")
    await at_cashier(await visitor.send(page, page.path, method="wechat"), "pay")
    return visitor, await visitor.open(f"/result/{order_in(page)}")


@pytest.fixture
async def asked(paid):
    """The same payer at the progress page of their request for the 1,000 yuan."""
    visitor, seen = paid
    form = await visitor.open(await ask_form(visitor, seen, "1,000.00"))
    page = await visitor.send(form, form.path, ground="duplicate", evidence=EVIDENCE)
    return visitor, page


async def ask_form(visitor, seen, amount):
    """The way from the result page to the form, by the receipt of this amount."""
    for there, _ in seen.links:
        if there.startswith("/receipts/"):
            receipt = await visitor.open(there)
            if receipt.says("金额") and receipt.says(amount):
                return receipt.link("申请退费")
    raise AssertionError(amount)


@pytest.fixture
async def clerks(app, world):
    """One who asks and checks, another who approves; both at work."""
    first = await clerk_with(app, world, Duty.REFUND_ASK)
    second = await clerk_with(app, world, Duty.REFUND_APPROVE, name="周建国")
    for clerk in (first, second):
        await clerk.comes_in()
    yield first, second
    for clerk in (first, second):
        await clerk.http.aclose()


def request_in(page):
    return re.search(r"rrq\w{26}", page.url)[0]


async def money_back(world, clock):
    for _ in range(30):
        clock.passes(seconds=10)
        await advance_refunds(world, NINGBO)
        await asyncio.sleep(0.05)


async def test_the_form_says_which_grounds_there_are_and_what_to_show(paid):
    visitor, seen = paid
    form = await visitor.open(await ask_form(visitor, seen, "300.00"))
    assert form.h1 == "申请退费"
    assert form.says("重复缴费")
    assert form.says("要有：")
    assert form.says("300.00 元") or form.says("300.00元")


async def test_what_is_missing_is_said_beside_its_field(paid):
    visitor, seen = paid
    form = await visitor.open(await ask_form(visitor, seen, "300.00"))
    page = await visitor.send(form, form.path)
    assert page.status == 422
    assert page.says("请选一个退费原因")
    page = await visitor.send(form, form.path, ground="duplicate", evidence="无")
    assert page.says("请写明情况和凭证")


async def test_asking_leads_to_the_progress_and_asking_again_leads_there_too(asked):
    visitor, page = asked
    assert (page.h1, page.says("等待审核")) == ("退费进度", True)
    number = re.search(r"330200\d{14}", page.text)[0]
    again = await visitor.open(f"/receipts/{number}/refund")
    assert again.path == page.path
    assert (await visitor.open("/refunds")).says("重复缴费")


async def test_a_request_can_be_withdrawn_and_nothing_has_changed(asked):
    visitor, page = asked
    page = await visitor.send(page, f"{page.path}/withdraw")
    assert page.says("已撤回")
    assert page.says("缴费和凭证照旧有效")


async def test_somebody_elses_request_looks_like_none(asked, sign_in, settle):
    _, page = asked
    stranger = await sign_in(await settle(NINGBO, name="李四"))
    assert (await stranger.open(page.path)).says("没有找到这份退费申请")


async def test_one_clerk_checks_another_approves_and_the_money_goes_back(
    asked, clerks, world, clock
):
    visitor, page = asked
    first, second = clerks
    path = f"/console/refunds/{request_in(page)}"
    queue = await second.open("/console/refunds")
    assert any(there == path for there, _ in queue.links)
    seen = await second.open(path)
    assert seen.says("要先由另一名经办人初审")
    assert seen.says("同意以后的分录")
    assert [form.action for form in seen.forms if form.action.endswith("approve")] == []
    seen = await first.send(await first.open(path), f"{path}/check")
    seen = await second.send(await second.open(path), f"{path}/approve")
    assert seen.says("正在退回")
    assert (await visitor.open(page.path)).says("正在退回")
    await money_back(world, clock)
    done = await visitor.open(page.path)
    assert done.says("已退回")


async def test_the_receipt_its_check_and_the_records_say_that_it_is_void(
    asked, clerks, world, clock
):
    visitor, page = asked
    first, second = clerks
    path = f"/console/refunds/{request_in(page)}"
    await first.send(await first.open(path), f"{path}/check")
    await second.send(await second.open(path), f"{path}/approve")
    number = re.search(r"330200\d{14}", page.text)[0]
    receipt = await visitor.open(f"/receipts/{number}")
    assert receipt.says("已作废 重复缴费")
    checked = await visitor.open(receipt.link("验证这份凭证"))
    assert checked.says("这份凭证已经作废")
    assert checked.says("作废原因：重复缴费")
    assert checked.says("钱正在退回")
    assert (await visitor.open("/records")).says("退费中")
    await money_back(world, clock)
    checked = await visitor.open(receipt.link("验证这份凭证"))
    assert checked.says("钱已经退回")
    assert (await visitor.open("/records")).says("已退费")


async def test_a_clerk_asks_for_somebody_by_the_receipt(paid, clerks):
    visitor, seen = paid
    first, _ = clerks
    number = (await ask_form(visitor, seen, "300.00")).split("/")[2]
    page = await first.open("/console/refunds/new")
    page = await first.send(page, "/console/refunds/new", number=number)
    assert page.says("钱退回付款的账户")
    form = next(form for form in page.forms if form.method == "post" and "number" in form.values)
    answer = await first.post(
        "/console/refunds/new", **form.values, ground="mistaken", evidence=EVIDENCE
    )
    there = await first.open(answer.headers["location"])
    assert there.says("误收")
    assert (await visitor.open("/refunds")).says("误收")


async def test_who_says_no_says_why_and_the_payer_reads_it(asked, clerks):
    visitor, page = asked
    _, second = clerks
    path = f"/console/refunds/{request_in(page)}"
    seen = await second.send(await second.open(path), f"{path}/reject")
    assert seen.says("请写明不同意的原因")
    await second.send(seen, f"{path}/reject", reason="没有另一份凭证")
    assert (await visitor.open(page.path)).says("没有另一份凭证")


async def test_a_receipt_nobody_issued_is_not_found(clerks):
    first, _ = clerks
    page = await first.open("/console/refunds/new?number=33020000000000000000")
    assert page.says("没有号码是 33020000000000000000 的缴费凭证")


async def test_the_timeline_says_where_the_money_is_and_its_code_finds_it(paid, clerks):
    visitor, seen = paid
    line = await visitor.open(seen.link("钱到哪儿了"))
    assert line.says("微信支付已收款")
    assert line.says("渠道清算")
    code = re.search(r"\d{3} \d{3} \d{3}", line.text)[0]
    again = await visitor.open(line.path)
    assert code in again.text
    first, _ = clerks
    page = await first.open("/console/where")
    page = await first.send(page, "/console/where", q=code)
    assert page.says(order_in(line))
    assert page.says("王*芳")
    assert not page.says("王小芳")


async def test_a_code_heard_wrong_is_told_apart_from_one_that_is_not_here(paid, clerks):
    first, _ = clerks
    page = await first.open("/console/where?q=481057363")
    assert page.says("有数字听错或者写错了")
    page = await first.open("/console/where?q=000000000")
    assert page.says("没有查到这笔缴费单")


async def test_nobody_sees_the_timeline_of_a_stranger(paid, sign_in, settle):
    _, seen = paid
    stranger = await sign_in(await settle(NINGBO, name="李四"))
    page = await stranger.open(f"/orders/{order_in(seen)}/where")
    assert page.says("没有找到这个页面")


async def parts_of(visitor, seen):
    """The page on which parts of the payment are chosen, and the receipts there are."""
    page = await visitor.open(f"/orders/{order_in(seen)}/refund")
    return page, sorted(set(re.findall(r"330200\d{14}", str(page.tags))))


async def test_some_parts_of_a_payment_are_chosen_seen_and_asked_for(paid, clerks, world):
    visitor, seen = paid
    page, numbers = await parts_of(visitor, seen)
    assert (page.h1, len(numbers)) == ("退其中几项", 2)
    one = await visitor.open(f"{page.path}?number={numbers[0]}")
    assert one.says("，1 项")
    assert one.says("其余 1 项")
    both = await visitor.open(f"{page.path}?number={numbers[0]}&number={numbers[1]}")
    assert both.says("退给付款人")
    assert both.says("1,300.00 元，2 项")
    wrong = await visitor.send(both, page.path, number=numbers)
    assert (wrong.status, wrong.says("请选一个退费原因")) == (422, True)
    assert wrong.says("1,300.00 元，2 项")
    mine = await visitor.send(
        wrong, page.path, number=numbers, ground="mistaken", evidence=EVIDENCE
    )
    assert (mine.h1, mine.text.count("误收")) == ("我的退费", 2)
    assert (await visitor.open(page.path)).says("这几项现在都不能申请退")
    first, second = clerks
    request_id = re.search(r"/refunds/(rrq\w{26})", str(mine.links))[1]
    path = f"/console/refunds/{request_id}"
    page = await first.open(path)
    assert page.says("一起申请的共 2 件")
    await first.send(page, f"{path}/together/check")
    done = await second.send(await second.open(path), f"{path}/together/approve")
    assert done.says("正在退回")
    assert (await visitor.open("/refunds")).text.count("正在退回") == 2


async def test_a_clerk_chooses_parts_of_a_payment_for_somebody(paid, clerks):
    visitor, seen = paid
    first, _ = clerks
    number = (await ask_form(visitor, seen, "300.00")).split("/")[2]
    page = await first.open(f"/console/refunds/new?number={number}")
    page = await first.open(page.link("选几项一起退"))
    assert page.says("这笔交易合并了 2 项")
    page = await first.open(f"{page.url}&number={number}")
    assert page.says("300.00 元")
    form = next(form for form in page.forms if form.method == "post" and "order" in form.values)
    answer = await first.post(
        "/console/refunds/several", **form.values, ground="mistaken", evidence=EVIDENCE
    )
    assert (await first.open(answer.headers["location"])).says("误收")
