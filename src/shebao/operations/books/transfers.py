"""Transfers (对公转账): what the bank's file says came with a number of ours, taken in as money.

A collector pays for its roster into our own account, and writes the notice's number beside it.
The bank is the only one who tells us: its line is the telling, judged like any channel's. An
amount that does not fit, or a number nobody knows, waits in suspense and goes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from shebao.core.books.statement import LineKind, StatementLine
from shebao.core.channel import Method, Outcome, Told
from shebao.operations.collect import take_in
from shebao.operations.world import World
from shebao.store.books import repairs, statements
from shebao.store.database import Tx
from shebao.store.desk import payment_notices

_PREFIX: Final = f"{Method.TRANSFER}/"


def is_transfer(line: StatementLine) -> bool:
    """Whether a line of the bank is money that came with a number of ours."""
    return line.kind is LineKind.PAYMENT and line.our_id.startswith(_PREFIX)


async def hear_of_transfers(
    tx: Tx, world: World, lines: Sequence[StatementLine], *, region_code: str, day: date
) -> None:
    """Take in the transfers among the bank's lines of a day. Told twice is told once."""
    told = [
        (Method.TRANSFER, await _told(tx, line, region_code, day))
        for line in lines
        if is_transfer(line)
    ]
    if told:
        await take_in(tx, region_code, told, at=world.now())
        await statements.part_transfers(tx, region_code=region_code, day=day, at=world.now())


async def hear_of_payouts(
    tx: Tx, lines: Sequence[StatementLine], *, region_code: str, day: date
) -> set[int]:
    """Know the bank's lines that are transfers our own people made; the places of those."""
    return {
        line.line
        for line in lines
        if line.kind is LineKind.REFUND
        and await repairs.told_by_bank(
            tx, region_code=region_code, serial=line.reference, amount=line.amount, day=day
        )
    }


async def _told(tx: Tx, line: StatementLine, region_code: str, day: date) -> Told:
    number = "".join(line.our_id.removeprefix(_PREFIX).split())
    notice = await payment_notices.by_number(tx, region_code=region_code, number=number)
    return Told(
        attempt_id=notice.attempt_id if notice else number,
        outcome=Outcome.PAID,
        amount=line.amount,
        reference=f"{day}/{line.reference}",
        happened_at=line.happened_at,
    )
