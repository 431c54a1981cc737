"""The command line raises the alarm about late cash, and takes in the bank's files."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from tests.cli.programs import run

from shebao.core.channel import Method
from shebao.core.order import OrderState
from shebao.operations.desk.deposit_cash import deposit_cash
from shebao.operations.desk.hand_in_cash import receive_hand_in
from shebao.operations.desk.print_notice import print_notice

CHANGZHOU = "320400"


@pytest.fixture
def shebao(config, world):
    """Run a command against these books, on a day."""

    async def run_it(*arguments, day):
        return await asyncio.to_thread(
            run,
            *arguments,
            "--region",
            CHANGZHOU,
            home=config.home,
            database_url=world.db.url,
            credentials=config.credentials,
            sandbox_url=config.sandbox_url,
            rehearsal=f"{CHANGZHOU}={day}",
        )

    return run_it


async def test_late_cash_is_an_alarm_with_the_name_of_who_has_it(shebao, office, comer):
    slip = await office.collects(comer)
    late = await shebao("cash", "overdue", "--json", day=slip.due_on + timedelta(days=1))
    [one] = [one for one in json.loads(late.output)["overdue"] if one["office"] == office.name]
    assert late.exit_code == 1
    assert (one["clerk"], one["amount_fen"], one["days_late"]) == (office.clerk.id, 93000, 1)
    said = await shebao("cash", "overdue", day=slip.due_on + timedelta(days=1))
    assert f"迟 1 天  {office.name}  {office.clerk.id}  till  930.00 元" in said.output


async def test_the_windows_file_is_read_and_read_again(
    shebao, world, office, comer, bank, dropped, state_of
):
    notice = await print_notice(
        world, office.clerk, await comer.order(office.clerk, Method.COUNTER)
    )
    await bank.post(f"/windows/{notice.number}/pay", json={"faults": ["notice_never"]})
    file = str(await dropped("window"))
    day = world.today(CHANGZHOU)
    first, again = [await shebao("cash", "window", file, day=day) for _ in range(2)]
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert again.output.endswith("补记 0 笔\n")
    assert await state_of(notice.order_id) is OrderState.PAID


async def test_a_deposit_that_differs_at_the_bank_ends_the_command_with_one(
    shebao, world, office, comer, bank, dropped
):
    hand_in = await office.hands_in(await office.collects(comer))
    await receive_hand_in(world, office.cashier, hand_in_id=hand_in.id, counted=hand_in.amount)
    told = await bank.post("/deposits", json={"office": office.name, "fen": 92000})
    serial = told.json()["serial"]
    await deposit_cash(world, office.cashier, bank_serial=serial)
    file, day = str(await dropped("deposits")), world.today(CHANGZHOU)
    found = await shebao("cash", "deposits", file, day=day)
    assert found.exit_code == 1
    assert f"不符  {serial}  送存 930.00 元，银行收到 920.00 元" in found.output
