"""Before people may pay by themselves the batch runs, and the page says from when and why."""

from dataclasses import replace
from datetime import date

import pytest
from tests.web.conftest import CHANGZHOU

from shebao.operations.enrol import Membership

ADULT = Membership(scheme="resident_medical", district="320402", category="non_working")


@pytest.fixture
def world(world):
    """A world in which it is October in Changzhou."""
    return replace(world, rehearsal={**world.rehearsal, CHANGZHOU: date(2023, 10, 20)})


async def test_before_november_people_wait_for_the_batch_and_are_told_why(settle, sign_in):
    visitor = await sign_in(await settle(CHANGZHOU, ADULT))
    page = await visitor.open("/items")
    assert page.says("2023 年 11 月 1 日起可以缴")
    assert page.says("10 月底起由省社保卡扣缴")
    assert page.says("11 月 1 日起可自助缴费")
