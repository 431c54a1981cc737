"""What was paid in Beijing is found by its period, and proven over a time, to anybody who asks."""

from __future__ import annotations

import asyncio
import json

import pytest
from click.testing import CliRunner
from playwright.async_api import expect
from tests.journeys.clerk import ASKS, comes_to_work
from tests.journeys.town import BEIJING

from shebao.cli.certificate import certificate
from shebao.core.money import Money
from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="110106", last_choice=Money.yuan("2000"))


@pytest.fixture
async def paid(town, arrives):
    """Somebody who has paid for 2021 and for 2022."""
    one = await town.sign_in(await town.insured(BEIJING, PENSION))
    for year in ("2021", "2022"):
        await town.decide(one, "resident_pension", f"{year}.00", year=year)
    bills = [bill.id for bill in await town.bills_of(one)]
    order_id = await town.order(one, *bills)
    await town.plays(await town.cashier(one, order_id))
    payer = await arrives(one)
    await payer.sees_at(f"/result/{order_id}", "缴费成功")
    return payer


async def proves(payer, first, last):
    """From what was paid to a certificate."""
    await payer.open("/home")
    await payer.page.locator(".grid a", has_text="已缴费查询").click()
    await payer.unfolds("按费款所属期查询")
    await payer.page.fill("#from", first)
    await payer.page.fill("#to", last)
    await payer.presses("确定")
    await payer.unfolds("更多相关操作")
    await payer.presses("证明申请")
    await payer.comes_to("证明申请")
    await payer.page.locator(".dock button").click()
    await payer.comes_to("社保缴费证明")
    return payer.path.split("/")[2]


async def said_of(town, file):
    """What `shebao certificate verify` says of a file."""
    args = ["verify", str(file), "--json"]
    answer = await asyncio.to_thread(CliRunner().invoke, certificate, args, obj=town.config)
    told = json.loads(answer.output)
    return told["verdict"], told["number"], told["total_fen"]


async def test_what_was_paid_is_found_by_its_period(paid):
    await paid.open("/records?from=2021-01&to=2021-12")
    await paid.sees("2,021.00")
    await expect(paid.page.locator("main")).not_to_contain_text("2,022.00")
    await paid.open("/records?from=2022-01&to=2021-12")
    await expect(paid.page.locator("#from")).to_have_attribute("aria-invalid", "true")


async def test_a_certificate_is_issued_downloaded_and_believed_by_anybody(paid, arrives, town):
    number = await proves(paid, "2021-01", "2022-12")
    await paid.sees("2,021.00", "2,022.00", "4,043.00", "肆仟零肆拾叁元整")
    async with paid.page.expect_download() as begun:
        await paid.page.click("#pdf")
    file = await (await begun.value).path()
    assert file.read_bytes().startswith(b"%PDF-")
    assert await said_of(town, file) == ("valid", number, 404300)
    code = await paid.page.locator("#verify-code").inner_text()
    other = await arrives()
    await other.open(f"/verify?n={number}&c={code}")
    await other.sees("证明有效", "4,043.00")
    await expect(other.page.locator("body")).not_to_contain_text(paid.who.number)


async def test_the_twin_of_a_certificate_says_what_the_paper_says(paid, town):
    number = await proves(paid, "2022-01", "2022-12")
    async with paid.page.expect_download() as begun:
        await paid.presses("下载数据文件")
    file = await (await begun.value).path()
    twin = json.loads(file.read_bytes())
    assert (twin["number"], twin["total_fen"]) == (number, 202200)
    assert [line["period"] for line in twin["lines"]] == ["2022"]
    assert await said_of(town, file) == ("valid", number, 202200)
    file.write_bytes(file.read_bytes().replace(b"202200", b"902200"))
    assert (await said_of(town, file))[0] == "changed"


async def test_a_stretch_of_time_without_payments_proves_nothing(paid):
    await paid.open("/certificates/new?from=2010-01&to=2010-12")
    await paid.sees("没有缴费记录")
    await expect(paid.page.locator(".dock")).to_have_count(0)


async def test_a_clerk_revokes_a_certificate_and_who_checks_it_reads_why(paid, arrives, town):
    number = await proves(paid, "2021-01", "2021-12")
    code = await paid.page.locator("#verify-code").inner_text()
    clerk = await arrives(desktop=True)
    await comes_to_work(town, clerk, ASKS, BEIJING)
    await clerk.open(f"/console/certificates?q={number}")
    await clerk.presses("撤销这份证明")
    await clerk.sees("撤销证明要写明原因")
    await clerk.page.fill("#reason", "开错了所属期")
    await clerk.presses("撤销这份证明")
    await clerk.sees("已撤销：开错了所属期")
    await paid.open(f"/verify?n={number}&c={code}")
    await paid.sees("这份证明已经撤销", "开错了所属期")
    await paid.open("/certificates")
    await expect(paid.page.locator(".rows .tag")).to_have_text("已撤销")
