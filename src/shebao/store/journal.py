"""Journal (总账): entries are posted here, and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shebao.core.journal import Account, Entry
from shebao.core.money import Money
from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("journal")


async def post(tx: Tx, *, region_code: str, entries: Sequence[Entry], at: datetime) -> int:
    """Write entries, and say how many lines were new. A reference posts once."""
    if not entries:
        return 0
    lines = [
        (entry.reference, number, line)
        for entry in entries
        for number, line in enumerate(entry.lines, start=1)
    ]
    return await tx.run(
        SQL.post,
        region_code=region_code,
        references=[entry.reference for entry in entries],
        counts=[len(entry.lines) for entry in entries],
        line_references=[reference for reference, _, _ in lines],
        line_numbers=[number for _, number, _ in lines],
        accounts=[line.account for _, _, line in lines],
        amounts=[line.amount.fen for _, _, line in lines],
        at=at,
    )


async def balance(tx: Tx, *, region_code: str, account: Account) -> Money:
    """What an account holds."""
    row = await tx.row(SQL.balance, region_code=region_code, account=account)
    assert row is not None
    return Money(row["amount_fen"])


async def trial_balance(tx: Tx) -> list[tuple[str, Account, Money]]:
    """What every account of every region holds. It sums to zero."""
    rows = await tx.rows(SQL.trial_balance)
    return [(row["region_code"], Account(row["account"]), Money(row["amount_fen"])) for row in rows]
