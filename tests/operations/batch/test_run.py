"""A batch is built, signed, sent and answered, and every line ends in the books."""

from __future__ import annotations

from shebao.core.deduction.batch import BatchState
from shebao.store.promises import broken


async def test_what_the_bank_collected_is_paid_with_a_receipt_each(town, tmp_path):
    batch, bank = await town.sent()
    assert (batch.state, batch.lines, batch.sent) == (BatchState.SENT, 5, 5)
    ended = await town.answered(bank.answer(tmp_path / "a.txt"))
    assert ended.state is BatchState.CLOSED
    assert await town.states(ended) == [("succeeded", "")] * 5
    assert await town.bills() == ["paid"] * 5


async def test_what_the_bank_did_not_collect_can_be_paid_again_at_once(town, tmp_path):
    _, bank = await town.sent()
    bank.ends = {2: "short", 4: "name"}
    ended = await town.answered(bank.answer(tmp_path / "a.txt"))
    assert await town.bills() == ["paid", "payable", "paid", "payable", "paid"]
    assert (await town.states(ended))[1::2] == [("failed", "short"), ("failed", "name_differs")]


async def test_a_run_breaks_no_promise(town, tmp_path):
    _, bank = await town.sent()
    bank.ends = {2: "short", 3: "unknown"}
    await town.answered(bank.answer(tmp_path / "a.txt"))
    async with town.world.db.reading() as tx:
        found = await broken(tx)
    assert {name: what for name, what in found.items() if what} == {}
