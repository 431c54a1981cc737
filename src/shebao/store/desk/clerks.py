"""Clerks (经办人): who works for a region, and the sessions in which they do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shebao.core.desk.clerk import STEPS, Clerk, ClerkEvent, ClerkState, Duty
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("clerks")


@dataclass(frozen=True, slots=True)
class NewClerk:
    """A clerk about to be written down."""

    id: str
    number: str
    name: str
    office: str
    duties: frozenset[Duty]
    password: str
    second_step: bytes


@dataclass(frozen=True, slots=True)
class ClerkRow:
    """A clerk as the list shows one."""

    clerk: Clerk
    number: str
    state: ClerkState
    resting_until: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class ClerkAtDoor:
    """A clerk who is about to come in: what they must bring, and how often they missed."""

    clerk: Clerk
    number: str
    state: ClerkState
    version: int
    password: str
    second_step: bytes
    last_code: int
    misses: int
    resting_until: datetime | None


@dataclass(frozen=True, slots=True)
class ClerkSession:
    """A clerk who has come in."""

    clerk: Clerk
    number: str
    token_hash: bytes
    seen_at: datetime


async def insert(tx: Tx, *, region_code: str, new: NewClerk, at: datetime) -> bool:
    """Write a clerk down; whether the number was free."""
    written = await tx.run(
        SQL.insert_clerk,
        region_code=region_code,
        clerk_id=new.id,
        number=new.number,
        name=new.name,
        office=new.office,
        duties=sorted(new.duties),
        password=new.password,
        second_step=new.second_step,
        at=at,
    )
    return written == 1


async def of_region(tx: Tx, *, region_code: str) -> list[ClerkRow]:
    """The clerks of a region, by number."""
    rows = await tx.rows(SQL.of_region, region_code=region_code)
    return [
        ClerkRow(_clerk(row), row["number"], ClerkState(row["state"]), row["resting_until"])
        for row in rows
    ]


async def lock(tx: Tx, *, region_code: str, number: str) -> ClerkAtDoor | None:
    """The clerk of a number, held until the transaction ends."""
    row = await tx.row(SQL.lock_clerk, region_code=region_code, number=number)
    if row is None:
        return None
    return ClerkAtDoor(
        clerk=_clerk(row),
        number=row["number"],
        state=ClerkState(row["state"]),
        version=row["version"],
        password=row["password"],
        second_step=row["second_step"],
        last_code=row["last_code"],
        misses=row["misses"],
        resting_until=row["resting_until"],
    )


async def step(
    tx: Tx,
    seen: ClerkAtDoor,
    event: ClerkEvent,
    *,
    at: datetime,
    duties: Iterable[Duty] | None = None,
    keys: tuple[str, bytes] | None = None,
) -> None:
    """Take a clerk a step, with new duties, or a new password and second step. They are locked."""
    moved = await tx.run(
        SQL.step_clerk,
        region_code=seen.clerk.region_code,
        clerk_id=seen.clerk.id,
        seen=seen.version,
        state=STEPS.after(seen.state, event),
        event=event,
        duties=None if duties is None else sorted(duties),
        password=keys[0] if keys else None,
        second_step=keys[1] if keys else None,
        at=at,
    )
    assert moved == 1, "the clerk was not locked"


async def keep_tries(
    tx: Tx, clerk: Clerk, *, misses: int, resting_until: datetime | None, last_code: int
) -> None:
    """Remember how a clerk's sign-in went. They are locked."""
    await tx.run(
        SQL.keep_tries,
        region_code=clerk.region_code,
        clerk_id=clerk.id,
        misses=misses,
        resting_until=resting_until,
        last_code=last_code,
    )


async def begin_session(tx: Tx, clerk: Clerk, *, token_hash: bytes, at: datetime) -> None:
    """A clerk has come in."""
    await tx.run(
        SQL.begin_session,
        region_code=clerk.region_code,
        token_hash=token_hash,
        clerk_id=clerk.id,
        at=at,
    )


async def find_session(
    tx: Tx,
    *,
    region_code: str,
    token_hash: bytes,
    began_after: datetime,
    seen_after: datetime,
) -> ClerkSession | None:
    """The session of a token, unless it began or was last used too long ago."""
    row = await tx.row(
        SQL.find_session,
        region_code=region_code,
        token_hash=token_hash,
        began_after=began_after,
        seen_after=seen_after,
    )
    if row is None:
        return None
    return ClerkSession(_clerk(row), row["number"], row["token_hash"], row["seen_at"])


async def see_session(tx: Tx, *, region_code: str, token_hash: bytes, at: datetime) -> None:
    """The clerk of a session is still there."""
    await tx.run(SQL.see_session, region_code=region_code, token_hash=token_hash, at=at)


async def end_session(tx: Tx, *, region_code: str, token_hash: bytes) -> None:
    """The clerk of a session has gone."""
    await tx.run(SQL.end_session, region_code=region_code, token_hash=token_hash)


async def end_sessions_of(tx: Tx, clerk: Clerk) -> None:
    """End every session of a clerk."""
    await tx.run(SQL.end_sessions_of, region_code=clerk.region_code, clerk_id=clerk.id)


def _clerk(row: Row) -> Clerk:
    return Clerk(
        region_code=row["region_code"],
        id=row["id"],
        name=row["name"],
        office=row["office"],
        duties=frozenset(Duty(duty) for duty in row["duties"]),
    )
