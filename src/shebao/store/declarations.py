"""Declarations (申报): what was submitted, of every channel, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shebao.core.bill import BillKind, BillState
from shebao.core.declaration import STEPS, Declaration, DeclarationEvent, DeclarationState
from shebao.core.enrolment import Enrolment
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL: Final = Queries("declarations")


@dataclass(frozen=True, slots=True)
class Declared:
    """A bill that somebody declares through a channel."""

    id: str
    bill_id: str
    declared_by: str
    entry_channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceDeclared:
    """A choice somebody declares: for which periods, what it comes to, and the bills there are."""

    region_code: str
    person_id: str
    enrolment_id: str
    scheme: str
    kind: BillKind
    declared_by: str
    entry_channel: str
    lines: Sequence[tuple[str, Period, Money, str | None]]  # Id, period, amount, bill.


async def declare_bills(
    tx: Tx, *, region_code: str, declared: Sequence[Declared], at: datetime
) -> None:
    """Write down what is declared; a bill that is declared already stays so. They are locked."""
    await tx.run(
        SQL.declare_bills,
        region_code=region_code,
        ids=[one.id for one in declared],
        bill_ids=[one.bill_id for one in declared],
        declared_by=[one.declared_by for one in declared],
        entry_channels=[one.entry_channel for one in declared],
        at=at,
    )


async def declare_choice(tx: Tx, choice: ChoiceDeclared, *, at: datetime) -> None:
    """Write a choice down in place of what was declared before. The enrolment is locked."""
    await tx.run(
        SQL.declare_choice,
        region_code=choice.region_code,
        person_id=choice.person_id,
        enrolment_id=choice.enrolment_id,
        kind=choice.kind,
        scheme=choice.scheme,
        declared_by=choice.declared_by,
        entry_channel=choice.entry_channel,
        ids=[id_ for id_, _, _, _ in choice.lines],
        periods=[str(period) for _, period, _, _ in choice.lines],
        amounts=[amount.fen for _, _, amount, _ in choice.lines],
        bill_ids=[bill_id for _, _, _, bill_id in choice.lines],
        at=at,
    )


async def answer_levied(
    tx: Tx, *, region_code: str, scheme: str, period: Period, at: datetime
) -> int:
    """Accept what waited for the bills of a period that are there now; say how many."""
    return await tx.run(
        SQL.answer_levied, region_code=region_code, scheme=scheme, period=str(period), at=at
    )


async def waiting(tx: Tx, *, region_code: str, scheme: str, period: Period) -> list[Declaration]:
    """What still waits for the bills of a period."""
    rows = await tx.rows(SQL.waiting, region_code=region_code, scheme=scheme, period=str(period))
    return [_declaration(row) for row in rows]


async def step(
    tx: Tx,
    *,
    region_code: str,
    declarations: Sequence[Declaration],
    event: DeclarationEvent,
    at: datetime,
    says: str = "",
) -> None:
    """Take declarations a step each, with the code of why. They are locked."""
    moved = await tx.run(
        SQL.step_declarations,
        region_code=region_code,
        ids=[one.id for one in declarations],
        versions=[one.version for one in declarations],
        states=[STEPS.after(one.state, event) for one in declarations],
        event=event,
        says=says,
        at=at,
    )
    assert moved == len(declarations), "a declaration was not locked"


async def void_of_periods(
    tx: Tx, enrolment: Enrolment, *, kind: BillKind, periods: Iterable[Period], at: datetime
) -> int:
    """Make void what was declared for some periods of an enrolment; say how many there were."""
    return await tx.run(
        SQL.void_of_periods,
        region_code=enrolment.region_code,
        person_id=enrolment.person_id,
        enrolment_id=enrolment.id,
        kind=kind,
        periods=[str(period) for period in periods],
        at=at,
    )


async def of_person(
    tx: Tx, *, region_code: str, person_id: str, since: datetime, until: datetime, most: int
) -> list[Declaration]:
    """What was declared for a person between two moments, newest first."""
    rows = await tx.rows(
        SQL.of_person,
        region_code=region_code,
        person_id=person_id,
        since=since,
        until=until,
        most=most,
    )
    return [_declaration(row) for row in rows]


async def lock(tx: Tx, *, region_code: str, declaration_id: str) -> Declaration:
    """One declaration, held until the transaction ends. Raises LookupError."""
    row = await tx.row(SQL.lock_one, region_code=region_code, id=declaration_id)
    if row is None:
        raise LookupError(declaration_id)
    return _declaration(row)


def _declaration(row: Row) -> Declaration:
    told = dict(row)
    bill_state = told.get("bill_state")
    return Declaration(
        region_code=row["region_code"],
        id=row["id"],
        person_id=row["person_id"],
        enrolment_id=row["enrolment_id"],
        scheme=row["scheme"],
        period=Period.parse(row["period"]),
        kind=BillKind(row["kind"]),
        amount=Money(row["amount_fen"]),
        declared_by=row["declared_by"],
        entry_channel=row["entry_channel"],
        declared_at=row["declared_at"],
        says=row["says"],
        state=DeclarationState(row["state"]),
        version=row["version"],
        bill_id=row["bill_id"],
        bill_state=BillState(bill_state) if bill_state else None,
        held_by=told.get("held_by"),
        holder_id=told.get("holder_id"),
        held_through=told.get("held_through"),
    )
