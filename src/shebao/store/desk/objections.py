"""Objections (异议): what payers say is wrong, their evidence under seal, and the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shebao.core.desk.objection import (
    STEPS,
    Evidence,
    Matter,
    Objection,
    ObjectionEvent,
    ObjectionState,
)
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("objections")
SealedPaper = tuple[str, int, bytes]  # Objection, number, what is in it.


async def insert(tx: Tx, objection: Objection) -> bool:
    """Write a new objection down; whether its receipt had none waiting."""
    written = await tx.run(
        SQL.insert_objection,
        region_code=objection.region_code,
        objection_id=objection.id,
        receipt_number=objection.receipt_number,
        person_id=objection.person_id,
        raised_by=objection.raised_by,
        matter=objection.matter,
        says=objection.says,
        at=objection.raised_at,
    )
    return written == 1


async def keep_papers(
    tx: Tx, objection: Objection, papers: Sequence[tuple[Evidence, bytes]]
) -> None:
    """Write down what it brings, sealed."""
    await tx.run(
        SQL.insert_papers,
        region_code=objection.region_code,
        objection_id=objection.id,
        numbers=[paper.number for paper, _ in papers],
        names=[paper.name for paper, _ in papers],
        media_types=[paper.media_type for paper, _ in papers],
        sizes=[paper.size for paper, _ in papers],
        sealed=[sealed for _, sealed in papers],
    )


async def answer(
    tx: Tx, objection: Objection, event: ObjectionEvent, *, says: str, by: str, at: datetime
) -> None:
    """Answer an objection. It is locked."""
    moved = await tx.run(
        SQL.step_objection,
        region_code=objection.region_code,
        objection_id=objection.id,
        seen=objection.version,
        state=STEPS.after(objection.state, event),
        event=event,
        answer=says,
        answered_by=by,
        at=at,
    )
    assert moved == 1, "the objection was not locked"


async def lock(tx: Tx, *, region_code: str, objection_id: str) -> Objection:
    """One objection, held until the transaction ends. Raises LookupError."""
    row = await tx.row(SQL.lock_objection, region_code=region_code, objection_id=objection_id)
    return _found(row, objection_id)


async def by_id(tx: Tx, *, region_code: str, objection_id: str) -> Objection:
    """One objection, to look at. Raises LookupError."""
    row = await tx.row(SQL.by_id, region_code=region_code, objection_id=objection_id)
    return _found(row, objection_id)


async def of_receipt(tx: Tx, *, region_code: str, number: str) -> list[Objection]:
    """The objections to a receipt, newest first."""
    rows = await tx.rows(SQL.of_receipt, region_code=region_code, receipt_number=number)
    return [_objection(row) for row in rows]


async def raised_by(tx: Tx, *, region_code: str, person_id: str) -> list[Objection]:
    """What somebody has objected to, newest first."""
    rows = await tx.rows(SQL.raised_by, region_code=region_code, raised_by=person_id)
    return [_objection(row) for row in rows]


async def waiting(tx: Tx, *, region_code: str) -> list[Objection]:
    """Objections nobody has answered, the oldest first."""
    return [_objection(row) for row in await tx.rows(SQL.waiting, region_code=region_code)]


async def answered(tx: Tx, *, region_code: str) -> list[Objection]:
    """The objections that were answered last."""
    return [_objection(row) for row in await tx.rows(SQL.answered, region_code=region_code)]


async def papers(tx: Tx, *, region_code: str, objection_id: str) -> list[Evidence]:
    """The files an objection brought."""
    rows = await tx.rows(SQL.papers, region_code=region_code, objection_id=objection_id)
    return [_evidence(row) for row in rows]


async def paper(
    tx: Tx, *, region_code: str, objection_id: str, number: int
) -> tuple[Evidence, bytes] | None:
    """One of them, with what is in it, sealed."""
    row = await tx.row(SQL.paper, region_code=region_code, objection_id=objection_id, number=number)
    return None if row is None else (_evidence(row), row["sealed"])


async def lock_sealed_before(
    tx: Tx, *, region_code: str, newest: int, most: int
) -> list[SealedPaper]:
    """Files sealed with an older key."""
    rows = await tx.rows(
        SQL.lock_papers_sealed_before, region_code=region_code, newest=newest, most=most
    )
    return [(row["objection_id"], row["number"], row["sealed"]) for row in rows]


async def keep_sealed(tx: Tx, *, region_code: str, sealed: Sequence[SealedPaper]) -> None:
    """The same files, sealed again."""
    await tx.run(
        SQL.keep_papers_sealed,
        region_code=region_code,
        objection_ids=[objection_id for objection_id, _, _ in sealed],
        numbers=[number for _, number, _ in sealed],
        sealed=[content for _, _, content in sealed],
    )


def _found(row: Row | None, objection_id: str) -> Objection:
    if row is None:
        raise LookupError(objection_id)
    return _objection(row)


def _evidence(row: Row) -> Evidence:
    return Evidence(row["number"], row["name"], row["media_type"], row["size"])


def _objection(row: Row) -> Objection:
    return Objection(
        region_code=row["region_code"],
        id=row["id"],
        receipt_number=row["receipt_number"],
        person_id=row["person_id"],
        raised_by=row["raised_by"],
        matter=Matter(row["matter"]),
        says=row["says"],
        raised_at=row["raised_at"],
        state=ObjectionState(row["state"]),
        version=row["version"],
        answer=row["answer"],
        answered_by=row["answered_by"],
        answered_at=row["answered_at"],
    )
