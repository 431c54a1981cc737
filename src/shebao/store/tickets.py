"""Tickets (收银凭票): what a mini program brings to learn how its cashier is opened."""

from __future__ import annotations

from datetime import datetime

from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("tickets")


async def put(
    tx: Tx, *, region_code: str, attempt_id: str, ticket_hash: bytes, expires_at: datetime
) -> None:
    """A ticket for an attempt; an earlier one is worth nothing from now on."""
    await tx.run(
        SQL.put_ticket,
        region_code=region_code,
        attempt_id=attempt_id,
        hash=ticket_hash,
        expires_at=expires_at,
    )


async def take(tx: Tx, *, region_code: str, ticket_hash: bytes) -> tuple[str, datetime] | None:
    """Take a ticket away: its attempt, and until when it was good."""
    row = await tx.row(SQL.take_ticket, region_code=region_code, hash=ticket_hash)
    return None if row is None else (row["attempt_id"], row["expires_at"])
