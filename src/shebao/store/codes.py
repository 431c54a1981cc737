"""Codes (查询码): the short number of an order that is read out to the hotline."""

from __future__ import annotations

from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("codes")


async def of_order(tx: Tx, *, region_code: str, order_id: str) -> str | None:
    """The code of an order, if it has one."""
    row = await tx.row(SQL.of_order, region_code=region_code, order_id=order_id)
    return None if row is None else row["code"]


async def give(tx: Tx, *, region_code: str, order_id: str, code: str) -> bool:
    """Give an order a code; whether the code was free and the order had none."""
    given = await tx.run(SQL.give, region_code=region_code, code=code, order_id=order_id)
    return given == 1


async def order_of(tx: Tx, *, region_code: str, code: str) -> str | None:
    """The order of a code."""
    row = await tx.row(SQL.order_of, region_code=region_code, code=code)
    return None if row is None else row["order_id"]


async def order_of_receipt(tx: Tx, *, region_code: str, number: str) -> str | None:
    """The order of a receipt."""
    row = await tx.row(SQL.order_of_receipt, region_code=region_code, number=number)
    return None if row is None else row["order_id"]
