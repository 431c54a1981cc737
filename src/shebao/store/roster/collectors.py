"""Collectors (代收单位): offices that collect for many, and what each may collect."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from shebao.core.roster.collector import (
    STEPS,
    Collector,
    CollectorEvent,
    CollectorKind,
    CollectorState,
    Scope,
)
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL: Final = Queries("collectors")


async def insert(tx: Tx, collector: Collector, *, at: datetime) -> bool:
    """Write a new collector down; False where its office is taken."""
    made = await tx.run(
        SQL.insert_collector,
        region_code=collector.region_code,
        collector_id=collector.id,
        office=collector.office,
        name=collector.name,
        kind=collector.kind,
        scopes=_written(collector.scopes),
        at=at,
    )
    return made == 1


async def of_region(tx: Tx, *, region_code: str) -> list[Collector]:
    """Every collector of a region."""
    rows = await tx.rows(SQL.collectors_of_region, region_code=region_code)
    return [_collector(row) for row in rows]


async def of_office(tx: Tx, *, region_code: str, office: str) -> Collector | None:
    """The collector an office is, if it is one."""
    row = await tx.row(SQL.collector_of_office, region_code=region_code, office=office)
    return None if row is None else _collector(row)


async def lock(tx: Tx, *, region_code: str, office: str) -> Collector | None:
    """The same, held until the transaction ends."""
    row = await tx.row(SQL.lock_collector, region_code=region_code, office=office)
    return None if row is None else _collector(row)


async def step(
    tx: Tx,
    seen: Collector,
    event: CollectorEvent,
    *,
    at: datetime,
    scopes: tuple[Scope, ...] | None = None,
) -> None:
    """Take one a step. It is locked."""
    moved = await tx.run(
        SQL.step_collector,
        region_code=seen.region_code,
        collector_id=seen.id,
        seen=seen.version,
        state=STEPS.after(seen.state, event),
        event=event,
        scopes=None if scopes is None else _written(scopes),
        at=at,
    )
    assert moved == 1, "the collector was not locked"


def _written(scopes: tuple[Scope, ...]) -> list[list[str | None]]:
    return [[scope.scheme, scope.category, scope.district] for scope in scopes]


def _collector(row: Row) -> Collector:
    return Collector(
        region_code=row["region_code"],
        id=row["id"],
        office=row["office"],
        name=row["name"],
        kind=CollectorKind(row["kind"]),
        scopes=tuple(Scope(*scope) for scope in row["scopes"]),
        state=CollectorState(row["state"]),
        version=row["version"],
    )
