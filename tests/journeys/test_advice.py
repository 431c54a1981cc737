"""Somebody compares the tiers before choosing: a picture, a table, and what stands behind both."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.journeys.town import NINGBO

from shebao.operations.enrol import Membership

PENSION = Membership(scheme="resident_pension", district="330212")
WORDS = (
    *("每月大概领多少", "几岁领回自己缴的", "少花钱的办法", "怎么算的", "没有算进去的"),
    *("只是估算", "依据：《", "139"),
)
# Of each row of the picture: the amount it names, and how long its bar is, of a hundred.
_BARS = """() => {
  const picture = document.querySelector('.prospect').parentElement;
  return [...picture.querySelectorAll('.prospect')].map((row) => [
    row.querySelectorAll('b')[1].innerText.replaceAll(',', ''),
    [...row.querySelectorAll('rect:not(.rail)')].reduce((sum, bar) => sum + bar.width.baseVal.value, 0),
  ]);
}"""
_TABLE = """() => [...document.querySelectorAll('.tbl tbody tr')].map(
  (row) => [...row.cells].map((cell) => cell.innerText.replaceAll(',', '')))"""


@pytest.fixture
async def choosing(town, arrives):
    """Somebody of 44 years who is asked for a tier."""

    async def choosing(**how):
        one = await town.insured(NINGBO, PENSION, born="19791203")
        payer = await arrives(one, **how)
        await payer.open("/items")
        await payer.presses("选档次")
        return payer

    return choosing


async def compares(payer):
    """Tell what one has paid so far, and ask."""
    await payer.presses("帮我比一比")
    await payer.comes_to("帮我比一比")
    await payer.page.select_option("#years", "3")
    await payer.page.select_option("#rate", "2")
    await payer.page.fill("#balance", "1500")
    await payer.presses("比一比")
    await payer.sees(*WORDS)


async def test_without_scripts_and_in_large_type_tiers_are_compared_too(choosing):
    payer = await choosing(script=False, look="elder.blue")
    await compares(payer)
    await payer.sees("5,000 元")
    assert payer.path.endswith("/advice")


async def test_tiers_are_compared_in_a_picture_and_in_a_table_that_say_the_same(choosing):
    payer = await choosing()
    await compares(payer)
    bars = await payer.page.evaluate(_BARS)
    table = await payer.page.evaluate(_TABLE)
    assert [monthly for monthly, _ in bars] == [row[5] for row in table]
    assert max(width for _, width in bars) == pytest.approx(100, abs=0.5)
    most = max(float(monthly) for monthly, _ in bars)
    assert all(float(less) < float(more) for (less, _), (more, _) in pairwise(bars))
    assert [width for _, width in bars] == pytest.approx(
        [float(monthly) / most * 100 for monthly, _ in bars], abs=0.5
    )


async def test_from_what_a_tier_brings_one_comes_back_and_chooses_it(choosing):
    payer = await choosing()
    await payer.presses("帮我比一比")
    await payer.presses("比一比")
    await payer.sees("每月约")
    await payer.presses("返回")
    await payer.comes_to("选择 2024 年缴费档次")
    await payer.tile("5,000").click()
    await payer.presses("下一步")
    await payer.comes_to("请核对缴费信息")
    await payer.sees("5,000.00")
    assert payer.path == "/confirm"


async def test_years_that_are_missing_and_what_government_pays_are_told(choosing):
    payer = await choosing()
    await payer.presses("帮我比一比")
    await payer.page.select_option("#age", "55")
    await payer.page.select_option("#identity", "low_income")
    await payer.presses("比一比")
    await payer.sees("还差 10 年", "政府代缴")
    assert payer.path.endswith("/advice")
