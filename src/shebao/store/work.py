"""Work: where anything waits for the worker."""

from __future__ import annotations

from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("work")


async def regions_with_work(tx: Tx) -> list[str]:
    """The regions where a notice, an order, money or a refund waits."""
    return sorted(row["region_code"] for row in await tx.rows(SQL.regions_with_work))
