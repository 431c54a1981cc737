"""At the counter money is taken once, by who may, with its paper, and goes on only by two people."""

from __future__ import annotations

from itertools import count

import httpx
import pytest
from tests.web.browsing import Visitor

from shebao.core.desk.clerk import Duty
from shebao.operations.desk.clerks import Appointment, add_clerk
from shebao.operations.desk.proofs import code_at
from shebao.operations.enrol import Membership
from shebao.worker.sweep import sweep

CHANGZHOU = "320400"
ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")
DESK = "Mozilla/5.0 (X11; Linux x86_64)"
_SERIALS = count(1)


@pytest.fixture
async def at_work(app, world):
    """Sign a clerk in, as they would: number, password, code."""
    opened = []

    async def signed_in(*duties, office):
        number = f"d{next(_SERIALS):04d}"
        who = Appointment(number, "陈小敏", office, frozenset(duties))
        keys = await add_clerk(world, region_code=CHANGZHOU, who=who)
        visitor = Visitor(app, agent=DESK)
        opened.append(visitor)
        page = await visitor.open("/console/sign-in?next=/desk")
        page = await visitor.send(
            page, "/console/sign-in", region=CHANGZHOU, number=number, password=keys.password
        )
        code = code_at(keys.secret, world.now())
        page = await visitor.send(page, "/console/sign-in/code", code=code)
        return visitor, page

    yield signed_in
    for visitor in opened:
        await visitor.http.aclose()


@pytest.fixture
def where():
    return f"W{next(_SERIALS):04d}"


@pytest.fixture
async def clerk(at_work, where):
    return await at_work(Duty.COUNTER, office=where)


@pytest.fixture
async def cashier(at_work, where):
    visitor, _ = await at_work(Duty.CASHIER, office=where)
    return visitor


@pytest.fixture
async def resident(settle):
    return await settle(CHANGZHOU, ADULT, name="周九九", born="19790203")


@pytest.fixture
async def found(clerk, resident):
    """A clerk with somebody's record before them: browser, page."""
    visitor, page = clerk
    return visitor, await visitor.send(page, "/desk/find", number=resident.number)


@pytest.fixture
def opens(found):
    """Open the order, to be paid in a way."""

    async def opens(method="cash"):
        visitor, page = found
        action = f"{page.path}/orders"
        return visitor, await visitor.send(page, action, method=method)

    return opens


@pytest.fixture
async def paid(opens):
    """930 yuan taken of 1000: browser, the slip's page."""
    visitor, page = await opens()
    return visitor, await visitor.send(page, page.path, amount="1,000")


async def test_a_number_and_a_reason_lead_to_what_is_owed_masked(found, resident):
    _, page = found
    assert page.h1 == "周*九应缴的项目"
    assert page.says("930.00")
    assert resident.number not in page.text


async def test_a_record_is_not_shown_to_who_only_knows_its_address(at_work, found, where):
    _, page = found
    other, _ = await at_work(Duty.COUNTER, office=where)
    seen = await other.open(page.path)
    assert (seen.status, seen.says("请先选为什么查看")) == (409, True)


async def test_cash_is_taken_with_its_change_and_the_slip_says_so(paid):
    _, page = paid
    assert page.h1 == "现金收据"
    assert page.says("找零70.00")
    assert page.says("玖佰叁拾元整")
    assert page.says("收款成功")


async def test_the_receipt_can_be_printed_from_the_slip(paid):
    visitor, page = paid
    seen = await visitor.open(page.link("打印缴费凭证"))
    assert (seen.h1, seen.says("现金")) == ("社保费电子缴款凭证", True)


async def test_a_double_click_takes_the_money_once(opens):
    visitor, page = await opens()
    first = await visitor.send(page, page.path, amount="1000")
    second = await visitor.send(page, page.path, amount="1000")
    assert first.path == second.path
    assert (await visitor.open("/desk/till")).says("现在应有现金930.00")


@pytest.mark.parametrize(
    ("typed", "says"), [("900", "还差 30.00 元"), ("", "请填写金额"), ("九百", "不是一个金额")]
)
async def test_too_few_notes_are_said_and_nothing_is_taken(opens, typed, says):
    visitor, page = await opens()
    seen = await visitor.send(page, page.path, amount=typed)
    assert (seen.status, seen.says(says)) == (422, True)
    assert (await visitor.open("/desk/till")).says("现在应有现金0.00")


async def test_a_slip_number_of_ones_own_making_is_not_believed(opens):
    visitor, page = await opens()
    answer = await visitor.send(page, page.path, amount="1000", id="slp" + "0" * 26)
    assert answer.status == 403


async def test_a_page_of_the_counter_is_not_for_clerks_without_the_duty(at_work, where, paid):
    _, slip = paid
    reader, _ = await at_work(Duty.READ, office=where)
    for_whom = [await reader.open(path) for path in ("/desk", "/desk/till", slip.path)]
    assert {seen.status for seen in for_whom} == {403}


async def test_another_offices_slip_looks_like_none(at_work, paid):
    _, slip = paid
    other, _ = await at_work(Duty.COUNTER, office="W9999")
    assert (await other.open(slip.path)).status == 404


async def test_a_spoiled_slip_is_voided_with_the_reason_and_replaced(paid):
    visitor, page = paid
    action = f"{page.path}/void"
    seen = await visitor.send(page, action, reason="")
    assert (seen.status, seen.says("请写明原因")) == (422, True)
    new = await visitor.send(page, action, reason="卡纸，没有打全")
    assert new.says("-000002")
    assert (await visitor.open(page.path)).says("已经作废：卡纸，没有打全")


@pytest.fixture
async def handed_in(paid):
    visitor, _ = paid
    till = await visitor.open("/desk/till")
    return visitor, await visitor.send(till, "/desk/till/hand-in", amount="930")


