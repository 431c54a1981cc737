"""Credentials (登录密码): user names and passwords, and how often somebody guessed at one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.entrance.credential import STEPS, CredentialEvent, CredentialState
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("credentials")


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """A user name and password, and how often it was missed."""

    region_code: str
    person_id: str
    user_name: str
    password: str
    misses: int
    resting_until: datetime | None
    state: CredentialState
    version: int


@dataclass(frozen=True, slots=True, repr=False)
class Chosen:
    """What somebody has chosen: the password hashed, the telephone too."""

    user_name: str | None
    password: str | None
    phone_hash: bytes | None = None


async def insert(tx: Tx, *, region_code: str, person_id: str, chosen: Chosen, at: datetime) -> bool:
    """Write down what somebody without a password has chosen; whether the name was free."""
    written = await tx.run(
        SQL.insert_credential,
        region_code=region_code,
        person_id=person_id,
        user_name=chosen.user_name,
        password=chosen.password,
        phone_hash=chosen.phone_hash,
        at=at,
    )
    return written == 1


async def find(
    tx: Tx,
    *,
    region_code: str,
    user_name: str,
    number_hashes: Sequence[bytes],
    phone_hash: bytes | None,
) -> Credential | None:
    """Whose a user name, number or telephone is; nobody's, if it is several people's."""
    rows = await tx.rows(
        SQL.find_credentials,
        region_code=region_code,
        user_name=user_name,
        number_hashes=number_hashes,
        phone_hash=phone_hash,
    )
    return _credential(rows[0]) if len(rows) == 1 else None


async def of_person(tx: Tx, *, region_code: str, person_id: str) -> Credential | None:
    """Somebody's own, if they have chosen one."""
    row = await tx.row(SQL.credential_of, region_code=region_code, person_id=person_id)
    return None if row is None else _credential(row)


async def lock(tx: Tx, *, region_code: str, person_id: str) -> Credential | None:
    """Somebody's own, held until the transaction ends."""
    row = await tx.row(SQL.lock_credential, region_code=region_code, person_id=person_id)
    return None if row is None else _credential(row)


async def step(
    tx: Tx, seen: Credential, event: CredentialEvent, *, at: datetime, chosen: Chosen
) -> None:
    """Take it a step, with what is new. It is locked."""
    moved = await tx.run(
        SQL.step_credential,
        region_code=seen.region_code,
        person_id=seen.person_id,
        seen=seen.version,
        state=STEPS.after(seen.state, event),
        event=event,
        user_name=chosen.user_name,
        password=chosen.password,
        phone_hash=chosen.phone_hash,
        at=at,
    )
    assert moved == 1, "the credential was not locked"


async def keep_tries(
    tx: Tx, seen: Credential, *, misses: int, resting_until: datetime | None
) -> None:
    """Remember how a sign-in went. It is locked."""
    await tx.run(
        SQL.keep_tries,
        region_code=seen.region_code,
        person_id=seen.person_id,
        misses=misses,
        resting_until=resting_until,
    )


async def is_taken(tx: Tx, *, region_code: str, person_id: str, user_name: str) -> bool:
    """Whether somebody else has a user name."""
    row = await tx.row(
        SQL.is_taken, region_code=region_code, person_id=person_id, user_name=user_name
    )
    return row is not None


def _credential(row: Row) -> Credential:
    return Credential(
        region_code=row["region_code"],
        person_id=row["person_id"],
        user_name=row["user_name"],
        password=row["password"],
        misses=row["misses"],
        resting_until=row["resting_until"],
        state=CredentialState(row["state"]),
        version=row["version"],
    )
