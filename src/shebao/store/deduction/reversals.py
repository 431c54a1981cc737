"""Reversals (冲正): money that banks took back, and what was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.channel import Method, TakenBack
from shebao.core.deduction.reversal import STEPS, Reversal, ReversalEvent, ReversalState
from shebao.core.money import Money
from shebao.core.payment import Misfit, Payment, PaymentState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("reversals")


@dataclass(frozen=True, slots=True)
class ReversalNotice:
    """A verified notice of money taken back, as it came and as it reads."""

    region_code: str
    method: Method
    received_at: datetime
    headers: str
    body: bytes
    told: TakenBack


@dataclass(frozen=True, slots=True)
class ToTell:
    """A payer who owes again and does not know it yet; the telephone is sealed."""

    method: Method
    number: str
    amount: Money
    happened_at: datetime
    phone_sealed: bytes | None


async def shelve(tx: Tx, notice: ReversalNotice) -> None:
    """Write a reversal down. One that is here already changes nothing."""
    told = notice.told
    await tx.run(
        SQL.shelve,
        region_code=notice.region_code,
        method=notice.method,
        number=told.number,
        at=notice.received_at,
        headers=notice.headers,
        body=notice.body,
        attempt_id=told.attempt_id,
        reference=told.reference,
        amount_fen=told.amount.fen,
        happened_at=told.happened_at,
        says=told.says,
    )


async def lock_told(
    tx: Tx, *, region_code: str, looked_before: datetime, most: int
) -> list[Reversal]:
    """The oldest reversals that are not judged, held until the transaction ends."""
    rows = await tx.rows(
        SQL.lock_told, region_code=region_code, looked_before=looked_before, most=most
    )
    return [_reversal(row) for row in rows]


async def of_money(tx: Tx, *, region_code: str, method: Method, reference: str) -> Reversal | None:
    """The booked reversal of a sum of money, if there is one."""
    row = await tx.row(SQL.of_money, region_code=region_code, method=method, reference=reference)
    return None if row is None else _reversal(row)


async def looked(tx: Tx, *, region_code: str, method: Method, number: str, at: datetime) -> None:
    """Remember that a reversal was looked at just now."""
    await tx.run(SQL.looked, region_code=region_code, method=method, number=number, at=at)


async def step(
    tx: Tx, reversal: Reversal, event: ReversalEvent, *, undone: str, at: datetime
) -> None:
    """Take a reversal a step, saying what it turned out to undo. It is locked."""
    moved = await tx.run(
        SQL.step_reversal,
        region_code=reversal.region_code,
        method=reversal.method,
        number=reversal.told.number,
        seen=reversal.version,
        state=STEPS.after(reversal.state, event),
        event=event,
        undone=undone,
        at=at,
    )
    assert moved == 1, "the reversal was not locked"


async def lock_money(tx: Tx, *, region_code: str, method: Method, reference: str) -> Payment | None:
    """The money a reversal speaks of, held until the transaction ends; None if never told of."""
    row = await tx.row(SQL.lock_money, region_code=region_code, method=method, reference=reference)
    return None if row is None else _payment(row)


async def owe_again(
    tx: Tx, *, region_code: str, renewed: Sequence[tuple[str, str]], at: datetime
) -> None:
    """What reversed bills asked for is owed again: the old bill's id, and the new one's."""
    bill_ids = [old for old, _ in renewed]
    await tx.run(SQL.make_room, region_code=region_code, bill_ids=bill_ids)
    await tx.run(
        SQL.owe_again,
        region_code=region_code,
        bill_ids=bill_ids,
        new_ids=[new for _, new in renewed],
        at=at,
    )


async def untold(tx: Tx, *, region_code: str, looked_before: datetime, most: int) -> list[ToTell]:
    """Payers who owe again and have not been told."""
    rows = await tx.rows(
        SQL.untold, region_code=region_code, looked_before=looked_before, most=most
    )
    return [
        ToTell(
            Method(row["method"]),
            row["number"],
            Money(row["amount_fen"]),
            row["happened_at"],
            row["phone_sealed"],
        )
        for row in rows
    ]


async def payer_told(
    tx: Tx, *, region_code: str, method: Method, number: str, at: datetime
) -> None:
    """Remember that the payer of a reversal was told."""
    await tx.run(SQL.payer_told, region_code=region_code, method=method, number=number, at=at)


def _reversal(row: Row) -> Reversal:
    return Reversal(
        region_code=row["region_code"],
        method=Method(row["method"]),
        told=TakenBack(
            attempt_id=row["attempt_id"],
            reference=row["reference"],
            amount=Money(row["amount_fen"]),
            number=row["number"],
            happened_at=row["happened_at"],
            says=row["says"],
        ),
        state=ReversalState(row["state"]),
        version=row["version"],
        received_at=row["received_at"],
        undone=row["undone"],
    )


def _payment(row: Row) -> Payment:
    return Payment(
        region_code=row["region_code"],
        method=Method(row["method"]),
        reference=row["reference"],
        attempt_id=row["attempt_id"],
        order_id=row["order_id"],
        amount=Money(row["amount_fen"]),
        state=PaymentState(row["state"]),
        misfit=Misfit(row["misfit"]),
        happened_at=row["happened_at"],
    )
