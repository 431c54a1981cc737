"""Errands: what is left to do about a few lines: the payer is told, the bank is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shebao.core.money import Money
from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL: Final = Queries("errands")


@dataclass(frozen=True, slots=True)
class ToTell:
    """A payer who could not be collected from and does not know it yet."""

    batch_id: str
    serial: int
    amount: Money
    reason: str
    phone_sealed: bytes | None
    next_on: date | None
    scheme: str
    day: date


async def in_doubt(
    tx: Tx, *, region_code: str, looked_before: datetime, most: int
) -> list[tuple[str, int]]:
    """Batch and serial of lines nobody knows the end of."""
    rows = await tx.rows(
        SQL.in_doubt, region_code=region_code, looked_before=looked_before, most=most
    )
    return [(row["batch_id"], row["serial"]) for row in rows]


async def untold(tx: Tx, *, region_code: str, looked_before: datetime, most: int) -> list[ToTell]:
    """Payers who could not be collected from and have not been told."""
    rows = await tx.rows(
        SQL.untold, region_code=region_code, looked_before=looked_before, most=most
    )
    return [
        ToTell(
            row["batch_id"],
            row["serial"],
            Money(row["amount_fen"]),
            row["reason"],
            row["phone_sealed"],
            row["next_on"],
            row["scheme"],
            row["day"],
        )
        for row in rows
    ]


async def told(tx: Tx, *, region_code: str, batch_id: str, serial: int) -> None:
    """The payer of a line was told."""
    await tx.run(
        SQL.run_errand, region_code=region_code, errand="tell", batch_id=batch_id, serial=serial
    )


async def looked(
    tx: Tx, *, region_code: str, errand: str, line: tuple[str, int], at: datetime
) -> None:
    """An errand was tried just now, and has to be tried again."""
    batch_id, serial = line
    await tx.run(
        SQL.looked,
        region_code=region_code,
        errand=errand,
        batch_id=batch_id,
        serial=serial,
        at=at,
    )
