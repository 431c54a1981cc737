"""Wishes: who does not want to be in the next batch, and who could not be collected from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL: Final = Queries("wishes")


@dataclass(frozen=True, slots=True)
class Miss:
    """Since how many months somebody could not be collected from, and when it is tried again.

    Without a day it is not tried again for this period, or, where it is stopped, at all.
    """

    scheme: str
    months: int
    last_on: date
    next_on: date | None
    period: str
    stopped: bool

    def bars(self, period: str, day: date | None) -> bool:
        """Whether nothing is collected for a period on a day."""
        if self.next_on is None:
            return self.stopped or period <= self.period
        return day is not None and self.next_on > day


async def skip_next(tx: Tx, *, region_code: str, person_id: str, scheme: str, at: datetime) -> None:
    """Leave somebody out of the next batch of a scheme."""
    await tx.run(SQL.skip_next, region_code=region_code, person_id=person_id, scheme=scheme, at=at)


async def unskip(tx: Tx, *, region_code: str, person_id: str, scheme: str) -> None:
    """Leave somebody out no more."""
    await tx.run(SQL.unskip, region_code=region_code, person_id=person_id, scheme=scheme)


async def skips(tx: Tx, *, region_code: str, person_ids: Sequence[str]) -> dict[str, set[str]]:
    """The schemes whose next batch each of some people does not want to be in."""
    found: dict[str, set[str]] = {}
    for row in await tx.rows(SQL.skips, region_code=region_code, person_ids=person_ids):
        found.setdefault(row["person_id"], set()).add(row["scheme"])
    return found


async def skips_again(tx: Tx, *, region_code: str, batch_id: str) -> None:
    """Whom a cancelled batch left out is left out of the next one instead."""
    await tx.run(SQL.skips_again, region_code=region_code, batch_id=batch_id)


async def misses(
    tx: Tx, *, region_code: str, person_ids: Sequence[str]
) -> dict[str, dict[str, Miss]]:
    """What could not be collected from each of some people, by scheme."""
    found: dict[str, dict[str, Miss]] = {}
    for row in await tx.rows(SQL.misses, region_code=region_code, person_ids=person_ids):
        facts = dict(row)
        person_id = facts.pop("person_id")
        found.setdefault(person_id, {})[row["scheme"]] = Miss(**facts)
    return found


async def begin_again(tx: Tx, *, region_code: str, person_id: str, scheme: str) -> int:
    """Let somebody be collected from again; say whether they had been stopped."""
    return await tx.run(
        SQL.begin_again, region_code=region_code, person_id=person_id, scheme=scheme
    )
