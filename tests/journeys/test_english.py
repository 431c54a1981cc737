"""Somebody who reads English pays, from what is owed to the receipt, and switches back."""

from __future__ import annotations

from playwright.async_api import expect
from tests.journeys.town import NINGBO

from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="330212")


async def test_the_way_from_what_is_owed_to_the_receipt_can_be_walked_in_english(town, arrives):
    one = await town.insured(NINGBO, PENSION)
    await town.decide(one, "resident_pension", "1000.00")
    payer = await arrives(one)
    await payer.open("/home")
    await payer.presses("English")
    await payer.comes_to("Ningbo social insurance payments")
    await payer.sees("Items you have to pay: 2", "1,000.00 yuan", "329 days left")
    await payer.presses("Go and pay")
    await payer.comes_to("Choose what to pay")
    await payer.sees(
        "Basic Pension Insurance for Urban and Rural Residents", "Back payment for 2021"
    )
    await payer.presses("Next")
    await payer.comes_to("Please check your payment")
    await payer.sees("Yinzhou", "within 30 minutes")
    await payer.presses("All correct, go and pay")
    await payer.comes_to("Amount to pay")
    await payer.tile("WeChat Pay").click()
    await payer.page.click("#pay")
    await payer.does_at_cashier("pay")
    await payer.comes_to("Paid")
    await payer.sees("Recorded in your insurance history")
    await payer.presses("See the receipt")
    await payer.comes_to("Receipt of social insurance contributions")
    await payer.sees("Paid with", "WeChat Pay", "to be issued by the tax authority")
    await payer.presses("Verify this receipt")
    await payer.sees("The receipt is valid.")
    await payer.presses("中文")
    await expect(payer.title).to_have_text("凭证验真")


async def test_a_refusal_is_read_in_english_with_what_to_do(town, arrives):
    payer = await arrives(await town.citizen(NINGBO), signed_in=False, look="elder.blue.en")
    await payer.open(f"/?region={NINGBO}")
    await payer.page.fill("#number", "33021219790203")
    await payer.presses("Get a code")
    await payer.sees("Things to change: 3", "An identity number has 18 characters; this has 14")
    await expect(payer.page).to_have_title("Mistakes: Sign in – Social insurance payments")
