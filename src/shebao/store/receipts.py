"""Receipts (缴费凭证): one a paid bill, found by number or by whom it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.bill import BillKind, BillState, Explanation, ShareOfBill
from shebao.core.channel import Method
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.person import masked_name
from shebao.core.receipt import Receipt, ReceiptState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("receipts")


@dataclass(frozen=True, slots=True)
class ReceiptInFull:
    """A receipt with everything a paper says."""

    receipt: Receipt
    bill_state: BillState
    scheme: str
    period: Period
    kind: BillKind
    label: str
    shares: tuple[ShareOfBill, ...]
    explanation: Explanation
    insured_id: str
    insured_name: str
    insured_id_type: str
    insured_sealed: bytes
    payer_id: str
    payer_name: str
    payer_id_type: str
    payer_sealed: bytes | None  # None of an office, which has no number.
    entry_channel: str
    method: Method
    reference: str
    paid_at: datetime

    @property
    def payer_shown(self) -> str:
        """Who paid, as others may read it: a person masked, an office by its name."""
        return self.payer_name if self.payer_sealed is None else masked_name(self.payer_name)


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the record of payments."""

    number: str
    amount: Money
    issued_at: datetime
    state: ReceiptState
    scheme: str
    period: Period
    kind: BillKind
    label: str
    bill_state: str
    method: Method
    insured_name: str
    payer_id: str
    order_id: str
    parts: int  # How many things were paid together with it, itself among them.


async def issue(
    tx: Tx,
    *,
    region_code: str,
    paid: Sequence[tuple[str, str, Money]],
    day: str,
    at: datetime,
) -> None:
    """Give each paid bill its receipt: bill, order, amount. `day` is YYMMDD, Asia/Shanghai."""
    if not paid:
        return
    await tx.run(
        SQL.issue,
        region_code=region_code,
        bill_ids=[bill_id for bill_id, _, _ in paid],
        order_ids=[order_id for _, order_id, _ in paid],
        amounts=[amount.fen for _, _, amount in paid],
        day=day,
        at=at,
    )


async def by_number(tx: Tx, *, region_code: str, number: str) -> ReceiptInFull:
    """One receipt with everything it says. Raises LookupError when there is none."""
    row = await tx.row(SQL.by_number, region_code=region_code, number=number)
    if row is None:
        raise LookupError(number)
    return _in_full(row)


async def of_person(tx: Tx, *, region_code: str, person_id: str) -> list[Record]:
    """What a person has had paid for them, newest first."""
    rows = await tx.rows(SQL.of_person, region_code=region_code, person_id=person_id)
    return [_record(row) for row in rows]


async def by_payer_for_others(tx: Tx, *, region_code: str, payer_id: str) -> list[Record]:
    """What a payer has paid for other people, newest first."""
    rows = await tx.rows(SQL.by_payer_for_others, region_code=region_code, payer_id=payer_id)
    return [_record(row) for row in rows]


async def void(
    tx: Tx, *, region_code: str, numbers: Sequence[str], reason: str, at: datetime
) -> None:
    """Let receipts prove nothing any more. Their bills are locked."""
    voided = await tx.run(
        SQL.void, region_code=region_code, numbers=list(numbers), reason=reason, at=at
    )
    assert voided >= len(numbers), "a receipt was voided before"


async def state_of(tx: Tx, *, region_code: str, number: str) -> ReceiptState | None:
    """Where a receipt stands, if there is one of that number."""
    row = await tx.row(SQL.state_of, region_code=region_code, number=number)
    return None if row is None else ReceiptState(row["state"])


def _in_full(row: Row) -> ReceiptInFull:
    return ReceiptInFull(
        receipt=Receipt(
            region_code=row["region_code"],
            number=row["number"],
            bill_id=row["bill_id"],
            order_id=row["order_id"],
            amount=Money(row["amount_fen"]),
            issued_at=row["issued_at"],
            state=ReceiptState(row["state"]),
            ticket_number=row["ticket_number"],
            void_reason=row["void_reason"],
            voided_at=row["voided_at"],
        ),
        bill_state=BillState(row["bill_state"]),
        scheme=row["scheme"],
        period=Period.parse(row["period"]),
        kind=BillKind(row["kind"]),
        label=row["label"],
        shares=tuple(ShareOfBill(fund, payer, Money(fen)) for fund, payer, fen in row["shares"]),
        explanation=Explanation(row["policy_version"], row["source"], tuple(row["arithmetic"])),
        insured_id=row["person_id"],
        insured_name=row["insured_name"],
        insured_id_type=row["insured_id_type"],
        insured_sealed=row["insured_sealed"],
        payer_id=row["payer_id"],
        payer_name=row["payer_name"],
        payer_id_type=row["payer_id_type"],
        payer_sealed=row["payer_sealed"],
        entry_channel=row["entry_channel"],
        method=Method(row["method"]),
        reference=row["reference"],
        paid_at=row["happened_at"],
    )


def _record(row: Row) -> Record:
    return Record(
        number=row["number"],
        amount=Money(row["amount_fen"]),
        issued_at=row["issued_at"],
        state=ReceiptState(row["state"]),
        scheme=row["scheme"],
        period=Period.parse(row["period"]),
        kind=BillKind(row["kind"]),
        label=row["label"],
        bill_state=row["bill_state"],
        method=Method(row["method"]),
        insured_name=row["name"],
        payer_id=row["payer_id"],
        order_id=row["order_id"],
        parts=row["parts"],
    )
