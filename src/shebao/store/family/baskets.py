"""Baskets (一起缴): what somebody has put aside to pay together with what other cities want."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("baskets")


async def put_in(
    tx: Tx, *, region_code: str, payer_id: str, bill_ids: Iterable[str], at: datetime
) -> None:
    """Bills of a city go into somebody's basket; one that is there already stays."""
    await tx.run(
        SQL.put_in, region_code=region_code, payer_id=payer_id, bill_ids=sorted(bill_ids), at=at
    )


async def take_out(tx: Tx, *, region_code: str, payer_id: str, bill_ids: Iterable[str]) -> None:
    """Bills of a city leave somebody's basket."""
    await tx.run(
        SQL.take_out, region_code=region_code, payer_id=payer_id, bill_ids=sorted(bill_ids)
    )


async def lines_of(tx: Tx, *, region_code: str, payer_id: str) -> list[str]:
    """The bills in somebody's basket in a city."""
    rows = await tx.rows(SQL.lines_of, region_code=region_code, payer_id=payer_id)
    return [row["bill_id"] for row in rows]
