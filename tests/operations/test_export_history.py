"""What people download about themselves: all of it, nothing of others, and it adds up."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from shebao.core.money import Money
from shebao.operations.desk.find_person import LookReason
from shebao.operations.export_history import EXPORTED, export_history
from shebao.operations.family import naming, plead
from shebao.operations.open_order import open_orders
from shebao.store import receipts
from shebao.store.family import kin
from shebao.store.queries import Queries
from shebao.web.wording import WHY_LOOKED

BEIJING = "110000"
ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "shebao"
# Tables that know a person and have no part, and why.
LEFT_OUT = {
    "scans",  # A sign-in by a code on a screen: over within minutes.
    "sign_ins",  # A code on its way to a telephone: likewise.
    "basket_lines",  # What is about to be paid with other cities: gone once it is.
    "wholes",  # That orders were paid in one payment; each order has its part.
    "whole_orders",  # Likewise.
}


@pytest.fixture
async def paid_for_another(world, household, stranger, tell):
    """The stranger paid a bill of the household, and the household one of its own."""
    async with world.db.transaction() as tx:
        await kin.insert(
            tx,
            region_code=BEIJING,
            payer_id=stranger.person.id,
            person_id=household.person.id,
            at=world.now(),
        )
    first, second = await household.owes("1200.00", "300.50")
    [order_id] = await open_orders(world, [stranger.basket(first)])
    await tell(await stranger.attempt(order_id), str(first.amount))
    await tell(await household.attempt(await household.order(second)), str(second.amount))


def exported(world, somebody):
    return export_history(world, region_code=BEIJING, person_id=somebody.person.id)


async def test_the_receipts_in_it_are_all_there_are_and_their_sums_agree(
    world, household, paid_for_another
):
    parts = (await exported(world, household)).parts
    async with world.db.reading() as tx:
        kept = await receipts.of_person(tx, region_code=BEIJING, person_id=household.person.id)
    assert {one["number"] for one in parts["receipts"]} == {one.number for one in kept}
    assert sum(one["amount_fen"] for one in parts["receipts"]) == Money.yuan("1500.50").fen
    assert sum(one["amount_fen"] for one in parts["bills"]) == Money.yuan("1500.50").fen
    own = [one for one in parts["receipts"] if one["by_self"]]
    assert [one["amount_fen"] for one in own] == [one["amount_fen"] for one in parts["payments"]]
    assert all(one["source"] and one["arithmetic"] for one in parts["bills"])


async def test_whom_somebody_paid_for_is_in_it_masked_and_nothing_else_of_them(
    world, household, stranger, paid_for_another
):
    parts = (await exported(world, stranger)).parts
    [receipt] = parts["receipts"]
    assert (receipt["insured"], receipt["for_self"], receipt["by_self"]) == ("王*芳", False, True)
    assert (parts["bills"], parts["enrolments"]) == ([], [])
    told = json.dumps(parts, ensure_ascii=False)
    other = household.person
    assert [one for one in (other.name, other.number_masked, other.id) if one in told] == []


async def test_who_paid_is_masked_for_whom_they_paid(world, household, stranger, paid_for_another):
    parts = (await exported(world, household)).parts
    assert {one["payer"] for one in parts["receipts"]} == {"李*", "王*芳"}
    told = json.dumps(parts, ensure_ascii=False)
    assert stranger.person.number_masked not in told
    assert stranger.person.name not in told


async def test_taking_it_out_is_a_look_that_stands_in_it(world, household):
    parts = (await exported(world, household)).parts
    [look] = parts["looks"]
    assert (look["reason"], look["by_self"]) == (EXPORTED, True)
    assert json.loads(json.dumps(parts)) == parts


def test_every_table_that_knows_a_person_has_a_part_or_a_reason():
    schema = (ROOT / "docs" / "generated" / "schema.sql").read_text()
    tables = dict(re.findall(r"^CREATE TABLE (\w+) \((.*?)\n\)", schema, re.MULTILINE | re.DOTALL))
    known = {
        name
        for name, columns in tables.items()
        if re.search(r"\b(person_id|payer_id|parent_id|raised_by|viewer_id)\b", columns)
    }
    asked = "\n".join(query.text for query in Queries("history").values())
    missing = {name for name in known if not re.search(rf"\b(FROM|JOIN) {name}\b", asked)}
    assert missing == LEFT_OUT


def reasons_in_the_code():
    """Every reason beside a look: those said where one is written, and those with a name."""
    code = "\n".join(file.read_text() for file in SOURCE.rglob("*.py"))
    calls = re.findall(r"persons\.look\((.*?)\n\s*\)\n", code, re.DOTALL)
    [listing] = re.findall(r"'(\w+)'", Queries("roster_lines")["remember_listing"].text)[:1]
    said = {reason for call in calls for reason in re.findall(r'reason="(\w+)"', call)}
    return said | {naming.LOOKED, plead.LOOKED, EXPORTED, listing, *LookReason}


def test_every_reason_that_is_written_down_has_its_words():
    assert reasons_in_the_code() == set(WHY_LOOKED)
