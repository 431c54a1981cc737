"""Lines that are alike are judged once and written together, as if each had been judged alone."""

from __future__ import annotations

from datetime import date

from tests.operations.batch.conftest import NUMBERS, REGION, Town

from shebao.core.channel import Method, Outcome, Told
from shebao.core.money import Money
from shebao.operations.collect import judge_waiting, shelve_answer

STORY = """
    SELECT e.version, e.event, e.state, e.subject_id LIKE 'agreement:%' AS money
      FROM batch_lines l
      JOIN batches b ON b.region_code = l.region_code AND b.id = l.batch_id
      JOIN events e ON e.region_code = l.region_code AND e.subject_id IN (
           l.batch_id || ':' || l.serial, line_id(b.order_seed, l.serial),
           line_id(b.attempt_seed, l.serial), l.bill_ids[1], 'agreement:' || $3)
     WHERE l.batch_id = $1 AND l.serial = $2
     ORDER BY e.version, e.event, e.state
"""
ENTRY = """
    SELECT line, account, amount_fen, (SELECT lines FROM entries e WHERE e.reference = l.reference)
      FROM lines l WHERE reference = 'payment:agreement:' || $1 ORDER BY line
"""
MONEY = "SELECT amount_fen, state, misfit, happened_at FROM payments WHERE reference = $1"
RECEIPT = """
    SELECT r.amount_fen, r.state, left(r.number, 12) FROM receipts r
      JOIN batch_lines l ON l.region_code = r.region_code AND r.bill_id = l.bill_ids[1]
     WHERE l.batch_id = $1 AND l.serial = $2
"""


async def written(town, batch, reference, serial):
    """All that the books say of one line."""
    asked = (
        town.asked(STORY, batch.id, serial, reference),
        town.asked(ENTRY, reference),
        town.asked(MONEY, reference),
        town.asked(RECEIPT, batch.id, serial),
    )
    return [[tuple(row.values()) for row in await one] for one in asked]


async def one_was_told_before(town, batch, reference):
    """The bank tells of the money of the first line by itself, and then again in its file."""
    told = Told(
        attempt_id=batch.attempt_id(1),
        outcome=Outcome.PAID,
        amount=Money.yuan("930"),
        reference=reference,
        happened_at=town.world.now(),
    )
    await shelve_answer(town.world, region_code=REGION, method=Method.AGREEMENT, told=told)
    while await judge_waiting(town.world, REGION):
        pass


async def test_lines_written_together_read_as_if_each_was_judged_alone(town, tmp_path):
    batch, bank = await town.sent()
    number = bank.rows[0][1]
    await town.answered(bank.answer(tmp_path / "together.txt"))
    together = [await written(town, batch, f"{number}{one:08}", one) for one in range(2, 6)]

    alone = await Town(town.world, next(NUMBERS), 5).settle()
    batch, bank = await alone.sent(date(2023, 11, 29))
    number = bank.rows[0][1]
    await one_was_told_before(alone, batch, f"{number}{1:08}")
    ended = await alone.answered(bank.answer(tmp_path / "alone.txt"))
    assert (ended.state, await alone.bills()) == ("closed", ["paid"] * 5)
    assert together == [
        await written(alone, batch, f"{number}{one:08}", one) for one in range(2, 6)
    ]
