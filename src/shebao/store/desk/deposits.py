"""Deposits (现金缴存): cash at the bank, and what the bank's files say of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shebao.core.desk.deposit import STEPS, Deposit, DepositEvent, DepositLine, DepositState
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("deposits")


async def make(tx: Tx, deposit: Deposit) -> bool:
    """Write down a deposit; False when its serial is another's."""
    made = await tx.run(
        SQL.insert_deposit,
        region_code=deposit.region_code,
        deposit_id=deposit.id,
        office=deposit.office,
        cashier_id=deposit.cashier_id,
        bank_serial=deposit.bank_serial,
        amount_fen=deposit.amount.fen,
        at=deposit.made_at,
    )
    return made == 1


async def shelve_lines(
    tx: Tx, *, region_code: str, lines: Sequence[DepositLine], at: datetime
) -> None:
    """Write down what the bank says of cash it received, whether we know of it or not."""
    await tx.run(
        SQL.shelve_lines,
        region_code=region_code,
        serials=[line.serial for line in lines],
        amounts=[line.amount.fen for line in lines],
        happened_ats=[line.happened_at for line in lines],
        at=at,
    )


async def lock_told(tx: Tx, *, region_code: str) -> list[Deposit]:
    """Deposits not confirmed of which the bank has said something, held for this transaction."""
    rows = await tx.rows(SQL.lock_told, region_code=region_code)
    return [_deposit(row) for row in rows]


async def of_office(tx: Tx, *, region_code: str, office: str) -> list[Deposit]:
    """The newest deposits of an office."""
    rows = await tx.rows(SQL.of_office, region_code=region_code, office=office)
    return [_deposit(row) for row in rows]


async def strays(tx: Tx, *, region_code: str) -> list[DepositLine]:
    """Cash the bank has received under a serial that no deposit of ours bears."""
    rows = await tx.rows(SQL.strays, region_code=region_code)
    return [
        DepositLine(0, row["serial"], Money(row["amount_fen"]), row["happened_at"]) for row in rows
    ]


async def step(tx: Tx, deposit: Deposit, event: DepositEvent, *, at: datetime) -> None:
    """Take a deposit a step, with what the bank told of it. It is locked."""
    moved = await tx.run(
        SQL.step_deposit,
        region_code=deposit.region_code,
        deposit_id=deposit.id,
        seen=deposit.version,
        state=STEPS.after(deposit.state, event),
        event=event,
        told_fen=deposit.told.fen if deposit.told else None,
        at=at,
    )
    assert moved == 1, "the deposit was not locked"


def _deposit(row: Row) -> Deposit:
    told = row["told_fen"]
    return Deposit(
        region_code=row["region_code"],
        id=row["id"],
        office=row["office"],
        cashier_id=row["cashier_id"],
        bank_serial=row["bank_serial"],
        amount=Money(row["amount_fen"]),
        made_at=row["made_at"],
        state=DepositState(row["state"]),
        version=row["version"],
        told=None if told is None else Money(told),
    )
