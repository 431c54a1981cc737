"""Settlements (清算): what channels owe for a day, and how far that money has come."""

from __future__ import annotations

from datetime import date, datetime

from shebao.core.bill import BillEvent, BillState
from shebao.core.books.settlement import (
    STEPS,
    Remittance,
    Settlement,
    SettlementEvent,
    SettlementState,
)
from shebao.core.channel import Method
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("settlements")
_BILLS = {
    SettlementEvent.SETTLED: (BillState.PAID, BillEvent.SETTLED, BillState.SETTLED),
    SettlementEvent.REMITTED: (BillState.SETTLED, BillEvent.REMITTED, BillState.REMITTED),
}


async def owe(tx: Tx, *, region_code: str, method: Method, day: date, at: datetime) -> None:
    """Keep what a channel's files of a day say it owes us."""
    await tx.run(SQL.owe, region_code=region_code, source=method, day=day, at=at)


async def lock(tx: Tx, *, region_code: str, since: date) -> list[Settlement]:
    """What is not all in the treasury, and all since a day, held for this transaction."""
    rows = await tx.rows(SQL.lock_settlements, region_code=region_code, since=since)
    return [_settlement(row) for row in rows]


async def step(
    tx: Tx, one: Settlement, event: SettlementEvent, *, reference: str, at: datetime
) -> None:
    """Take a settlement a step, and with it the bills its money has paid."""
    moved = await tx.run(
        SQL.step,
        region_code=one.region_code,
        source=one.method,
        day=one.day,
        seen=one.version,
        state=STEPS.after(one.state, event),
        event=event,
        reference=reference,
        at=at,
    )
    assert moved == 1, "the settlement was not locked"
    seen, bill_event, state = _BILLS[event]
    await tx.run(
        SQL.step_bills,
        region_code=one.region_code,
        source=one.method,
        day=one.day,
        seen=seen,
        event=bill_event,
        state=state,
        at=at,
    )


async def share_among_funds(tx: Tx, one: Settlement) -> None:
    """Say what of a settlement goes into which fund at the treasury."""
    await tx.run(SQL.share_among_funds, region_code=one.region_code, source=one.method, day=one.day)


async def remittances(tx: Tx, *, region_code: str, since: date) -> list[Remittance]:
    """What is on its way to the treasury, and all since a day."""
    rows = await tx.rows(SQL.remittances, region_code=region_code, since=since)
    return [
        Remittance(
            region_code=row["region_code"],
            method=Method(row["source"]),
            day=row["day"],
            fund=row["fund"],
            amount=Money(row["amount_fen"]),
            treasury_reference=row["treasury_reference"],
        )
        for row in rows
    ]


async def confirm(tx: Tx, one: Remittance, *, reference: str) -> None:
    """The treasury has a remittance, under its own number."""
    confirmed = await tx.run(
        SQL.confirm_remittance,
        region_code=one.region_code,
        source=one.method,
        day=one.day,
        fund=one.fund,
        reference=reference,
    )
    assert confirmed == 1, "the treasury had it before"


async def settled_by(tx: Tx, *, region_code: str, reference: str) -> bool:
    """Whether a line of the bank has settled something."""
    row = await tx.row(SQL.settled_by, region_code=region_code, reference=reference)
    assert row is not None
    done: bool = row["done"]
    return done


async def of_days(tx: Tx, *, region_code: str, first_day: date, last_day: date) -> list[Settlement]:
    """What was owed for some days, to look at."""
    rows = await tx.rows(
        SQL.of_days, region_code=region_code, first_day=first_day, last_day=last_day
    )
    return [_settlement(row) for row in rows]


def _settlement(row: Row) -> Settlement:
    return Settlement(
        region_code=row["region_code"],
        method=Method(row["source"]),
        day=row["day"],
        payments=Money(row["payments_fen"]),
        refunds=Money(row["refunds_fen"]),
        fees=Money(row["fees_fen"]),
        state=SettlementState(row["state"]),
        version=row["version"],
    )
