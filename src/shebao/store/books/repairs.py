"""Repairs (差异处理): proposals, who made and decided them, and what they put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from shebao.core.books.repair import STEPS, Remedy, Repair, RepairEvent, RepairState
from shebao.core.channel import Method
from shebao.core.journal import Account, Entry, Line
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("repairs")


async def insert(tx: Tx, new: Repair) -> bool:
    """Write a proposal down; no when there is one already that counts."""
    written = await tx.run(
        SQL.insert_repair,
        region_code=new.region_code,
        repair_id=new.id,
        difference_id=new.difference_id,
        refund_id=new.refund_id,
        remedy=new.remedy,
        says=new.says,
        reference=new.reference,
        proposed_by=new.proposed_by,
        at=new.proposed_at,
    )
    return written == 1


async def step(tx: Tx, one: Repair, event: RepairEvent, *, clerk_id: str, at: datetime) -> None:
    """Take a repair a step, and keep who did. It is locked."""
    moved = await tx.run(
        SQL.step,
        region_code=one.region_code,
        repair_id=one.id,
        seen=one.version,
        state=STEPS.after(one.state, event),
        event=event,
        clerk_id=clerk_id,
        at=at,
    )
    assert moved == 1, "the repair was not locked"


async def lock(tx: Tx, *, region_code: str, repair_id: str) -> Repair:
    """One repair, held until the transaction ends. Raises LookupError."""
    row = await tx.row(SQL.lock, region_code=region_code, repair_id=repair_id)
    if row is None:
        raise LookupError(repair_id)
    return _repair(row)


async def of_differences(
    tx: Tx, *, region_code: str, difference_ids: Sequence[str]
) -> dict[str, list[Repair]]:
    """What was proposed and done about each of some differences, oldest first."""
    rows = await tx.rows(
        SQL.of_differences, region_code=region_code, difference_ids=list(difference_ids)
    )
    found: dict[str, list[Repair]] = {}
    for row in rows:
        found.setdefault(row["difference_id"], []).append(_repair(row))
    return found


async def waiting(tx: Tx, *, region_code: str) -> list[Repair]:
    """What waits for a second person, oldest first."""
    return [_repair(row) for row in await tx.rows(SQL.waiting, region_code=region_code)]


async def is_proposed(tx: Tx, *, region_code: str, refund_id: str) -> bool:
    """Whether a refund may be on its way another way: it is proposed, and not decided."""
    row = await tx.row(SQL.is_proposed, region_code=region_code, refund_id=refund_id)
    assert row is not None
    proposed: bool = row["proposed"]
    return proposed


async def sent_under(tx: Tx, one: Repair, *, serial: str) -> None:
    """Keep the bank's serial of the transfer that a repair was. It is locked."""
    await tx.run(SQL.sent_under, region_code=one.region_code, repair_id=one.id, reference=serial)


async def told_by_bank(tx: Tx, *, region_code: str, serial: str, amount: Money, day: date) -> bool:
    """Keep that the bank's file has a transfer of ours; whether we know of one."""
    told = await tx.run(
        SQL.told_by_bank,
        region_code=region_code,
        reference=serial,
        amount_fen=amount.fen,
        day=day,
    )
    return told > 0


async def entry(tx: Tx, *, region_code: str, reference: str, at: datetime) -> Entry:
    """An entry as it was posted."""
    rows = await tx.rows(SQL.lines_of_entry, region_code=region_code, reference=reference)
    lines = tuple(Line(Account(row["account"]), Money(row["amount_fen"])) for row in rows)
    return Entry(region_code, reference, at, lines)


async def correct_payment(
    tx: Tx, key: tuple[str, Method, str], *, seen: Money, amount: Money
) -> bool:
    """Money that waits to go back is another amount; no when it does not wait any more."""
    region_code, method, reference = key
    corrected = await tx.run(
        SQL.correct_payment,
        region_code=region_code,
        method=method,
        reference=reference,
        seen_fen=seen.fen,
        amount_fen=amount.fen,
    )
    return corrected == 1


async def correct_refund(tx: Tx, *, region_code: str, refund_id: str, amount: Money) -> bool:
    """A refund that a person looks after is of another amount; no when nobody does."""
    corrected = await tx.run(
        SQL.correct_refund, region_code=region_code, refund_id=refund_id, amount_fen=amount.fen
    )
    return corrected == 1


def _repair(row: Row) -> Repair:
    return Repair(
        region_code=row["region_code"],
        id=row["id"],
        difference_id=row["difference_id"],
        refund_id=row["refund_id"],
        remedy=Remedy(row["remedy"]),
        says=row["says"],
        reference=row["reference"],
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        undone_by=row["undone_by"],
        state=RepairState(row["state"]),
        version=row["version"],
    )
