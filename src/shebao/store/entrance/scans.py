"""Scans (扫码登录): codes that desktops show, and whose telephone said what to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shebao.core.entrance.scan import STEPS, ScanEvent, ScanState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("scans")


@dataclass(frozen=True, slots=True)
class Scan:
    """One code."""

    region_code: str
    id: str
    entry_channel: str
    device: str
    shown_at: datetime
    expires_at: datetime
    for_person: str | None = None
    person_id: str | None = None
    state: ScanState = ScanState.SHOWN
    version: int = 1


async def insert(tx: Tx, scan: Scan) -> None:
    """A code is shown."""
    await tx.run(
        SQL.insert_scan,
        region_code=scan.region_code,
        scan_id=scan.id,
        for_person=scan.for_person,
        entry_channel=scan.entry_channel,
        device=scan.device,
        at=scan.shown_at,
        expires_at=scan.expires_at,
    )


async def by_id(tx: Tx, *, region_code: str, scan_id: str) -> Scan | None:
    """One code, to look at."""
    row = await tx.row(SQL.scan_by_id, region_code=region_code, scan_id=scan_id)
    return None if row is None else _scan(row)


async def lock(tx: Tx, *, region_code: str, scan_id: str) -> Scan | None:
    """One code, held until the transaction ends."""
    row = await tx.row(SQL.lock_scan, region_code=region_code, scan_id=scan_id)
    return None if row is None else _scan(row)


async def step(
    tx: Tx, seen: Scan, event: ScanEvent, *, at: datetime, person_id: str | None = None
) -> None:
    """Take a code a step, saying whose telephone did it. It is locked."""
    moved = await tx.run(
        SQL.step_scan,
        region_code=seen.region_code,
        scan_id=seen.id,
        seen=seen.version,
        state=STEPS.after(seen.state, event),
        event=event,
        person_id=person_id,
        at=at,
    )
    assert moved == 1, "the code was not locked"


def _scan(row: Row) -> Scan:
    return Scan(
        region_code=row["region_code"],
        id=row["id"],
        for_person=row["for_person"],
        person_id=row["person_id"],
        entry_channel=row["entry_channel"],
        device=row["device"],
        shown_at=row["shown_at"],
        expires_at=row["expires_at"],
        state=ScanState(row["state"]),
        version=row["version"],
    )
