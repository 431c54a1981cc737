"""Progress (收缴进度): how the lines of a roster stand, told by the bills they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shebao.core.bill import BillState
from shebao.core.desk.slip import SlipState
from shebao.core.money import Money
from shebao.core.order import OrderState
from shebao.core.period import Period
from shebao.core.receipt import ReceiptState
from shebao.core.roster.line import LineState
from shebao.core.roster.roster import Roster
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL: Final = Queries("progress")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lines of a group stand alike, and what they come to."""

    group: str
    standing: str
    lines: int
    amount: Money


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One line as its collector sees it; names are masked by whoever shows them."""

    line: int
    group: str
    person_id: str | None
    name: str
    number_masked: str
    state: LineState
    standing: str
    says: str
    amount: Money


@dataclass(frozen=True, slots=True)
class BillSeen:
    """One bill of a line, and its receipt."""

    bill_id: str
    period: Period
    label: str
    amount: Money
    state: BillState
    receipt_number: str | None
    receipt_state: ReceiptState | None
    by_collector: bool  # Whether the collector's own payment holds it, or has paid it.


@dataclass(frozen=True, slots=True)
class Linked:
    """A line whose family may still pay: whom it is about, and which bills."""

    line: int
    group: str
    person_id: str
    name: str
    bill_ids: tuple[str, ...]
    amount: Money


@dataclass(frozen=True, slots=True)
class OrderOfRoster:
    """One payment of a whole roster."""

    order_id: str
    state: OrderState
    amount: Money
    bills: int
    opened_at: datetime
    expires_at: datetime
    method: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class SlipOfRoster:
    """A cash slip that speaks of a roster's bills, and where its money is."""

    slip_id: str
    number: str
    clerk_id: str
    amount: Money
    taken_at: datetime
    due_on: date
    state: SlipState
    deposit_serial: str | None
    deposit_state: str | None


@dataclass(frozen=True, slots=True)
class PaidLine:
    """Which line of which roster a payment of the whole has paid."""

    roster_id: str
    order_id: str
    line: int


async def tallies(tx: Tx, roster: Roster) -> list[Tally]:
    """How far a roster has come, group by group."""
    rows = await tx.rows(SQL.progress, region_code=roster.region_code, roster_id=roster.id)
    return [
        Tally(row["group"], row["standing"], row["lines"], Money(row["amount_fen"])) for row in rows
    ]


async def lines_seen(
    tx: Tx, roster: Roster, *, standings: Sequence[str], group: str | None, skip: int, most: int
) -> list[LineSeen]:
    """Lines of a roster, some at a time; of some standings and of one group, if named."""
    rows = await tx.rows(
        SQL.lines_seen,
        region_code=roster.region_code,
        roster_id=roster.id,
        standings=list(standings) or None,
        only_group=group,
        skip=skip,
        most=most,
    )
    return [_line(row) for row in rows]


async def line_seen(tx: Tx, roster: Roster, line: int) -> LineSeen | None:
    """One line of a roster."""
    row = await tx.row(
        SQL.line_seen, region_code=roster.region_code, roster_id=roster.id, line=line
    )
    return None if row is None else _line(row)


async def bills_of(tx: Tx, roster: Roster, line: int) -> list[BillSeen]:
    """What one line stands for."""
    rows = await tx.rows(
        SQL.bills_of_line, region_code=roster.region_code, roster_id=roster.id, line=line
    )
    return [_bill(row) for row in rows]


async def linked(
    tx: Tx, roster: Roster, *, today: date, group: str | None, most: int, together: Sequence[str]
) -> list[Linked]:
    """The lines of a roster whose families may still pay, but for some categories."""
    rows = await tx.rows(
        SQL.linked_lines,
        region_code=roster.region_code,
        roster_id=roster.id,
        today=today,
        only_group=group,
        most=most,
        together=list(together),
    )
    return [
        Linked(
            line=row["line"],
            group=row["group"],
            person_id=row["person_id"],
            name=row["name"],
            bill_ids=tuple(row["bill_ids"]),
            amount=Money(row["amount_fen"]),
        )
        for row in rows
    ]


async def orders(tx: Tx, roster: Roster) -> list[OrderOfRoster]:
    """The payments of a whole roster, newest first."""
    rows = await tx.rows(SQL.orders_of_roster, region_code=roster.region_code, roster_id=roster.id)
    return [
        OrderOfRoster(
            order_id=row["id"],
            state=OrderState(row["state"]),
            amount=Money(row["amount_fen"]),
            bills=row["bills"],
            opened_at=row["opened_at"],
            expires_at=row["expires_at"],
            method=row["method"],
            number=row["number"],
        )
        for row in rows
    ]


async def slips(tx: Tx, roster: Roster) -> list[SlipOfRoster]:
    """The cash slips of a roster, newest first."""
    rows = await tx.rows(SQL.slips_of_roster, region_code=roster.region_code, roster_id=roster.id)
    return [
        SlipOfRoster(
            slip_id=row["id"],
            number=row["number"],
            clerk_id=row["clerk_id"],
            amount=Money(row["amount_fen"]),
            taken_at=row["taken_at"],
            due_on=row["due_on"],
            state=SlipState(row["state"]),
            deposit_serial=row["bank_serial"],
            deposit_state=row["deposit_state"],
        )
        for row in rows
    ]


async def paid_by_roster(tx: Tx, *, region_code: str, number: str) -> PaidLine | None:
    """Which line a receipt is of, when the collector's own payment has paid it."""
    row = await tx.row(SQL.paid_by_roster, region_code=region_code, number=number)
    return None if row is None else PaidLine(row["roster_id"], row["order_id"], row["line"])


def _bill(row: Row) -> BillSeen:
    state = row["receipt_state"]
    return BillSeen(
        bill_id=row["id"],
        period=Period.parse(row["period"]),
        label=row["label"],
        amount=Money(row["amount_fen"]),
        state=BillState(row["state"]),
        receipt_number=row["receipt_number"],
        receipt_state=ReceiptState(state) if state else None,
        by_collector=row["by_collector"],
    )


def _line(row: Row) -> LineSeen:
    return LineSeen(
        line=row["line"],
        group=row["group"],
        person_id=row["person_id"],
        name=row["name"] or "",
        number_masked=row["number_masked"] or "",
        state=LineState(row["state"]),
        standing=row["standing"],
        says=row["says"],
        amount=Money(row["amount_fen"]),
    )
