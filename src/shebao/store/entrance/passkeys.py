"""Passkeys (通行密钥): the public halves of keys that live in people's own devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("passkeys")


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of somebody."""

    id: bytes
    name: str
    public_key: bytes
    sign_count: int
    added_at: datetime
    used_at: datetime | None = None


async def insert(tx: Tx, *, region_code: str, person_id: str, passkey: Passkey) -> None:
    """Write one down; one that is known stays whose it is."""
    await tx.run(
        SQL.insert_passkey,
        region_code=region_code,
        passkey_id=passkey.id,
        person_id=person_id,
        name=passkey.name,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        at=passkey.added_at,
    )


async def of_person(tx: Tx, *, region_code: str, person_id: str) -> list[Passkey]:
    """Somebody's passkeys, the oldest first."""
    rows = await tx.rows(SQL.passkeys_of, region_code=region_code, person_id=person_id)
    return [
        Passkey(
            id=row["id"],
            name=row["name"],
            public_key=row["public_key"],
            sign_count=row["sign_count"],
            added_at=row["added_at"],
            used_at=row["used_at"],
        )
        for row in rows
    ]


async def use(
    tx: Tx, *, region_code: str, passkey_id: bytes, sign_count: int, at: datetime
) -> bool:
    """One was used; whether its counter went up as it must."""
    used = await tx.run(
        SQL.use_passkey,
        region_code=region_code,
        passkey_id=passkey_id,
        sign_count=sign_count,
        at=at,
    )
    return used == 1


async def remove(tx: Tx, *, region_code: str, person_id: str, passkey_id: bytes) -> None:
    """One lets nobody in any more."""
    await tx.run(
        SQL.remove_passkey, region_code=region_code, person_id=person_id, passkey_id=passkey_id
    )
