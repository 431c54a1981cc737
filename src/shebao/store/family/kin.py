"""Kin (帮缴关系): who may pay for whom, who looked at whose record, and who paid for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shebao.core.family.kin import STEPS, KinEvent, KinState
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.person import masked_name
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("kin")
LOOKS_MOST = 100


@dataclass(frozen=True, slots=True)
class Kin:
    """How it stands between a payer and a person."""

    region_code: str
    payer_id: str
    person_id: str
    added_at: datetime
    state: KinState
    version: int
    payer_name: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at a record. Without a name it was a clerk."""

    at: datetime
    viewer_id: str
    reason: str
    viewer_name: str | None


@dataclass(frozen=True, slots=True)
class PaidByOther:
    """What somebody else paid for a person."""

    payer_id: str
    payer_name: str  # Of a person masked, of an office whole.
    number: str
    amount: Money
    at: datetime
    scheme: str
    period: Period


@dataclass(frozen=True, slots=True)
class PaidLast:
    """What was paid last for an enrolment."""

    period: Period
    amount: Money
    at: datetime


async def insert(tx: Tx, *, region_code: str, payer_id: str, person_id: str, at: datetime) -> bool:
    """A payer names somebody; whether it is for the first time."""
    written = await tx.run(
        SQL.insert_kin, region_code=region_code, payer_id=payer_id, person_id=person_id, at=at
    )
    return written == 1


async def lock(tx: Tx, *, region_code: str, payer_id: str, person_id: str) -> Kin | None:
    """How it stands between two people, held until the transaction ends."""
    row = await tx.row(
        SQL.lock_kin, region_code=region_code, payer_id=payer_id, person_id=person_id
    )
    return None if row is None else _kin(row)


async def step(tx: Tx, seen: Kin, event: KinEvent, *, at: datetime) -> None:
    """Take it a step. It is locked."""
    moved = await tx.run(
        SQL.step_kin,
        region_code=seen.region_code,
        payer_id=seen.payer_id,
        person_id=seen.person_id,
        seen=seen.version,
        state=STEPS.after(seen.state, event),
        event=event,
        at=at,
    )
    assert moved == 1, "it was not locked"


async def payers_of(tx: Tx, *, region_code: str, person_id: str) -> list[Kin]:
    """Who may, could or must not pay for somebody, the newest first."""
    rows = await tx.rows(SQL.payers_of, region_code=region_code, person_id=person_id)
    return [_kin(row, row["name"]) for row in rows]


async def looks_at(tx: Tx, *, region_code: str, person_id: str) -> list[Look]:
    """Who looked at somebody's record, the newest first."""
    rows = await tx.rows(
        SQL.looks_at, region_code=region_code, person_id=person_id, most=LOOKS_MOST
    )
    return [Look(row["at"], row["viewer_id"], row["reason"], row["name"]) for row in rows]


async def paid_by_others(tx: Tx, *, region_code: str, person_id: str) -> list[PaidByOther]:
    """What others paid for somebody, the newest first."""
    rows = await tx.rows(
        SQL.paid_by_others, region_code=region_code, person_id=person_id, most=LOOKS_MOST
    )
    return [
        PaidByOther(
            payer_id=row["payer_id"],
            payer_name=row["name"] if row["is_office"] else masked_name(row["name"]),
            number=row["number"],
            amount=Money(row["amount_fen"]),
            at=row["issued_at"],
            scheme=row["scheme"],
            period=Period.parse(row["period"]),
        )
        for row in rows
    ]


async def paid_last(
    tx: Tx, *, region_code: str, enrolment_ids: Iterable[str]
) -> dict[str, PaidLast]:
    """What was paid last for each of some enrolments."""
    rows = await tx.rows(
        SQL.paid_last, region_code=region_code, enrolment_ids=sorted(set(enrolment_ids))
    )
    return {
        row["enrolment_id"]: PaidLast(
            Period.parse(row["period"]), Money(row["amount_fen"]), row["issued_at"]
        )
        for row in rows
    }


def _kin(row: Row, payer_name: str = "") -> Kin:
    return Kin(
        region_code=row["region_code"],
        payer_id=row["payer_id"],
        person_id=row["person_id"],
        added_at=row["added_at"],
        state=KinState(row["state"]),
        version=row["version"],
        payer_name=payer_name,
    )