async def test_less_than_the_slips_is_not_handed_in(paid):
    visitor, _ = paid
    till = await visitor.open("/desk/till")
    seen = await visitor.send(till, "/desk/till/hand-in", amount="900")
    assert (seen.status, seen.says("少 30.00 元")) == (422, True)


async def test_the_cashier_counts_again_and_takes_it_to_the_bank(handed_in, cashier, where):
    _, sheet = handed_in
    assert sheet.says("待清点")
    queue = await cashier.open("/desk/cashier")
    page = await cashier.open(queue.link("去清点"))
    wrong = await cashier.send(page, f"{page.path}/receive", amount="929")
    assert (wrong.status, wrong.says("少 1.00 元")) == (422, True)
    done = await cashier.send(page, f"{page.path}/receive", amount="930")
    assert done.says("已收讫")
    office = await cashier.open("/desk/cashier")
    office = await cashier.send(office, "/desk/deposits", serial=f"{where}000931")
    assert office.says("待银行确认")
    assert (await cashier.open("/desk/overdue")).says("已送存，银行未确认")


async def test_a_cashier_sends_back_what_does_not_agree(handed_in, cashier):
    visitor, sheet = handed_in
    page = await cashier.open(sheet.path)
    done = await cashier.send(page, f"{page.path}/send-back", reason="少 30 元")
    assert done.says("退回原因：少 30 元")
    assert (await visitor.open("/desk/till")).says("现在应有现金930.00")


async def test_a_clerk_cannot_count_for_the_cashier(handed_in):
    visitor, sheet = handed_in
    csrf = (await visitor.open("/desk/till")).form("/console/sign-out").values["csrf"]
    answer = await visitor.post(f"{sheet.path}/receive", csrf=csrf, amount="930")
    assert answer.status_code == 403


async def test_the_page_of_an_order_that_is_paid_takes_no_more_money(opens, found):
    visitor, page = await opens()
    await visitor.send(page, page.path, amount="930")
    over = await visitor.open(page.path)
    assert (over.h1, over.says("没有记上")) == ("收款成功", False)
    other, owed = found
    assert (await other.open(owed.path)).says("现在没有可以缴的")


@pytest.fixture
async def taken_twice(opens, at_work, where, world, clock):
    """Two clerks had the order before them, and both took the money: the second one's browser."""
    visitor, page = await opens()
    second, _ = await at_work(Duty.COUNTER, office=where)
    other = await second.open(page.path)
    await visitor.send(page, page.path, amount="930")
    slip = await second.send(other, other.path, amount="930")
    for _ in range(4):
        clock.passes(seconds=6)
        await sweep(world)
    return second, slip


async def test_money_that_does_not_fit_is_given_back_against_a_signature(taken_twice):
    second, slip = taken_twice
    assert slip.says("这笔钱没有记上")
    page = await second.open("/desk/payouts")
    waiting = [there for there, _ in page.links if there.startswith("/desk/slips/")]
    forms = [form for form in page.forms if form.action.startswith("/desk/payouts/")]
    form = forms[waiting.index(slip.path)]
    seen = await second.send(page, form.action, name="")
    assert (seen.status, seen.says("请填写签字人的姓名")) == (422, True)
    done = await second.send(page, form.action, name="周九九")
    assert done.path == "/desk/payouts"
    assert (await second.open(slip.path)).says("已经退还缴费人")
    assert (await second.open("/desk/till")).says("现在应有现金0.00")


async def test_a_card_slip_is_typed_in_and_asked_for_again_when_it_is_wrong(opens):
    visitor, page = await opens("pos")
    action = page.path.replace("/pos", "/card")
    wrong = await visitor.send(page, action, terminal="1", trace="1", reference="1", amount="x")
    assert (wrong.status, wrong.text.count("现在是 1 位")) == (422, 6)
    slip = {"terminal": "CZ000001", "trace": "000012", "reference": "000000000931"}
    differs = await visitor.send(page, action, **slip, amount="93")
    assert differs.says("应收 930.00 元，您填的是 93.00 元")
    done = await visitor.send(page, action, **slip, amount="930")
    assert (done.h1, done.says("CZ000001-000000000931")) == ("收款成功", True)


async def test_a_notice_is_printed_and_the_bank_slip_is_checked_with_the_bank(opens, outside):
    visitor, page = await opens("counter")
    action = page.path.replace("/counter", "/notice")
    sheet = await visitor.send(page, action)
    assert sheet.h1 == "社会保险费缴款通知单"
    assert ("svg", "缴款码二维码") in [("svg", g.get("aria-label")) for _, g, _ in sheet.tags]
    page = await visitor.open(page.path)
    asked = page.path.replace("/counter", "/bank-slip")
    early = await visitor.send(page, asked, serial="231105000001")
    assert early.says("银行说还没有收到这笔钱")
    number = "".join(page.text.split("通知单 ")[1].split()[0])
    async with httpx.AsyncClient(base_url=outside.url, trust_env=False) as bank:
        lever = f"/sandbox/counter/windows/{number}/pay"
        serial = (await bank.post(lever, json={"faults": ["notice_never"]})).json()["serial"]
    assert (await visitor.send(page, asked, serial=serial)).h1 == "收款成功"


async def test_what_is_left_on_the_telephone_is_given_up_at_the_counter(sign_in, resident, clerk):
    phone = await sign_in(resident)
    page = await phone.send(await phone.open("/items"), "/confirm")
    await phone.send(page, "/orders")
    visitor, desk = clerk
    owed = await visitor.send(desk, "/desk/find", number=resident.number)
    assert owed.says("在本人没付完的缴费单里")
    owed = await visitor.send(owed, f"{owed.path}/let-go")
    assert owed.says("开缴费单，去收款")
