"""Deposit cash (缴存): what was counted goes to the bank; the bank's file says what arrived.

Until it does, the cash is in transit. The file is written down first and then compared, so it
does not matter which of the two comes earlier, or how often the file is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.desk.deposit import (
    BankSerialUsed,
    Deposit,
    DepositEvent,
    DepositLine,
    DepositState,
    NothingToDeposit,
    bank_serial_of,
)
from shebao.core.journal import DEPOSITS, Entry, Line, cash
from shebao.core.money import total
from shebao.operations.world import World
from shebao.store import journal
from shebao.store.database import Tx
from shebao.store.desk import deposits, hand_ins, slips


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison with the bank's file found."""

    confirmed: tuple[Deposit, ...]
    differing: tuple[Deposit, ...]
    strays: tuple[DepositLine, ...]  # Cash at the bank under a serial of nobody's.


async def deposit_cash(world: World, cashier: Clerk, *, bank_serial: str) -> Deposit:
    """Take all the counted cash of an office to the bank, under the bank's serial.

    Raises NothingToDeposit, BankSerialWrong, or BankSerialUsed.
    """
    cashier.must(Duty.CASHIER)
    serial, at = bank_serial_of(bank_serial), world.now()
    async with world.db.transaction() as tx:
        waiting = await hand_ins.lock_received(
            tx, region_code=cashier.region_code, office=cashier.office
        )
        if not waiting:
            raise NothingToDeposit
        deposit = Deposit(
            region_code=cashier.region_code,
            id=world.mint("dep"),
            office=cashier.office,
            cashier_id=cashier.id,
            bank_serial=serial,
            amount=total(hand_in.amount for hand_in in waiting),
            made_at=at,
            state=DepositState.MADE,
            version=1,
        )
        if not await deposits.make(tx, deposit):
            raise BankSerialUsed(serial)
        await hand_ins.put_into_deposit(tx, waiting, deposit_id=deposit.id)
    await compare_deposits(world, cashier.region_code)  # The file may have been faster.
    return deposit


async def hear_of_deposits(
    world: World, *, region_code: str, lines: Sequence[DepositLine]
) -> Compared:
    """Write down what the bank's file says, and compare. Read again, it changes nothing."""
    async with world.db.transaction() as tx:
        await deposits.shelve_lines(tx, region_code=region_code, lines=lines, at=world.now())
    return await compare_deposits(world, region_code)


async def compare_deposits(world: World, region_code: str) -> Compared:
    """Compare all deposits not confirmed yet with what the bank has said of them."""
    confirmed: list[Deposit] = []
    differing: list[Deposit] = []
    async with world.db.transaction() as tx:
        for seen in await deposits.lock_told(tx, region_code=region_code):
            assert seen.told is not None
            event = seen.event_of(seen.told)
            if event is not None:
                await _step(tx, world, seen, event)
            (confirmed if seen.told == seen.amount else differing).append(seen)
        strays = await deposits.strays(tx, region_code=region_code)
    return Compared(tuple(confirmed), tuple(differing), tuple(strays))


async def _step(tx: Tx, world: World, seen: Deposit, event: DepositEvent) -> None:
    at = world.now()
    await deposits.step(tx, replace(seen), event, at=at)
    if event is not DepositEvent.CONFIRMED:
        return
    lines = (Line(DEPOSITS, seen.amount), Line(cash(seen.office), -seen.amount))
    entry = Entry(seen.region_code, f"deposit:{seen.id}", at, lines)
    posted = await journal.post(tx, region_code=seen.region_code, entries=[entry], at=at)
    assert posted == len(lines)
    await slips.bank(tx, region_code=seen.region_code, deposit_id=seen.id, at=at)
    await hand_ins.bank(tx, region_code=seen.region_code, deposit_id=seen.id, at=at)
