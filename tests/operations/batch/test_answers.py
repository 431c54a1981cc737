"""An answer is judged whole: one that contradicts itself or us changes nothing at all."""

from __future__ import annotations

import pytest

from shebao.core.deduction.packet import ResultDiffers, ResultNotAskedFor, ResultUnreadable

STRANGER = ["D", "77", "930.00", "0000", "成功", "R77", "20231128100000"]
AGAIN = ["D", "2", "930.00", "0000", "成功", "R2", "20231128100000"]
WRONG = [
    pytest.param({"total": "1.00"}, ResultUnreadable, id="a total that is not the sum"),
    pytest.param({"count": 3}, ResultNotAskedFor, id="another count"),
    pytest.param({"more": [AGAIN]}, ResultNotAskedFor, id="more lines than were sent"),
    pytest.param({"day": "20231127"}, ResultNotAskedFor, id="another day"),
    pytest.param({"number": "2023112800000000X"}, ResultNotAskedFor, id="another packet"),
]


@pytest.mark.parametrize(("changes", "refusal"), WRONG)
async def test_a_wrong_answer_changes_nothing(town, tmp_path, changes, refusal):
    batch, bank = await town.sent()
    with pytest.raises(refusal):
        await town.answered(bank.answer(tmp_path / "a.txt", **changes))
    assert await town.states(batch) == [("sent", "")] * 5


@pytest.mark.parametrize(
    ("more", "refusal"), [(AGAIN, ResultUnreadable), (STRANGER, ResultNotAskedFor)]
)
async def test_a_line_answered_twice_or_never_sent_spoils_the_file(town, tmp_path, more, refusal):
    _, bank = await town.sent()
    bank.rows.remove(bank.lines[4])
    with pytest.raises(refusal):
        await town.answered(bank.answer(tmp_path / "a.txt", more=[more]))


async def test_bytes_of_another_set_are_refused(town, tmp_path):
    _, bank = await town.sent()
    file = bank.answer(tmp_path / "a.txt")
    file.write_bytes(file.read_bytes().replace("成功".encode("gb18030"), b"\xff\xff", 1))
    with pytest.raises(ResultUnreadable):
        await town.answered(file)


async def test_the_same_answer_told_twice_is_told_once(town, tmp_path):
    _, bank = await town.sent()
    file = bank.answer(tmp_path / "a.txt")
    await town.answered(file)
    before = await town.asked("SELECT count(*) FROM entries")
    assert (await town.answered(file)).state == "closed"
    assert await town.asked("SELECT count(*) FROM entries") == before


async def test_another_answer_under_the_same_number_is_refused(town, tmp_path):
    _, bank = await town.sent()
    await town.answered(bank.answer(tmp_path / "a.txt"))
    bank.ends = {1: "short"}
    with pytest.raises(ResultDiffers):
        await town.answered(bank.answer(tmp_path / "b.txt"))


async def test_an_answer_in_parts_closes_with_the_last_of_them(town, tmp_path):
    _, bank = await town.sent()
    first = await town.answered(bank.answer(tmp_path / "1.txt", part=1, parts=2))
    assert first.state == "sent"
    last = await town.answered(bank.answer(tmp_path / "2.txt", part=2, parts=2))
    assert last.state == "closed"


async def test_another_sum_than_was_asked_for_is_set_aside_and_the_bill_is_free(town, tmp_path):
    batch, bank = await town.sent()
    bank.lines[0][4] = "929.00"
    await town.answered(bank.answer(tmp_path / "a.txt"))
    assert (await town.states(batch))[0] == ("failed", "set_aside")
    assert (await town.bills())[0] == "payable"
    [row] = await town.asked("SELECT state, misfit FROM payments WHERE amount_fen = 92900")
    assert (row["state"], row["misfit"]) == ("unapplied", "wrong_amount")


async def test_names_lose_the_blanks_that_pad_them(town):
    _, bank = await town.sent()
    assert {row[3] for row in bank.lines} <= {"王小芳", "王芳"}


async def test_writing_again_writes_the_same_bytes(town):
    batch, bank = await town.sent()
    before = bank.file.read_bytes()
    bank.file.unlink()
    await town.written(batch)
    assert bank.file.read_bytes() == before
