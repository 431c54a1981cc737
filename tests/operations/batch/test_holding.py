"""A line holds its bills from the signature on, and nobody pays twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from shebao.core.bill import BillNotOpen
from shebao.core.deduction.batch import BatchNotThere, CollectedByBank, LineSent, SignedByBuilder
from shebao.core.desk.clerk import Duty
from shebao.core.refusals import NotYours
from shebao.operations.batch.build import BanksClosed, TooLate, begin_batch, cancel_batch
from shebao.operations.batch.look import forecasts
from shebao.operations.batch.send import mark_on
from shebao.operations.batch.sign import hold_on, release_line, sign_batch, skip_next
from shebao.operations.expire import expire_due, withdraw
from shebao.operations.open_order import Basket, open_orders

REGION = "320400"


def basket(town, place):
    return Basket(
        region_code=REGION,
        order_id=town.world.mint("ord"),
        payer_id=town.person(place),
        entry_channel="wechat_mini",
        bill_ids=frozenset({town.bill(place)}),
    )


async def opened(town, place):
    [answer] = await open_orders(town.world, [basket(town, place)])
    return answer


async def test_who_begins_to_pay_before_the_signature_is_let_go(town):
    batch = await town.built()
    await opened(town, 2)
    await sign_batch(town.world, town.signer, batch.id)
    held = await town.through(hold_on, batch)
    assert (held.held, (await town.states(batch))[1]) == (4, ("released", "taken_meanwhile"))


async def test_who_would_pay_after_the_signature_is_refused(town):
    await town.signed()
    assert isinstance(await opened(town, 2), BillNotOpen)


async def test_a_line_that_was_not_sent_is_released_by_its_payer(town):
    batch = await town.signed()
    who = {"region_code": REGION, "person_id": town.person(2), "batch_id": batch.id}
    await release_line(town.world, serial=2, **who)
    assert isinstance(await opened(town, 2), str)
    assert (await town.through(mark_on, batch)).sent == 4


async def test_a_line_that_was_sent_is_not_released(town):
    batch, _ = await town.sent()
    who = {"region_code": REGION, "person_id": town.person(2), "batch_id": batch.id}
    with pytest.raises(LineSent):
        await release_line(town.world, serial=2, **who)


async def test_nobody_releases_the_line_of_somebody_else(town):
    batch = await town.signed()
    who = {"region_code": REGION, "person_id": town.person(3), "batch_id": batch.id}
    with pytest.raises(NotYours):
        await release_line(town.world, serial=2, **who)


async def test_an_order_of_a_batch_neither_expires_nor_is_withdrawn(town, clock):
    batch, _ = await town.sent()
    clock.passes(days=40)
    await expire_due(town.world, REGION)
    with pytest.raises(CollectedByBank):
        await withdraw(
            town.world, region_code=REGION, order_id=batch.order_id(1), payer_id=town.person(1)
        )
    assert await town.bills() == ["reserved"] * 5


async def test_a_mandate_that_ended_before_the_file_is_not_collected_under(town):
    batch = await town.signed()
    async with town.world.db.transaction() as tx:
        await tx.script(
            "UPDATE mandates SET state = 'suspended', version = 2"
            f" WHERE person_id = '{town.person(3)}';"
            "INSERT INTO events SELECT region_code, id, 2, 'suspended', state, now()"
            f" FROM mandates WHERE person_id = '{town.person(3)}'"
        )
    assert (await town.through(mark_on, batch)).sent == 4
    assert (await town.states(batch))[2] == ("released", "mandate_ended")


async def test_who_built_a_batch_does_not_sign_it(town):
    batch = await town.built()
    both = replace(town.builder, duties=frozenset({Duty.BATCH_BUILD, Duty.BATCH_SIGN}))
    with pytest.raises(SignedByBuilder):
        await sign_batch(town.world, both, batch.id)


async def test_a_cancelled_batch_lets_every_bill_go(town):
    batch = await town.signed()
    await cancel_batch(town.world, town.builder, batch.id, most=2)
    assert await town.bills() == ["payable"] * 5


async def test_a_batch_that_was_sent_is_not_cancelled(town):
    batch, _ = await town.sent()
    with pytest.raises(BatchNotThere):
        await cancel_batch(town.world, town.builder, batch.id)


async def test_who_asked_to_be_left_out_is_left_out_once(town):
    who = {"region_code": REGION, "person_id": town.person(4), "scheme": "resident_medical"}
    await skip_next(town.world, **who)
    first = await town.built()
    await cancel_batch(town.world, town.builder, first.id)
    second = await town.built()
    await cancel_batch(town.world, town.builder, second.id)
    assert (first.lines, second.lines) == (4, 4)


@pytest.mark.parametrize(
    ("day", "refusal"), [(date(2023, 11, 25), BanksClosed), (date(2023, 11, 1), TooLate)]
)
async def test_a_day_on_which_banks_do_not_collect_is_refused(town, day, refusal):
    with pytest.raises(refusal):
        await begin_batch(town.world, town.builder, scheme="resident_medical", day=day)


async def test_what_failed_where_nothing_is_tried_again_waits_for_its_payer(town, tmp_path):
    _, bank = await town.sent()
    bank.ends = {1: "short"}
    await town.answered(bank.answer(tmp_path / "a.txt"))
    [told] = await forecasts(town.world, region_code=REGION, person_id=town.person(1))
    assert told.word == "stopped"
    [paid] = await forecasts(town.world, region_code=REGION, person_id=town.person(2))
    assert paid.word == "paid"
