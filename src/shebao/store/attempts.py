"""Attempts (支付尝试): each try at collecting an order, kept and moved from state to state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shebao.core.attempt import STEPS, Attempt, AttemptEvent, AttemptState
from shebao.core.channel import Cashier, Method
from shebao.core.money import Money
from shebao.core.order import Order
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("attempts")


async def begin(
    tx: Tx,
    order: Order,
    *,
    attempt_id: str,
    method: Method,
    at: datetime,
    mandate_id: str | None = None,
) -> Attempt:
    """Write a new attempt down, as sent, before the channel hears of it."""
    await tx.run(
        SQL.insert_attempt,
        region_code=order.region_code,
        attempt_id=attempt_id,
        order_id=order.id,
        method=method,
        amount_fen=order.amount.fen,
        mandate_id=mandate_id,
        at=at,
    )
    return Attempt(
        region_code=order.region_code,
        id=attempt_id,
        order_id=order.id,
        method=method,
        state=AttemptState.SENT,
        version=2,
        amount=order.amount,
        cashier=None,
        created_at=at,
    )


async def step(
    tx: Tx, *, region_code: str, moves: Sequence[tuple[Attempt, AttemptEvent]], at: datetime
) -> None:
    """Take attempts a step each. Their orders are locked."""
    if not moves:
        return
    moved = await tx.run(
        SQL.step_attempts,
        region_code=region_code,
        ids=[attempt.id for attempt, _ in moves],
        versions=[attempt.version for attempt, _ in moves],
        events=[event for _, event in moves],
        states=[STEPS.after(attempt.state, event) for attempt, event in moves],
        at=at,
    )
    assert moved == len(moves), "an attempt's order was not locked"


async def settle(
    tx: Tx,
    attempt: Attempt,
    event: AttemptEvent,
    *,
    cashier: Cashier | None,
    says: str,
    at: datetime,
) -> bool:
    """Keep what a channel answered, in one statement; False when something was faster."""
    moved = await tx.run(
        SQL.settle_attempt,
        region_code=attempt.region_code,
        order_id=attempt.order_id,
        attempt_id=attempt.id,
        version=attempt.version,
        event=event,
        state=STEPS.after(attempt.state, event),
        cashier=_document(cashier) if cashier else None,
        says=says,
        at=at,
    )
    return moved == 1


async def keep_cashier(tx: Tx, attempt: Attempt, cashier: Cashier) -> None:
    """Keep where the payer goes on, as the channel gave it."""
    await tx.run(
        SQL.keep_cashier,
        region_code=attempt.region_code,
        attempt_id=attempt.id,
        cashier=_document(cashier),
    )


async def keep_words(tx: Tx, attempt: Attempt, says: str) -> None:
    """Keep what the channel said when it refused."""
    await tx.run(SQL.keep_words, region_code=attempt.region_code, attempt_id=attempt.id, says=says)


async def asked(tx: Tx, *, region_code: str, attempt_ids: Iterable[str], at: datetime) -> None:
    """Remember that the channel was asked about these attempts just now."""
    await tx.run(SQL.asked, region_code=region_code, attempt_ids=list(attempt_ids), at=at)


async def by_id(tx: Tx, *, region_code: str, attempt_id: str) -> Attempt:
    """One attempt, to look at. Raises LookupError when there is none."""
    row = await tx.row(SQL.by_id, region_code=region_code, attempt_id=attempt_id)
    if row is None:
        raise LookupError(attempt_id)
    return _attempt(row)


async def of_orders(
    tx: Tx, *, region_code: str, order_ids: Iterable[str]
) -> dict[str, list[Attempt]]:
    """The attempts of each of some orders, oldest first."""
    rows = await tx.rows(SQL.of_orders, region_code=region_code, order_ids=sorted(set(order_ids)))
    found: dict[str, list[Attempt]] = {}
    for row in rows:
        found.setdefault(row["order_id"], []).append(_attempt(row))
    return found


async def by_ids(tx: Tx, *, region_code: str, attempt_ids: Iterable[str]) -> list[Attempt]:
    """Some attempts, without their cashiers; one nobody knows is not among them."""
    rows = await tx.rows(SQL.by_ids, region_code=region_code, attempt_ids=sorted(set(attempt_ids)))
    return [_attempt(row) for row in rows]


async def to_ask_about(
    tx: Tx, *, region_code: str, asked_before: datetime, most: int
) -> list[tuple[str, Method]]:
    """Live attempts of running orders that the channel has not been asked about for a while."""
    rows = await tx.rows(
        SQL.to_ask_about, region_code=region_code, asked_before=asked_before, most=most
    )
    return [(row["id"], Method(row["method"])) for row in rows]


async def leave_over(tx: Tx, *, region_code: str, attempt_ids: Sequence[str]) -> None:
    """Other money has paid the orders of these attempts: what is still live must be closed."""
    if attempt_ids:
        await tx.run(SQL.leave_over, region_code=region_code, attempt_ids=attempt_ids)


async def left_over(
    tx: Tx, *, region_code: str, asked_before: datetime, most: int
) -> list[Attempt]:
    """Live attempts of orders that other money has paid, the oldest first."""
    rows = await tx.rows(
        SQL.left_over, region_code=region_code, asked_before=asked_before, most=most
    )
    return [_attempt(row) for row in rows]


def _document(cashier: Cashier) -> Mapping[str, Any]:
    return {"url": cashier.url, "code": cashier.code, "parameters": dict(cashier.parameters)}


def _attempt(row: Row) -> Attempt:
    cashier = row["cashier"]
    return Attempt(
        region_code=row["region_code"],
        id=row["id"],
        order_id=row["order_id"],
        method=Method(row["method"]),
        state=AttemptState(row["state"]),
        version=row["version"],
        amount=Money(row["amount_fen"]),
        cashier=Cashier(**cashier) if cashier else None,
        created_at=row["created_at"],
        says=row["says"],
    )
