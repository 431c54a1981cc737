"""Pleas (请家人代付): links by which somebody asks a relative to pay some bills of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shebao.core.family.plea import STEPS, PleaEvent, PleaState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("pleas")


@dataclass(frozen=True, slots=True)
class Plea:
    """One link."""

    region_code: str
    id: str
    person_id: str
    bill_ids: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    payer_id: str | None = None
    asked_by: str = ""  # The collector who made it for a family; empty: the person themselves.
    state: PleaState = PleaState.OPEN
    version: int = 1


async def insert(tx: Tx, plea: Plea, *, token_hash: bytes) -> None:
    """A link is made."""
    await tx.run(
        SQL.insert_plea,
        region_code=plea.region_code,
        plea_id=plea.id,
        token_hash=token_hash,
        person_id=plea.person_id,
        bill_ids=list(plea.bill_ids),
        at=plea.made_at,
        expires_at=plea.expires_at,
        asked_by=plea.asked_by,
    )


async def by_token(tx: Tx, *, region_code: str, token_hash: bytes) -> Plea | None:
    """What a link leads to."""
    row = await tx.row(SQL.plea_by_token, region_code=region_code, token_hash=token_hash)
    return None if row is None else _plea(row)


async def lock(tx: Tx, *, region_code: str, plea_id: str) -> Plea | None:
    """One, held until the transaction ends."""
    row = await tx.row(SQL.lock_plea, region_code=region_code, plea_id=plea_id)
    return None if row is None else _plea(row)


async def step(
    tx: Tx, seen: Plea, event: PleaEvent, *, at: datetime, payer_id: str | None = None
) -> None:
    """Take one a step. It is locked."""
    moved = await tx.run(
        SQL.step_plea,
        region_code=seen.region_code,
        plea_id=seen.id,
        seen=seen.version,
        state=STEPS.after(seen.state, event),
        event=event,
        payer_id=payer_id,
        at=at,
    )
    assert moved == 1, "the plea was not locked"


async def of_person(tx: Tx, *, region_code: str, person_id: str, since: datetime) -> list[Plea]:
    """What somebody has asked since then, the newest first."""
    rows = await tx.rows(SQL.pleas_of, region_code=region_code, person_id=person_id, since=since)
    return [_plea(row) for row in rows]


async def entrusted(
    tx: Tx, *, region_code: str, payer_ids: Iterable[str], now: datetime
) -> frozenset[tuple[str, str]]:
    """Which bills some payers were asked to pay: payer and bill."""
    rows = await tx.rows(
        SQL.bills_entrusted, region_code=region_code, payer_ids=sorted(set(payer_ids)), now=now
    )
    return frozenset((row["payer_id"], row["bill_id"]) for row in rows)


def _plea(row: Row) -> Plea:
    return Plea(
        region_code=row["region_code"],
        id=row["id"],
        person_id=row["person_id"],
        bill_ids=tuple(row["bill_ids"]),
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        payer_id=row["payer_id"],
        asked_by=row["asked_by"],
        state=PleaState(row["state"]),
        version=row["version"],
    )
