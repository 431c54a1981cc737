"""Enrolments (参保): who belongs to which scheme, as the agency told us."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shebao.core.enrolment import STEPS, Enrolment, EnrolmentEvent, EnrolmentState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries
from shebao.store.written import amount_of, period_of

SQL = Queries("enrolments")
_STATES: Final = {str(state): state for state in EnrolmentState}


@dataclass(frozen=True, slots=True)
class Application:
    """Somebody who is to be enrolled, found by their hashed number."""

    id: str
    number_hash: bytes
    category: str | None
    district: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An application nobody has decided, and whose it is."""

    enrolment: Enrolment
    name: str
    number_masked: str


async def keep(tx: Tx, enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """Write an enrolment down, or bring the one we have up to date."""
    last = enrolment.last_choice
    row = await tx.row(
        SQL.insert_enrolment,
        region_code=enrolment.region_code,
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        scheme=enrolment.scheme,
        district=enrolment.district,
        category=enrolment.category,
        identity=enrolment.identity,
        subsidised_years=enrolment.subsidised_years,
        last_choice_fen=last.fen if last else None,
        paid_until=str(enrolment.paid_until) if enrolment.paid_until else None,
        at=at,
    )
    assert row is not None
    return _enrolment(row)


async def apply_for(
    tx: Tx, *, region_code: str, scheme: str, applications: Sequence[Application], at: datetime
) -> None:
    """Write applications down; who has an enrolment of any kind keeps that."""
    await tx.run(
        SQL.insert_applications,
        region_code=region_code,
        scheme=scheme,
        ids=[one.id for one in applications],
        hashes=[one.number_hash for one in applications],
        categories=[one.category for one in applications],
        districts=[one.district for one in applications],
        at=at,
    )


async def waiting(tx: Tx, *, region_code: str, most: int) -> list[Waiting]:
    """Applications nobody has decided, the oldest first."""
    rows = await tx.rows(SQL.applications_waiting, region_code=region_code, most=most)
    return [Waiting(_enrolment(row), row["name"], row["number_masked"]) for row in rows]


async def step(tx: Tx, seen: Enrolment, event: EnrolmentEvent, *, at: datetime) -> Enrolment:
    """Take an enrolment a step; it is locked."""
    state = STEPS.after(seen.state, event)
    moved = await tx.run(
        SQL.step_enrolment,
        region_code=seen.region_code,
        enrolment_id=seen.id,
        seen=seen.state,
        event=event,
        state=state,
        at=at,
    )
    assert moved == 1, "the enrolment was not locked"
    return replace(seen, state=state)


async def of_persons(
    tx: Tx, *, region_code: str, person_ids: Iterable[str]
) -> dict[str, list[Enrolment]]:
    """What each of some persons belongs to, with the last amount chosen."""
    rows = await tx.rows(
        SQL.of_persons, region_code=region_code, person_ids=sorted(set(person_ids))
    )
    found: dict[str, list[Enrolment]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append(_enrolment(row))
    return found


async def by_id(tx: Tx, *, region_code: str, enrolment_id: str) -> Enrolment:
    """One enrolment. Raises LookupError when there is none."""
    row = await tx.row(SQL.by_id, region_code=region_code, enrolment_id=enrolment_id)
    if row is None:
        raise LookupError(enrolment_id)
    return _enrolment(row)


async def lock(tx: Tx, *, region_code: str, enrolment_id: str) -> Enrolment:
    """One enrolment, held until the transaction ends. Raises LookupError when there is none."""
    row = await tx.row(SQL.lock_enrolment, region_code=region_code, enrolment_id=enrolment_id)
    if row is None:
        raise LookupError(enrolment_id)
    return _enrolment(row)


def _enrolment(row: Row) -> Enrolment:
    last = row["last_choice_fen"]
    return Enrolment(
        region_code=row["region_code"],
        id=row["id"],
        person_id=row["person_id"],
        scheme=row["scheme"],
        district=row["district"],
        category=row["category"],
        identity=row["identity"],
        subsidised_years=row["subsidised_years"],
        last_choice=None if last is None else amount_of(last),
        paid_until=period_of(row["paid_until"]) if row["paid_until"] else None,
        state=_STATES[row["state"]],
    )
