"""A tier is set for the batch, two clerks make the run, the bank collects, and everybody sees it."""

from __future__ import annotations

import pytest_asyncio
from tests.journeys.clerk import APPROVES, ASKS, comes_to_work
from tests.journeys.judging import LOOKS, faults_of
from tests.journeys.town import NINGBO

from shebao.core.policy.fund import Fund
from shebao.operations.deduction.confirm import ask_about
from shebao.operations.deduction.sign import Signer, sign_mandate
from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="330212")
WITHIN_MS = 120_000


@pytest_asyncio.fixture
async def agreed(town):
    """Somebody of Ningbo who has signed at the bank, and chosen nothing yet."""
    one = await town.sign_in(await town.insured(NINGBO, PENSION))
    signer = Signer(region_code=NINGBO, person_id=one.person_id, fund=Fund.PENSION)
    mandate = await sign_mandate(town.world, signer)
    await town.outside.post(f"/sandbox/bank/agreements/{mandate.id}/sign")
    await ask_about(town.world, region_code=NINGBO, mandate_id=mandate.id)
    return one


async def sets_a_tier(payer):
    """From the forecast to the tier for the batch, and back."""
    await payer.open("/batches")
    await payer.sees("还没有定，不会扣款")
    await payer.page.get_by_role("link", name="缴费批扣定档").click()
    await payer.comes_to("缴费批扣定档：2024 年档次")
    await payer.sees("等银行", "从演练银行")
    await payer.tile("500元/年").first.click()
    await payer.page.get_by_role("button", name="定下来，等银行扣").click()
    await payer.comes_to("批量扣款")
    await payer.sees("将要扣款", "500.00")


async def builds(clerk):
    """The list of a day, and the page of the run."""
    await clerk.open("/console/batches")
    await clerk.page.get_by_role("button", name="城乡居民基本养老保险费").click()
    await clerk.sees("这一批由您制作，请另一名经办人复核")
    return clerk.path


async def without_fault(clerk):
    faults = await faults_of(clerk.page, LOOKS["standard"], LOOKS["elder"])
    assert faults == [], "\n".join(faults)


async def test_a_run_goes_from_a_payers_tier_to_closed_books(town, arrives, agreed):
    payer, first, second = await arrives(agreed), await arrives(desktop=True), None
    await sets_a_tier(payer)
    await comes_to_work(town, first, ASKS, NINGBO)
    path = await builds(first)
    second = await arrives(desktop=True)
    await comes_to_work(town, second, APPROVES, NINGBO)
    await second.open(path)
    await second.presses("复核通过")
    await second.sees_at(path, "已结束", within_ms=WITHIN_MS)
    await second.sees("都扣成了", "扣款成功", "演练银行")
    await without_fault(second)
    await second.open("/console/batches")
    await without_fault(second)
    await payer.sees_at("/batches", "不会扣款：已经缴过", "扣款成功")
    assert await town.bills_of(agreed) == []


async def test_without_an_agreement_nothing_is_set_for_the_batch(arrives, town):
    one = await town.sign_in(await town.insured(NINGBO, PENSION))
    payer = await arrives(one)
    await payer.open(f"/batches/tier/{one.enrolments['resident_pension'].id}")
    await payer.sees("还没有有效的扣款协议")
    assert await payer.page.locator("form[action^='/batches/tier']").count() == 0
