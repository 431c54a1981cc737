"""Hand-ins (交款): cash on its way from a clerk to the cashier, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from shebao.core.desk.hand_in import STEPS, HandIn, HandInEvent, HandInState
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("hand_ins")


async def submit(tx: Tx, hand_in: HandIn, *, due_on: date) -> None:
    """Write down a hand-in that waits to be counted."""
    await tx.run(
        SQL.insert_hand_in,
        region_code=hand_in.region_code,
        hand_in_id=hand_in.id,
        office=hand_in.office,
        clerk_id=hand_in.clerk_id,
        slips=hand_in.slips,
        amount_fen=hand_in.amount.fen,
        due_on=due_on,
        at=hand_in.submitted_at,
    )


async def lock(tx: Tx, *, region_code: str, hand_in_id: str) -> HandIn | None:
    """One hand-in, held until the transaction ends."""
    row = await tx.row(SQL.lock_hand_in, region_code=region_code, hand_in_id=hand_in_id)
    return None if row is None else _hand_in(row)


async def by_id(tx: Tx, *, region_code: str, hand_in_id: str) -> HandIn | None:
    """One hand-in, to look at."""
    row = await tx.row(SQL.by_id, region_code=region_code, hand_in_id=hand_in_id)
    return None if row is None else _hand_in(row)


async def lock_received(tx: Tx, *, region_code: str, office: str) -> list[HandIn]:
    """What the cashier of an office has counted and not deposited, held for this transaction."""
    rows = await tx.rows(SQL.lock_received, region_code=region_code, office=office)
    return [_hand_in(row) for row in rows]


async def of_office(tx: Tx, *, region_code: str, office: str) -> list[HandIn]:
    """The newest hand-ins of an office."""
    rows = await tx.rows(SQL.of_office, region_code=region_code, office=office)
    return [_hand_in(row) for row in rows]


async def step(
    tx: Tx,
    hand_in: HandIn,
    event: HandInEvent,
    *,
    cashier_id: str,
    reason: str = "",
    at: datetime,
) -> None:
    """Take a hand-in a step, by a cashier. It is locked."""
    moved = await tx.run(
        SQL.step_hand_in,
        region_code=hand_in.region_code,
        hand_in_id=hand_in.id,
        seen=hand_in.version,
        state=STEPS.after(hand_in.state, event),
        event=event,
        cashier_id=cashier_id,
        reason=reason,
        at=at,
    )
    assert moved == 1, "the hand-in was not locked"


async def put_into_deposit(tx: Tx, hand_ins: Sequence[HandIn], *, deposit_id: str) -> None:
    """These hand-ins go to the bank together. They are locked."""
    moved = await tx.run(
        SQL.put_into_deposit,
        region_code=hand_ins[0].region_code,
        ids=[hand_in.id for hand_in in hand_ins],
        deposit_id=deposit_id,
    )
    assert moved == len(hand_ins), "a hand-in was not locked"


async def bank(tx: Tx, *, region_code: str, deposit_id: str, at: datetime) -> int:
    """All hand-ins of a deposit are at the bank; how many there were."""
    seen, event = HandInState.RECEIVED, HandInEvent.BANKED
    return await tx.run(
        SQL.bank_hand_ins,
        region_code=region_code,
        deposit_id=deposit_id,
        seen=seen,
        state=STEPS.after(seen, event),
        event=event,
        at=at,
    )


def _hand_in(row: Row) -> HandIn:
    return HandIn(
        region_code=row["region_code"],
        id=row["id"],
        office=row["office"],
        clerk_id=row["clerk_id"],
        slips=row["slips"],
        amount=Money(row["amount_fen"]),
        submitted_at=row["submitted_at"],
        state=HandInState(row["state"]),
        version=row["version"],
        cashier_id=row["cashier_id"],
        reason=row["reason"],
    )
