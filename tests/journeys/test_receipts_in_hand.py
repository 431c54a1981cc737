"""A receipt can be read, printed, kept as a file and checked by anybody who holds it."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect
from tests.cli.programs import run
from tests.journeys import printing
from tests.journeys.town import WUXI

from shebao.operations.enrol import Membership

MEDICAL = Membership(scheme="resident_medical", district="320211", category="elderly")


@pytest.fixture
async def reader(town, arrives):
    """Somebody before the receipt of 1,200 yuan they have just paid."""
    one = await town.insured(WUXI, MEDICAL)
    await town.decide(one, "resident_medical", "1200.00")
    await town.sign_in(one)
    [bill] = [bill for bill in await town.bills_of(one) if bill.kind.special]
    order_id = await town.order(one, bill.id)
    await town.plays(await town.cashier(one, order_id))
    reader = await arrives(one)
    await reader.sees_at(f"/result/{order_id}", "缴费成功")
    await reader.presses("看缴费凭证")
    await reader.comes_to("社保费电子缴款凭证")
    return reader


async def downloaded(reader, folder, link="#pdf"):
    async with reader.page.expect_download() as coming:
        await reader.page.click(link)
    download = await coming.value
    file = folder / "receipt.pdf"
    await download.save_as(file)
    return file


async def verified(file, home):
    """What the command says of a file; it brings a loop of its own, so it gets a thread."""
    return await asyncio.to_thread(run, "receipt", "verify", str(file), home=home)


async def test_the_page_shows_the_receipt_masked_and_in_capitals(reader):
    await reader.sees("1,200.00", "壹仟贰佰元整", "待税务机关开具", "补缴 2021 年")
    await reader.sees_nothing_of(reader.who.name, reader.who.number)
    assert await reader.page.locator("#verify-code").inner_text() != ""


async def test_the_file_that_is_downloaded_is_valid(reader, town, tmp_path):
    file = await downloaded(reader, tmp_path)
    judged = await verified(file, town.config.home)
    assert "真凭证" in judged.output
    assert "1,200.00" in judged.output
    assert reader.who.name in printing.words(file.read_bytes())


async def test_a_file_in_which_a_byte_was_changed_is_refused(reader, town, tmp_path):
    file = await downloaded(reader, tmp_path)
    told = bytearray(file.read_bytes())
    told[len(told) // 3] ^= 1
    file.write_bytes(told)
    judged = await verified(file, town.config.home)
    assert judged.exit_code == 1
    assert "真凭证" not in judged.output


async def test_a_masked_file_can_be_downloaded_for_others(reader, tmp_path):
    await reader.unfolds("为什么有星号")
    file = await downloaded(reader, tmp_path, "text=也可以下载带星号的")
    said = printing.words(file.read_bytes())
    assert reader.who.name not in said
    assert "1,200.00" in said


async def test_anybody_may_check_it_by_its_number_and_code(reader, arrives):
    number = reader.path.split("/")[2]
    code = await reader.page.locator("#verify-code").inner_text()
    anybody = await arrives()
    await anybody.open("/verify")
    await anybody.page.fill("#n", number)
    await anybody.page.fill("#c", code.lower())
    await anybody.presses("查询")
    await anybody.sees("凭证有效", number, "1,200.00")
    await anybody.sees_nothing_of(reader.who.name, reader.who.number)
    await expect(anybody.page).to_have_title("凭证验真 – 社保缴费")


@pytest.mark.parametrize("change", ["number", "code"])
async def test_a_number_or_code_that_is_not_right_finds_nothing(reader, arrives, change):
    told = {"number": reader.path.split("/")[2]}
    told["code"] = await reader.page.locator("#verify-code").inner_text()
    told[change] = told[change][:-1] + ("2" if told[change][-1] != "2" else "3")
    anybody = await arrives()
    await anybody.open(f"/verify?n={told['number']}&c={told['code']}")
    await anybody.sees("没有查到这份凭证", "两样都对上才能查到")
    await expect(anybody.page.locator("#n")).to_have_value(told["number"])


async def test_a_phone_that_reads_the_code_on_the_page_finds_the_receipt_valid(reader, arrives):
    paper = await reader.page.pdf(format="A4")
    address = urlsplit(printing.code(paper))
    phone = await arrives()
    await phone.open(f"{address.path}?{address.query}")
    await phone.sees("凭证有效", reader.path.split("/")[2])
    assert f"{address.scheme}://{address.netloc}" == reader.town.url


async def test_a_phone_that_reads_the_code_on_the_file_finds_the_same(reader, arrives, tmp_path):
    file = await downloaded(reader, tmp_path)
    address = urlsplit(printing.code(file.read_bytes()))
    phone = await arrives()
    await phone.open(f"{address.path}?{address.query}")
    await expect(phone.page.locator("body")).to_contain_text("凭证有效")


async def test_the_receipt_prints_on_one_sheet_without_buttons(reader):
    paper = await reader.page.pdf(format="A4")
    said = printing.words(paper)
    assert printing.sheets(paper) == 1
    assert reader.path.split("/")[2] in said
    assert "下载 PDF" not in said
    assert "大字版" not in said


async def test_a_receipt_of_somebody_else_is_not_shown(reader, town, arrives):
    other = await arrives(await town.insured(WUXI, MEDICAL))
    await other.open(reader.path)
    await other.comes_to("没有找到这个页面")
    await other.sees_nothing_of("1,200.00")
    answer = await other.page.context.request.get(f"{town.url}{reader.path}/pdf")
    assert answer.status == 404
