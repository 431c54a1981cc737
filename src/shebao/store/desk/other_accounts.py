"""Other accounts (另一个账户): where refunds go that their channels cannot bring home, sealed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shebao.core.desk.other_account import Carrier
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("other_accounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAccount:
    """An account as it is kept: sealed, with what people may read of it."""

    repair_id: str
    refund_id: str
    amount: Money
    carrier: Carrier
    bank: str
    number_sealed: bytes = field(repr=False)
    number_hash: bytes = field(repr=False)
    number_masked: str
    holder_sealed: bytes = field(repr=False)
    holder_masked: str


async def insert(tx: Tx, *, region_code: str, kept: KeptAccount) -> None:
    """Keep the account of a proposal."""
    await tx.run(
        SQL.insert_account,
        region_code=region_code,
        repair_id=kept.repair_id,
        refund_id=kept.refund_id,
        carrier=kept.carrier,
        bank=kept.bank,
        number_sealed=kept.number_sealed,
        number_hash=kept.number_hash,
        number_masked=kept.number_masked,
        holder_sealed=kept.holder_sealed,
        holder_masked=kept.holder_masked,
    )


async def of_repairs(
    tx: Tx, *, region_code: str, repair_ids: Iterable[str]
) -> dict[str, KeptAccount]:
    """The accounts of some proposals, by the proposal; those without one are left out."""
    rows = await tx.rows(SQL.of_repairs, region_code=region_code, repair_ids=list(repair_ids))
    return {row["repair_id"]: _kept(row) for row in rows}


async def lock_sealed_before(
    tx: Tx, *, region_code: str, newest: int, most: int
) -> list[tuple[str, bytes, bytes]]:
    """Accounts sealed with an older key: of which proposal, number, holder. Held."""
    rows = await tx.rows(SQL.lock_sealed_before, region_code=region_code, newest=newest, most=most)
    return [(row["repair_id"], row["number_sealed"], row["holder_sealed"]) for row in rows]


async def keep_sealed(
    tx: Tx, *, region_code: str, sealed: Sequence[tuple[str, bytes, bytes]]
) -> None:
    """Keep accounts sealed with another key. They are held."""
    await tx.run(
        SQL.keep_sealed,
        region_code=region_code,
        ids=[one for one, _, _ in sealed],
        numbers=[number for _, number, _ in sealed],
        holders=[holder for _, _, holder in sealed],
    )


def _kept(row: Row) -> KeptAccount:
    return KeptAccount(
        repair_id=row["repair_id"],
        refund_id=row["refund_id"],
        amount=Money(row["amount_fen"]),
        carrier=Carrier(row["carrier"]),
        bank=row["bank"],
        number_sealed=row["number_sealed"],
        number_hash=row["number_hash"],
        number_masked=row["number_masked"],
        holder_sealed=row["holder_sealed"],
        holder_masked=row["holder_masked"],
    )
