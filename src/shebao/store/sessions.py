"""Sessions (登录): who has come in, and the codes that let them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("sessions")


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that waits for its code."""

    id: str
    person_id: str
    entry_channel: str
    code_hash: bytes
    tries_left: int
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in."""

    region_code: str
    token_hash: bytes
    person_id: str
    entry_channel: str
    expires_at: datetime
    name: str
    number_masked: str
    phone_masked: str | None


async def begin_sign_in(tx: Tx, *, region_code: str, sign_in: SignIn) -> None:
    """Remember what a code that was sent will mean."""
    await tx.run(
        SQL.begin_sign_in,
        region_code=region_code,
        sign_in_id=sign_in.id,
        person_id=sign_in.person_id,
        entry_channel=sign_in.entry_channel,
        code_hash=sign_in.code_hash,
        tries=sign_in.tries_left,
        expires_at=sign_in.expires_at,
    )


async def lock_sign_in(tx: Tx, *, region_code: str, sign_in_id: str) -> SignIn | None:
    """A sign-in, held until the transaction ends."""
    row = await tx.row(SQL.lock_sign_in, region_code=region_code, sign_in_id=sign_in_id)
    if row is None:
        return None
    return SignIn(
        id=row["id"],
        person_id=row["person_id"],
        entry_channel=row["entry_channel"],
        code_hash=row["code_hash"],
        tries_left=row["tries_left"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
    )


async def use_sign_in(tx: Tx, *, region_code: str, sign_in_id: str, at: datetime) -> None:
    """The right code came; it does not work again."""
    await tx.run(SQL.use_sign_in, region_code=region_code, sign_in_id=sign_in_id, at=at)


async def miss_sign_in(tx: Tx, *, region_code: str, sign_in_id: str) -> None:
    """A wrong code came; one try fewer is left."""
    await tx.run(SQL.miss_sign_in, region_code=region_code, sign_in_id=sign_in_id)


async def begin(
    tx: Tx, *, region_code: str, token_hash: bytes, sign_in: SignIn, at: datetime, until: datetime
) -> None:
    """Somebody has signed in, until then."""
    await tx.run(
        SQL.begin_session,
        region_code=region_code,
        token_hash=token_hash,
        person_id=sign_in.person_id,
        entry_channel=sign_in.entry_channel,
        at=at,
        expires_at=until,
    )


async def find(
    tx: Tx, *, keys: Sequence[tuple[str, bytes]], now: datetime
) -> dict[tuple[str, bytes], Session]:
    """Whose sessions these are, by region and hash of the token; an expired one is nobody's."""
    rows = await tx.rows(
        SQL.find_session,
        region_codes=[region_code for region_code, _ in keys],
        token_hashes=[token_hash for _, token_hash in keys],
        now=now,
    )
    return {(row["region_code"], row["token_hash"]): _session(row) for row in rows}


async def end(tx: Tx, *, region_code: str, token_hash: bytes) -> None:
    """Somebody has signed out."""
    await tx.run(SQL.end_session, region_code=region_code, token_hash=token_hash)


def _session(row: Row) -> Session:
    return Session(
        region_code=row["region_code"],
        token_hash=row["token_hash"],
        person_id=row["person_id"],
        entry_channel=row["entry_channel"],
        expires_at=row["expires_at"],
        name=row["name"],
        number_masked=row["number_masked"],
        phone_masked=row["phone_masked"],
    )
