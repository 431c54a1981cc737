"""While the books are away, people read a calm page, and channels are asked to tell us again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.web.browsing import Visitor
from tests.web.conftest import BEIJING

from shebao.store.database import Database
from shebao.store.server.embedded import address
from shebao.web.main import create


@pytest.fixture
def bookless(world, tmp_path):
    return create(replace(world, db=Database(address(tmp_path), patience_ms=0)))


@pytest.fixture
async def visitor(bookless):
    somebody = Visitor(bookless, quiet=True)
    somebody.http.cookies.set("sb", f"{BEIJING}.a-token")
    yield somebody
    await somebody.http.aclose()


@pytest.mark.parametrize("path", ["/items", "/home", "/unpaid", "/records", "/help"])
async def test_a_page_says_calmly_that_we_are_coming_back(visitor, path):
    page = await visitor.open(path)
    assert page.status == 503
    assert page.says("系统正在恢复")
    assert page.says("不要重复支付")
    assert page.faults == []


async def test_a_program_is_told_the_same_as_facts(visitor):
    answer = await visitor.http.get("/result/ord1", headers={"accept": "application/json"})
    assert answer.status_code == 503
    assert answer.json()["code"] == "unanswered"
