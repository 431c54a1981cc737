"""Face checks (刷脸核验): what a provider said of somebody's face, and never the face."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shebao.core.entrance.face_check import STEPS, FaceEvent, FaceState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("face_checks")


@dataclass(frozen=True, slots=True)
class FaceCheck:
    """One check."""

    region_code: str
    id: str
    person_id: str
    entry_channel: str
    asked_at: datetime
    expires_at: datetime
    reference: str = ""
    reason: str = ""
    state: FaceState = FaceState.ASKED
    version: int = 1


async def insert(tx: Tx, check: FaceCheck) -> None:
    """A check is asked for."""
    await tx.run(
        SQL.insert_check,
        region_code=check.region_code,
        check_id=check.id,
        person_id=check.person_id,
        entry_channel=check.entry_channel,
        at=check.asked_at,
        expires_at=check.expires_at,
    )


async def keep_reference(tx: Tx, *, region_code: str, check_id: str, reference: str) -> None:
    """Keep the number the provider gave a check."""
    await tx.run(
        SQL.keep_reference, region_code=region_code, check_id=check_id, reference=reference
    )


async def by_id(tx: Tx, *, region_code: str, check_id: str) -> FaceCheck | None:
    """One check, to look at."""
    row = await tx.row(SQL.check_by_id, region_code=region_code, check_id=check_id)
    return None if row is None else _check(row)


async def lock(tx: Tx, *, region_code: str, check_id: str) -> FaceCheck | None:
    """One check, held until the transaction ends."""
    row = await tx.row(SQL.lock_check, region_code=region_code, check_id=check_id)
    return None if row is None else _check(row)


async def failed_since(tx: Tx, *, region_code: str, person_id: str, since: datetime) -> int:
    """How many checks of somebody failed since then."""
    row = await tx.row(SQL.failed_since, region_code=region_code, person_id=person_id, since=since)
    assert row is not None
    return int(row["failed"])


async def step(
    tx: Tx, seen: FaceCheck, event: FaceEvent, *, at: datetime, reason: str = ""
) -> None:
    """Take a check a step. It is locked."""
    moved = await tx.run(
        SQL.step_check,
        region_code=seen.region_code,
        check_id=seen.id,
        seen=seen.version,
        state=STEPS.after(seen.state, event),
        event=event,
        reason=reason or seen.reason,
        at=at,
    )
    assert moved == 1, "the check was not locked"


def _check(row: Row) -> FaceCheck:
    return FaceCheck(
        region_code=row["region_code"],
        id=row["id"],
        person_id=row["person_id"],
        entry_channel=row["entry_channel"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        reference=row["reference"],
        reason=row["reason"],
        state=FaceState(row["state"]),
        version=row["version"],
    )
