"""Events: when each step of a thing was taken. The steps themselves write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("events")


async def times_of(
    tx: Tx, *, region_code: str, subject_ids: Iterable[str]
) -> Mapping[str, Mapping[str, datetime]]:
    """For each thing: when what happened to it, for the last time."""
    rows = await tx.rows(
        SQL.of_subjects, region_code=region_code, subject_ids=sorted(set(subject_ids))
    )
    found: dict[str, dict[str, datetime]] = {}
    for row in rows:
        found.setdefault(row["subject_id"], {})[row["event"]] = row["at"]
    return found
