"""Wholes (合单): orders of several cities that are paid in one payment, and the tries at that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.channel import Cashier
from shebao.core.whole import Try, Whole, WholeOrder
from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("wholes")


@dataclass(frozen=True, slots=True)
class Belonging:
    """Which whole an order belongs to, and in which city that lies."""

    whole_id: str
    home: str


async def insert(tx: Tx, whole: Whole) -> None:
    """Write a whole down, before its orders are opened. One that is here already stays."""
    await tx.run(
        SQL.insert_whole,
        region_code=whole.region_code,
        whole_id=whole.id,
        payer_id=whole.payer_id,
        regions=list(whole.regions),
        region_codes=list(whole.regions),
        order_ids=[one.order_id for one in whole.orders],
        payer_ids=[one.payer_id for one in whole.orders],
        entry_channels=[one.entry_channel for one in whole.orders],
        at=whole.opened_at,
    )


async def by_id(tx: Tx, *, region_codes: Iterable[str], whole_id: str) -> Whole | None:
    """A whole that lies in one of these cities."""
    rows = await tx.rows(SQL.whole_by_id, region_codes=sorted(region_codes), whole_id=whole_id)
    if not rows:
        return None
    return Whole(
        region_code=rows[0]["home"],
        id=rows[0]["id"],
        payer_id=rows[0]["owner_id"],
        orders=tuple(
            WholeOrder(row["region_code"], row["order_id"], row["payer_id"], row["entry_channel"])
            for row in rows
        ),
        opened_at=rows[0]["opened_at"],
    )


async def of_orders(tx: Tx, *, region_code: str, order_ids: Iterable[str]) -> dict[str, Belonging]:
    """Which wholes some orders of a city belong to; an ordinary order is not among them."""
    rows = await tx.rows(
        SQL.wholes_of_orders, region_code=region_code, order_ids=sorted(set(order_ids))
    )
    return {row["order_id"]: Belonging(row["whole_id"], row["home"]) for row in rows}


async def begin_try(tx: Tx, begun: Try, *, at: datetime) -> None:
    """Write a new try down, before the channel hears of it."""
    regions = [region_code for region_code, _ in begun.parts]
    await tx.run(
        SQL.begin_try,
        region_code=begun.region_code,
        try_id=begun.id,
        whole_id=begun.whole_id,
        regions=regions,
        region_codes=regions,
        attempt_ids=[attempt_id for _, attempt_id in begun.parts],
        at=at,
    )


async def keep_cashier(tx: Tx, begun: Try, cashier: Cashier) -> None:
    """Keep where the payer goes on, as the channel gave it."""
    await tx.run(
        SQL.keep_try_cashier,
        region_code=begun.region_code,
        try_id=begun.id,
        cashier={
            "url": cashier.url,
            "code": cashier.code,
            "parameters": dict(cashier.parameters),
        },
    )


async def try_of(tx: Tx, *, region_code: str, attempt_id: str) -> Try | None:
    """The try an attempt is a part of."""
    rows = await tx.rows(SQL.try_of_attempt, region_code=region_code, attempt_id=attempt_id)
    if not rows:
        return None
    cashier = rows[0]["cashier"]
    return Try(
        region_code=rows[0]["home"],
        id=rows[0]["id"],
        whole_id=rows[0]["whole_id"],
        parts=tuple((row["region_code"], row["attempt_id"]) for row in rows),
        cashier=Cashier(**cashier) if cashier else None,
    )


async def regions_of(
    tx: Tx, *, region_codes: Iterable[str], attempt_ids: Sequence[str]
) -> dict[str, str]:
    """In which city each of some parts is; what is nobody's part is not among them."""
    rows = await tx.rows(
        SQL.regions_of_parts, region_codes=sorted(region_codes), attempt_ids=list(attempt_ids)
    )
    return {row["attempt_id"]: row["region_code"] for row in rows}
