"""Requests (退费申请): what people ask to have back, kept and moved from state to state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shebao.core.desk.request import STEPS, Request, RequestEvent, RequestState
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.policy.returning import Ground
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("requests")


@dataclass(frozen=True, slots=True)
class Listed:
    """A request as the queue shows it."""

    request: Request
    name: str
    number_masked: str
    scheme: str
    period: Period


@dataclass(frozen=True, slots=True)
class Said:
    """What goes with a step: who took it, why they said no, and the refund that followed."""

    checked_by: str | None = None
    decided_by: str | None = None
    said: str | None = None
    refund_id: str | None = None


async def insert(tx: Tx, request: Request) -> bool:
    """Write a new request down; whether its bill had none that counts."""
    written = await tx.run(
        SQL.insert_request,
        region_code=request.region_code,
        request_id=request.id,
        receipt_number=request.receipt_number,
        bill_id=request.bill_id,
        order_id=request.order_id,
        person_id=request.person_id,
        payer_id=request.payer_id,
        ground=request.ground,
        evidence=request.evidence,
        amount_fen=request.amount.fen,
        asked_by=request.asked_by,
        at=request.asked_at,
    )
    return written == 1


async def step(
    tx: Tx, request: Request, event: RequestEvent, *, at: datetime, said: Said | None = None
) -> None:
    """Take a request a step. It is locked."""
    said = said or Said()
    moved = await tx.run(
        SQL.step_request,
        region_code=request.region_code,
        request_id=request.id,
        seen=request.version,
        state=STEPS.after(request.state, event),
        event=event,
        checked_by=said.checked_by,
        decided_by=said.decided_by,
        said=said.said,
        refund_id=said.refund_id,
        at=at,
    )
    assert moved == 1, "the request was not locked"


async def lock(tx: Tx, *, region_code: str, request_id: str) -> Request:
    """One request, held until the transaction ends. Raises LookupError."""
    row = await tx.row(SQL.lock_request, region_code=region_code, request_id=request_id)
    return _found(row, request_id)


async def by_id(tx: Tx, *, region_code: str, request_id: str) -> Request:
    """One request, to look at. Raises LookupError."""
    row = await tx.row(SQL.by_id, region_code=region_code, request_id=request_id)
    return _found(row, request_id)


async def that_counts(tx: Tx, *, region_code: str, bill_id: str) -> Request | None:
    """The request of a bill that is open, agreed to, or done."""
    row = await tx.row(SQL.that_counts, region_code=region_code, bill_id=bill_id)
    return None if row is None else _request(row)


async def of_payer(tx: Tx, *, region_code: str, payer_id: str) -> list[Request]:
    """What a payer gets back, or has asked for, newest first."""
    rows = await tx.rows(SQL.of_payer, region_code=region_code, payer_id=payer_id)
    return [_request(row) for row in rows]


async def of_order(tx: Tx, *, region_code: str, payer_id: str, order_id: str) -> list[Request]:
    """The requests about an order's bills, oldest first."""
    rows = await tx.rows(
        SQL.of_order, region_code=region_code, payer_id=payer_id, order_id=order_id
    )
    return [_request(row) for row in rows]


async def waiting(tx: Tx, *, region_code: str) -> list[Listed]:
    """Requests nobody has decided, the oldest first."""
    return [_listed(row) for row in await tx.rows(SQL.waiting, region_code=region_code)]


async def decided(tx: Tx, *, region_code: str) -> list[Listed]:
    """The newest requests that were decided."""
    return [_listed(row) for row in await tx.rows(SQL.decided, region_code=region_code)]


def _found(row: Row | None, request_id: str) -> Request:
    if row is None:
        raise LookupError(request_id)
    return _request(row)


def _listed(row: Row) -> Listed:
    return Listed(
        _request(row),
        row["name"],
        row["number_masked"],
        row["scheme"],
        Period.parse(row["period"]),
    )


def _request(row: Row) -> Request:
    return Request(
        region_code=row["region_code"],
        id=row["id"],
        receipt_number=row["receipt_number"],
        bill_id=row["bill_id"],
        order_id=row["order_id"],
        person_id=row["person_id"],
        payer_id=row["payer_id"],
        ground=Ground(row["ground"]),
        evidence=row["evidence"],
        amount=Money(row["amount_fen"]),
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        state=RequestState(row["state"]),
        version=row["version"],
        checked_by=row["checked_by"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        said=row["said"],
        refund_id=row["refund_id"],
    )
