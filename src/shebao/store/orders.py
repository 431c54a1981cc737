"""Orders (缴费单): what somebody means to pay, kept and moved from state to state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.bill import Bill
from shebao.core.money import Money
from shebao.core.order import STEPS, Order, OrderEvent, OrderState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("orders")


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order about to be opened."""

    id: str
    payer_id: str
    entry_channel: str
    bills: tuple[Bill, ...]

    @property
    def amount(self) -> Money:
        """What its bills come to."""
        return Money(sum(bill.amount.fen for bill in self.bills))


@dataclass(frozen=True, slots=True)
class ExistingOrder:
    """What an order that is there already holds."""

    id: str
    payer_id: str
    bill_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Content:
    """One line of an order, as people read it."""

    bill_id: str
    person_id: str
    name: str
    number_masked: str
    scheme: str
    period: str
    kind: str
    label: str
    amount: Money
    state: str
    receipt_number: str | None


async def existing(
    tx: Tx, *, region_code: str, order_ids: Iterable[str]
) -> dict[str, ExistingOrder]:
    """Orders that have these ids already."""
    rows = await tx.rows(SQL.existing, region_code=region_code, order_ids=list(order_ids))
    return {
        row["id"]: ExistingOrder(row["id"], row["payer_id"], frozenset(row["bill_ids"]))
        for row in rows
    }


async def insert(
    tx: Tx, *, region_code: str, orders: Sequence[NewOrder], at: datetime, expires_at: datetime
) -> None:
    """Open orders with what is in them. Their bills are locked."""
    lines = [(order.id, bill) for order in orders for bill in order.bills]
    await tx.run(
        SQL.insert_orders,
        region_code=region_code,
        ids=[order.id for order in orders],
        payer_ids=[order.payer_id for order in orders],
        entry_channels=[order.entry_channel for order in orders],
        amounts=[order.amount.fen for order in orders],
        order_ids=[order_id for order_id, _ in lines],
        bill_ids=[bill.id for _, bill in lines],
        line_amounts=[bill.amount.fen for _, bill in lines],
        at=at,
        expires_at=expires_at,
    )


async def lock(tx: Tx, *, region_code: str, order_ids: Iterable[str]) -> dict[str, Order]:
    """Orders by id, held until the transaction ends."""
    rows = await tx.rows(SQL.lock_orders, region_code=region_code, order_ids=sorted(set(order_ids)))
    return {row["id"]: _order(row) for row in rows}


async def of_attempts(tx: Tx, *, region_code: str, attempt_ids: Iterable[str]) -> dict[str, Order]:
    """The orders some attempts are of, to look at."""
    rows = await tx.rows(
        SQL.orders_of_attempts, region_code=region_code, attempt_ids=sorted(set(attempt_ids))
    )
    return {row["id"]: _order(row) for row in rows}


async def lock_of_attempts(
    tx: Tx, *, region_code: str, attempt_ids: Iterable[str]
) -> dict[str, Order]:
    """The orders some attempts are of, held until the transaction ends."""
    rows = await tx.rows(
        SQL.lock_orders_of_attempts,
        region_code=region_code,
        attempt_ids=sorted(set(attempt_ids)),
    )
    return {row["id"]: _order(row) for row in rows}


async def step(
    tx: Tx, *, region_code: str, moves: Sequence[tuple[Order, OrderEvent]], at: datetime
) -> None:
    """Take orders a step each. They are locked."""
    if not moves:
        return
    moved = await tx.run(
        SQL.step_orders,
        region_code=region_code,
        ids=[order.id for order, _ in moves],
        versions=[order.version for order, _ in moves],
        events=[event for _, event in moves],
        states=[STEPS.after(order.state, event) for order, event in moves],
        at=at,
    )
    assert moved == len(moves), "an order was not locked"


async def submit(
    tx: Tx, order: Order, *, attempt_id: str, expires_at: datetime, at: datetime
) -> None:
    """Let an order go to a channel by this attempt, until then. The order is locked."""
    moved = await tx.run(
        SQL.submit_order,
        region_code=order.region_code,
        order_id=order.id,
        version=order.version,
        state=STEPS.after(order.state, OrderEvent.SUBMITTED),
        attempt_id=attempt_id,
        expires_at=expires_at,
        at=at,
    )
    assert moved == 1, "an order was not locked"


async def point_at_attempt(tx: Tx, order: Order, *, attempt_id: str, expires_at: datetime) -> None:
    """Say which attempt collects an order now, and until when. The order is locked."""
    await tx.run(
        SQL.point_at_attempt,
        region_code=order.region_code,
        order_id=order.id,
        attempt_id=attempt_id,
        expires_at=expires_at,
    )


async def come_by(tx: Tx, order: Order, *, entry_channel: str) -> None:
    """Say by which way in an order is paid from now on. The order is locked."""
    await tx.run(
        SQL.come_by,
        region_code=order.region_code,
        order_id=order.id,
        entry_channel=entry_channel,
    )


async def end(tx: Tx, order: Order, *, at: datetime) -> None:
    """Let an order's time be over, if it is not yet. The order is locked."""
    await tx.run(SQL.end_order, region_code=order.region_code, order_id=order.id, at=at)


async def by_id(tx: Tx, *, region_code: str, order_id: str) -> Order:
    """One order, to look at. Raises LookupError when there is none."""
    row = await tx.row(SQL.by_id, region_code=region_code, order_id=order_id)
    if row is None:
        raise LookupError(order_id)
    return _order(row)


async def contents(tx: Tx, *, region_code: str, order_id: str) -> list[Content]:
    """What is in an order, person by person."""
    rows = await tx.rows(SQL.contents, region_code=region_code, order_id=order_id)
    return [
        Content(
            bill_id=row["id"],
            person_id=row["person_id"],
            name=row["name"],
            number_masked=row["number_masked"],
            scheme=row["scheme"],
            period=row["period"],
            kind=row["kind"],
            label=row["label"],
            amount=Money(row["amount_fen"]),
            state=row["state"],
            receipt_number=row["receipt_number"],
        )
        for row in rows
    ]


async def of_payer(
    tx: Tx, *, region_code: str, payer_id: str, states: Iterable[OrderState]
) -> list[Order]:
    """A payer's newest orders in these states."""
    rows = await tx.rows(
        SQL.of_payer, region_code=region_code, payer_id=payer_id, states=list(states)
    )
    return [_order(row) for row in rows]


async def run_out(tx: Tx, *, region_code: str, now: datetime, most: int) -> list[str]:
    """The ids of orders whose time has run out and that still hold their bills."""
    rows = await tx.rows(SQL.run_out, region_code=region_code, now=now, most=most)
    return [row["id"] for row in rows]


def _order(row: Row) -> Order:
    return Order(
        region_code=row["region_code"],
        id=row["id"],
        payer_id=row["payer_id"],
        entry_channel=row["entry_channel"],
        state=OrderState(row["state"]),
        version=row["version"],
        amount=Money(row["amount_fen"]),
        expires_at=row["expires_at"],
        attempt_id=row["attempt_id"],
        opened_at=row["opened_at"],
    )
