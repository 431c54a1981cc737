"""App users (授权账号): under which id WeChat, Alipay, Baidu or a portal knows somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("app_users")


@dataclass(frozen=True, slots=True)
class AppUser:
    """Somebody as an app knows them: whose app, and their id there, hashed and sealed."""

    app: str
    id_hash: bytes
    id_sealed: bytes


async def keep(tx: Tx, *, region_code: str, user: AppUser, person_id: str, at: datetime) -> None:
    """An app's id is somebody's from now on."""
    await tx.run(
        SQL.keep_user,
        region_code=region_code,
        app=user.app,
        id_hash=user.id_hash,
        id_sealed=user.id_sealed,
        person_id=person_id,
        at=at,
    )


async def person_behind(tx: Tx, *, region_code: str, user: AppUser) -> str | None:
    """Whom an app's id belongs to, if we know."""
    row = await tx.row(
        SQL.person_behind, region_code=region_code, app=user.app, id_hash=user.id_hash
    )
    return None if row is None else str(row["person_id"])


async def sealed_id(tx: Tx, *, region_code: str, app: str, id_hash: bytes) -> bytes | None:
    """The id itself, sealed."""
    row = await tx.row(SQL.sealed_id, region_code=region_code, app=app, id_hash=id_hash)
    return None if row is None else bytes(row["id_sealed"])


async def of_person(tx: Tx, *, region_code: str, person_id: str) -> list[tuple[str, datetime]]:
    """The apps that know somebody, and since when."""
    rows = await tx.rows(SQL.users_of, region_code=region_code, person_id=person_id)
    return [(row["app"], row["since"]) for row in rows]


async def forget(tx: Tx, *, region_code: str, person_id: str, app: str) -> None:
    """An app lets somebody in no more."""
    await tx.run(SQL.forget_user, region_code=region_code, person_id=person_id, app=app)


async def lock_sealed_before(tx: Tx, *, region_code: str, newest: int, most: int) -> list[AppUser]:
    """Ids sealed with an older key, held for this transaction."""
    rows = await tx.rows(
        SQL.lock_users_sealed_before, region_code=region_code, newest=newest, most=most
    )
    return [AppUser(row["app"], row["id_hash"], row["id_sealed"]) for row in rows]


async def keep_sealed(tx: Tx, *, region_code: str, users: Sequence[AppUser]) -> None:
    """Keep the same ids, sealed with another key."""
    await tx.run(
        SQL.keep_users_sealed,
        region_code=region_code,
        apps=[user.app for user in users],
        hashes=[user.id_hash for user in users],
        sealed=[user.id_sealed for user in users],
    )
