"""The bank takes a file over its own wire, answers late and in parts, and may take money back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest
from tests.operations.batch.conftest import written_in

from shebao.core.channel import Method, TakenBack
from shebao.core.money import Money
from shebao.operations.batch.run import advance_batches, go_on, inquire_lines
from shebao.operations.deduction.reverse import judge_reversals, shelve_reversal
from shebao.store.deduction.reversals import ReversalNotice

REGION = "320400"


@pytest.fixture
async def wired(town, built, outside):
    """The town with the sandbox's bank at the other end, and a lever to order how packets go."""
    town.world = replace(town.world, batches=built.batches)
    async with httpx.AsyncClient(base_url=outside.url, trust_env=False) as http:

        async def orders(**wanted):
            (await http.post("/sandbox/bank/packets/next", json=wanted)).raise_for_status()

        yield town, orders


async def until(town, batch, *states):
    """Go on with a batch until it stands there."""
    for _ in range(40):
        batch = await town.through(go_on, batch)
        if batch.state in states:
            break
        await asyncio.sleep(0.05)
    return batch


async def stopped_again_and_again(town, batch):
    """Workers that take a batch on, each stopped wherever it is, a little later than the last."""
    for longer in range(1, 100):
        worker = asyncio.create_task(advance_batches(town.world, REGION))
        await asyncio.wait({worker}, timeout=longer / 60)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        [row] = await town.asked("SELECT state FROM batches WHERE id = $1", batch.id)
        if row["state"] == "closed":
            return


async def test_an_answer_in_parts_comes_over_the_wire_and_is_posted(wired):
    town, orders = wired
    await orders(per_mille={"1001": 0}, parts=2)
    batch = await until(town, await town.signed(), "closed")
    assert await town.states(batch) == [("succeeded", "")] * 5


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("name", ["pipe", "fixed", "bank_tax"])
async def test_a_run_goes_to_the_bank_and_back_in_this_format(wired, name):
    town, orders = wired
    town.world = written_in(town.world, name)
    await orders(per_mille={"1001": 0})
    batch = await until(town, await town.signed(), "closed")
    assert await town.states(batch) == [("succeeded", "")] * 5


async def test_a_worker_that_is_stopped_again_and_again_collects_each_line_once(wired):
    town, orders = wired
    await orders(per_mille={"1001": 0}, parts=2)
    batch = await town.signed()
    await stopped_again_and_again(town, batch)
    assert await town.states(batch) == [("succeeded", "")] * 5
    tried = [batch.attempt_id(serial) for serial in range(1, 6)]
    money = await town.asked(
        """SELECT p.reference, r.number FROM payments p JOIN receipts r USING (region_code, order_id)
            WHERE p.attempt_id = ANY ($1)""", tried,
    )  # fmt: skip
    assert len({tuple(row) for row in money}) == len(money) == 5


async def test_an_agreement_the_bank_does_not_know_is_not_collected_under(wired):
    town, orders = wired
    await orders()
    batch = await until(town, await town.signed(), "closed")
    assert await town.states(batch) == [("failed", "no_agreement")] * 5
    assert await town.bills() == ["payable"] * 5


async def test_a_packet_refused_whole_is_sent_again_under_its_number(wired):
    town, orders = wired
    await orders(refuse="总分不符")
    batch = await until(town, await town.signed(), "signed")
    await orders(per_mille={"1001": 0})
    [before] = await town.asked("SELECT number FROM batch_packets WHERE batch_id = $1", batch.id)
    ended = await until(town, batch, "closed")
    [after] = await town.asked("SELECT number FROM batch_packets WHERE batch_id = $1", batch.id)
    assert (ended.state, after["number"]) == ("closed", before["number"])


async def test_what_the_bank_did_not_know_it_is_asked_about(wired):
    town, orders = wired
    await orders(per_mille={"9999": 1000})
    batch = await until(town, await town.signed(), "returned")
    assert await town.states(batch) == [("unknown", "")] * 5
    await inquire_lines(town.world, REGION)
    assert await town.states(batch) == [("succeeded", "")] * 5


async def test_money_the_bank_takes_back_reverses_the_line(town, tmp_path):
    batch, bank = await town.sent()
    await town.answered(bank.answer(tmp_path / "a.txt"))
    told = TakenBack(
        attempt_id=batch.attempt_id(2),
        reference=f"{bank.rows[0][1]}{2:08}",
        amount=Money.yuan("930"),
        number=f"back{batch.id}",
        happened_at=town.world.now(),
    )
    at = town.world.now()
    await shelve_reversal(town.world, ReversalNotice(REGION, Method.AGREEMENT, at, "", b"{}", told))
    await judge_reversals(town.world, REGION)
    assert (await town.states(batch))[1] == ("reversed", "")
    assert (await town.bills())[1] == "reversed"
