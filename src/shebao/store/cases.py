"""Cases (案情): an attempt with its order and its bills, read in one look and held by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shebao.core.attempt import Attempt, AttemptState
from shebao.core.bill import Bill
from shebao.core.channel import Method
from shebao.core.collection import Case
from shebao.core.money import Money
from shebao.core.order import Order, OrderState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries
from shebao.store.written import BILL_KINDS, BILL_STATES, period_of, shares_of

SQL = Queries("cases")


async def of_attempts(
    tx: Tx, *, region_code: str, attempt_ids: Iterable[str]
) -> Mapping[str, Case]:
    """All we know of each of some attempts; one nobody knows is not among them."""
    rows = await tx.rows(SQL.of_attempts, region_code=region_code, attempt_ids=list(attempt_ids))
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["attempt_id"], []).append(row)
    return {
        attempt_id: Case(
            _attempt(region_code, of[0]),
            _order(region_code, of[0]),
            tuple(_bill(region_code, row) for row in of),
        )
        for attempt_id, of in found.items()
    }


def _attempt(region_code: str, row: Row) -> Attempt:
    return Attempt(
        region_code=region_code,
        id=row["attempt_id"],
        order_id=row["order_id"],
        method=Method(row["method"]),
        state=AttemptState(row["attempt_state"]),
        version=row["attempt_version"],
        amount=Money(row["attempt_fen"]),
        cashier=None,  # The payer has been there.
        created_at=row["created_at"],
        says=row["says"],
    )


def _order(region_code: str, row: Row) -> Order:
    return Order(
        region_code=region_code,
        id=row["order_id"],
        payer_id=row["payer_id"],
        entry_channel=row["entry_channel"],
        state=OrderState(row["order_state"]),
        version=row["order_version"],
        amount=Money(row["order_fen"]),
        expires_at=row["expires_at"],
        attempt_id=row["order_attempt_id"],
        opened_at=row["opened_at"],
    )


def _bill(region_code: str, row: Row) -> Bill:
    return Bill(
        region_code=region_code,
        id=row["id"],
        person_id=row["person_id"],
        enrolment_id=row["enrolment_id"],
        scheme=row["scheme"],
        period=period_of(row["period"]),
        kind=BILL_KINDS[row["kind"]],
        amount=Money(row["amount_fen"]),
        shares=shares_of(row["shares"]),
        state=BILL_STATES[row["state"]],
        version=row["version"],
        held_by=row["held_by"],
        payable_until=row["payable_until"],
        label=row["label"],
    )
