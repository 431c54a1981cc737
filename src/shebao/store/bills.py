"""Bills (应缴): what is owed, kept and moved from state to state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from shebao.core.bill import (
    STEPS,
    Bill,
    BillEvent,
    BillKind,
    Explanation,
    ShareOfBill,
)
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries
from shebao.store.written import BILL_KINDS, BILL_STATES, amount_of, period_of, shares_of

SQL = Queries("bills")
_KEPT: Final = 8192


@dataclass(frozen=True, slots=True)
class NewBill:
    """A bill about to be issued, with why it is what it is."""

    id: str
    person_id: str
    enrolment_id: str
    scheme: str
    period: Period
    kind: BillKind
    label: str
    amount: Money
    shares: tuple[ShareOfBill, ...]
    explanation: Explanation
    document: str = ""
    election_id: str | None = None
    payable_until: date | None = None


@dataclass(frozen=True, slots=True)
class HeldBill:
    """A bill, and who holds it: the payer of the order that reserves or has paid it."""

    bill: Bill
    payer_id: str | None
    order_state: str | None
    held_through: str | None = None  # The entry channel of that order.


async def lock(tx: Tx, *, region_code: str, bill_ids: Iterable[str]) -> dict[str, Bill]:
    """Bills by id, held until the transaction ends."""
    rows = await tx.rows(SQL.lock_bills, region_code=region_code, bill_ids=sorted(set(bill_ids)))
    return {row["id"]: _bill(row) for row in rows}


async def lock_of_orders(
    tx: Tx, *, region_code: str, order_ids: Iterable[str]
) -> dict[str, list[Bill]]:
    """The bills of each of some orders, held until the transaction ends."""
    rows = await tx.rows(
        SQL.lock_bills_of_orders, region_code=region_code, order_ids=sorted(set(order_ids))
    )
    found: dict[str, list[Bill]] = {}
    for row in rows:
        found.setdefault(row["order_id"], []).append(_bill(row))
    return found


async def of_orders(tx: Tx, *, region_code: str, order_ids: Iterable[str]) -> dict[str, list[Bill]]:
    """The bills of each of some orders, to look at."""
    rows = await tx.rows(
        SQL.bills_of_orders, region_code=region_code, order_ids=sorted(set(order_ids))
    )
    found: dict[str, list[Bill]] = {}
    for row in rows:
        found.setdefault(row["order_id"], []).append(_bill(row))
    return found


async def lock_counting(
    tx: Tx, *, region_code: str, enrolment_id: str, periods: Iterable[Period], kind: BillKind
) -> list[Bill]:
    """The bills that count for an enrolment and some periods, held until the transaction ends."""
    rows = await tx.rows(
        SQL.lock_counting,
        region_code=region_code,
        enrolment_id=enrolment_id,
        periods=[str(period) for period in periods],
        kind=kind,
    )
    return [_bill(row) for row in rows]


async def step(
    tx: Tx,
    *,
    region_code: str,
    moves: Sequence[tuple[Bill, BillEvent, str | None]],
    at: datetime,
) -> None:
    """Take bills a step each, saying which order holds each from now on. They are locked."""
    if not moves:
        return
    moved = await tx.run(
        SQL.step_bills,
        region_code=region_code,
        ids=[bill.id for bill, _, _ in moves],
        versions=[bill.version for bill, _, _ in moves],
        events=[event for _, event, _ in moves],
        states=[STEPS.after(bill.state, event) for bill, event, _ in moves],
        holders=[holder for _, _, holder in moves],
        at=at,
    )
    assert moved == len(moves), "a bill was not locked"


async def issue(tx: Tx, *, region_code: str, bills: Sequence[NewBill], at: datetime) -> int:
    """Issue bills; say how many were new. One that already counts is left as it is."""
    if not bills:
        return 0
    return await tx.run(
        SQL.insert_bills, region_code=region_code, bills=[_document(bill) for bill in bills], at=at
    )


async def of_persons(
    tx: Tx, *, region_code: str, person_ids: Iterable[str]
) -> dict[str, list[HeldBill]]:
    """Every bill of each of some persons that counts, newest period first."""
    rows = await tx.rows(
        SQL.of_persons, region_code=region_code, person_ids=sorted(set(person_ids))
    )
    found: dict[str, list[HeldBill]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append(_held(row))
    return found


async def by_ids(tx: Tx, *, region_code: str, bill_ids: Iterable[str]) -> list[Bill]:
    """Bills by id, to look at."""
    rows = await tx.rows(SQL.by_ids, region_code=region_code, bill_ids=sorted(set(bill_ids)))
    return [_bill(row) for row in rows]


async def explanations(
    tx: Tx, *, region_code: str, bill_ids: Iterable[str]
) -> Mapping[str, Explanation]:
    """Why each of these bills is what it is."""
    rows = await tx.rows(SQL.explanations, region_code=region_code, bill_ids=sorted(set(bill_ids)))
    return {
        row["id"]: Explanation(row["policy_version"], row["source"], tuple(row["arithmetic"]))
        for row in rows
    }


async def special_waiting(
    tx: Tx, *, region_code: str, enrolment_ids: Iterable[str]
) -> dict[str, list[str]]:
    """For each enrolment, the special bills that are not paid yet."""
    rows = await tx.rows(
        SQL.special_waiting, region_code=region_code, enrolment_ids=sorted(set(enrolment_ids))
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["enrolment_id"], []).append(row["id"])
    return found


@lru_cache(maxsize=_KEPT)
def _held(row: Row) -> HeldBill:
    """A bill and who holds it. Who pays reads the same rows on one page after the other."""
    return HeldBill(_bill(row), row["held_for"], row["order_state"], row["held_through"])


def _bill(row: Row) -> Bill:
    return Bill(  # In the order of its fields: a page reads many.
        row["region_code"],
        row["id"],
        row["person_id"],
        row["enrolment_id"],
        row["scheme"],
        period_of(row["period"]),
        BILL_KINDS[row["kind"]],
        amount_of(row["amount_fen"]),
        shares_of(row["shares"]),
        BILL_STATES[row["state"]],
        row["version"],
        row["held_by"],
        row["payable_until"],
        row["label"],
    )


def _document(bill: NewBill) -> dict[str, Any]:
    until = bill.payable_until
    return {
        "id": bill.id,
        "person_id": bill.person_id,
        "enrolment_id": bill.enrolment_id,
        "scheme": bill.scheme,
        "period": str(bill.period),
        "kind": bill.kind,
        "document": bill.document,
        "label": bill.label,
        "amount_fen": bill.amount.fen,
        "shares": [[share.fund, share.payer, share.amount.fen] for share in bill.shares],
        "policy_version": bill.explanation.version,
        "source": bill.explanation.source,
        "arithmetic": list(bill.explanation.arithmetic),
        "election_id": bill.election_id,
        "payable_until": until.isoformat() if until else None,
    }
