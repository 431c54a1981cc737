"""A file of the bank is read whole, line by line, and says what it says however often it is read."""

from datetime import timedelta

import pytest

from shebao.core.books.statement import (
    BadLine,
    StatementLine,
    StatementNotReady,
    StatementUnreadable,
)
from shebao.gateways.counter.files import DEPOSITS, WINDOW
from shebao.operations.desk.deposit_cash import deposit_cash
from shebao.operations.desk.hand_in_cash import receive_hand_in
from shebao.operations.desk.hear_bank import hear_of_deposit_file
from shebao.operations.world import SHANGHAI

CHANGZHOU = "320400"


async def test_the_banks_file_confirms_a_deposit(world, office, comer, bank, files, dropped):
    hand_in = await office.hands_in(await office.collects(comer))
    await receive_hand_in(world, office.cashier, hand_in_id=hand_in.id, counted=hand_in.amount)
    said = await bank.post("/deposits", json={"office": office.name, "fen": 93000})
    await deposit_cash(world, office.cashier, bank_serial=said.json()["serial"])
    compared, bad = await hear_of_deposit_file(
        world, region_code=CHANGZHOU, reader=files(DEPOSITS), file=await dropped("deposits")
    )
    assert (bad, [one.office for one in compared.confirmed]) == ((), [office.name])


async def test_a_file_is_fetched_once_its_day_is_over(world, files, tmp_path):
    today = world.now().astimezone(SHANGHAI).date()
    with pytest.raises(StatementNotReady):
        await files(WINDOW).fetch_statement(today, tmp_path / "today")
    yesterday = today - timedelta(days=1)
    await files(WINDOW).fetch_statement(yesterday, tmp_path / "before")
    assert [*files(WINDOW).read_statement(tmp_path / "before")] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "D|P|att1|1|1.00|0.00|2023-11-05 10:02:11\n",
        "H|acquirer|20231105|0|0.00\n",
        "H|window|20231105|x|0.00\n",
        "H|window|20231105|2|1.00\nD|P|att1|1|1.00|0.00|2023-11-05 10:02:11\n",
        "H|window|20231105|1|2.00\nD|P|att1|1|1.00|0.00|2023-11-05 10:02:11\n",
    ],
)
def test_a_file_that_is_not_what_it_says_is_no_file(files, tmp_path, text):
    file = tmp_path / "file"
    file.write_text(text)
    with pytest.raises(StatementUnreadable):
        [*files(WINDOW).read_statement(file)]


def test_a_bad_line_is_said_with_its_place_and_the_others_are_read(files, tmp_path):
    file = tmp_path / "file"
    file.write_text(
        "H|window|20231105|3|1.00\n"
        "D|P|att1|1|1.00|0.00|2023-11-05 10:02:11\n"
        "D|Z|att1|1|1.00|0.00|2023-11-05 10:02:11\n"
        "D|P|att1|1|-1.00|0.00|2023-11-05 10:02:11\n"
    )
    good, *bad = files(WINDOW).read_statement(file)
    assert isinstance(good, StatementLine)
    assert [(type(one), one.line) for one in bad] == [(BadLine, 3), (BadLine, 4)]
