"""Posting: what a bank said of lines that were sent, written on them and on what they held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shebao.core.deduction.batch import Batch
from shebao.core.deduction.line import Reason
from shebao.core.policy.batch_days import BatchTerms
from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL: Final = Queries("posting")


@dataclass(frozen=True, slots=True)
class Failed:
    """A line of which nothing was collected, and why."""

    serial: int
    reason: Reason
    says: str


async def succeed(tx: Tx, batch: Batch, *, serials: Sequence[int], at: datetime) -> None:
    """Lines whose money is in the books."""
    await tx.run(
        SQL.succeed,
        region_code=batch.region_code,
        batch_id=batch.id,
        scheme=batch.scheme,
        serials=serials,
        at=at,
    )


async def fail(
    tx: Tx,
    batch: Batch,
    failed: Sequence[Failed],
    terms: BatchTerms,
    *,
    again_on: date | None,
    at: datetime,
) -> None:
    """Lines of which nothing was collected: their bills can be paid again."""
    await tx.row(
        SQL.fail,
        region_code=batch.region_code,
        batch_id=batch.id,
        scheme=batch.scheme,
        day=batch.day,
        serials=[one.serial for one in failed],
        reasons=[one.reason for one in failed],
        says=[one.says for one in failed],
        order_seed=batch.order_seed,
        attempt_seed=batch.attempt_seed,
        stop_after=terms.stop_after_months,
        next_on=again_on,
        at=at,
    )


async def doubt(tx: Tx, batch: Batch, *, serials: Sequence[int], at: datetime) -> None:
    """Lines of which the bank does not know what became of them."""
    await tx.run(
        SQL.doubt,
        region_code=batch.region_code,
        batch_id=batch.id,
        serials=serials,
        attempt_seed=batch.attempt_seed,
        at=at,
    )


async def reverse(tx: Tx, *, region_code: str, attempt_id: str, at: datetime) -> None:
    """The line, if it was one, whose money a bank took back."""
    await tx.run(SQL.reverse, region_code=region_code, attempt_id=attempt_id, at=at)
