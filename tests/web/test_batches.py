"""Whoever is collected from sees it beforehand, and may pay by themselves as long as they can."""

from __future__ import annotations

from tests.web.conftest import CHANGZHOU

from shebao.operations.enrol import Membership

MEDICAL = Membership(scheme="resident_medical", district="320402", category="non_working")


async def test_the_page_says_that_without_a_mandate_nothing_is_taken(settle, sign_in):
    visitor = await sign_in(await settle(CHANGZHOU, MEDICAL))
    page = await visitor.open("/batches")
    assert page.h1 == "批量扣款"
    assert page.says("没有签约，不会扣款")


async def test_the_page_is_found_from_the_page_of_agreements(settle, sign_in):
    visitor = await sign_in(await settle(CHANGZHOU, MEDICAL))
    page = await visitor.open("/agreements")
    there = page.link("/batches")
    shown = await visitor.open(there[0] if isinstance(there, tuple) else there)
    assert shown.path == "/batches"
