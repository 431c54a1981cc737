"""Reminders (短信提醒): who wants to be told of what, what there is to tell, and what was told."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shebao.core.money import Money
from shebao.core.reminder import Matter, Reminder
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("reminders")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be told of, and through which way in they asked for it."""

    person_id: str
    matters: frozenset[Matter]
    entry_channel: str


@dataclass(frozen=True, slots=True)
class NewReceipts:
    """What was paid for somebody with one order."""

    person_id: str
    order_id: str
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class UnpaidOrder:
    """An order about to end that its payer has not begun to pay."""

    id: str
    payer_id: str
    amount: Money
    expires_at: datetime
    entry_channel: str


@dataclass(frozen=True, slots=True)
class ToTell:
    """A reminder that waits; the telephone is sealed."""

    person_id: str
    matter: Matter
    subject: str
    words: Mapping[str, str]
    phone_sealed: bytes | None


async def keep_wish(tx: Tx, *, region_code: str, wish: Wish, at: datetime) -> None:
    """Write down what somebody wants to be told of."""
    await tx.run(
        SQL.keep_wish,
        region_code=region_code,
        person_id=wish.person_id,
        matters=sorted(wish.matters),
        entry_channel=wish.entry_channel,
        at=at,
    )


async def drop_wish(tx: Tx, *, region_code: str, person_id: str) -> None:
    """Somebody wants to be told of nothing any more."""
    await tx.run(SQL.drop_wish, region_code=region_code, person_id=person_id)


async def drop_unwanted(
    tx: Tx, *, region_code: str, person_id: str, matters: Collection[Matter]
) -> None:
    """What waits for somebody and is not wanted any more is never told."""
    await tx.run(
        SQL.drop_unwanted, region_code=region_code, person_id=person_id, matters=sorted(matters)
    )


async def stop_of_phone(tx: Tx, *, region_code: str, phone_hash: bytes) -> int:
    """Whoever was told something at a telephone is told nothing any more; how many they were."""
    return await tx.run(SQL.stop_of_phone, region_code=region_code, phone_hash=phone_hash)


async def wish_of(tx: Tx, *, region_code: str, person_id: str) -> frozenset[Matter]:
    """What somebody wants to be told of."""
    row = await tx.row(SQL.wish_of, region_code=region_code, person_id=person_id)
    return frozenset(map(Matter, row["matters"])) if row else frozenset()


async def lock_for_day(tx: Tx, *, region_code: str, today: date, most: int) -> list[Wish]:
    """Some people whose dates were not looked at today; held."""
    rows = await tx.rows(SQL.lock_for_day, region_code=region_code, today=today, most=most)
    return [_wish(row) for row in rows]


async def looked_at_day(
    tx: Tx, *, region_code: str, person_ids: Sequence[str], today: date
) -> None:
    """The dates of some people were looked at."""
    await tx.run(SQL.looked_at_day, region_code=region_code, person_ids=person_ids, today=today)


async def lock_for_receipts(
    tx: Tx, *, region_code: str, looked_before: datetime, most: int
) -> list[Wish]:
    """Some people whose receipts were not looked at for a while; held."""
    rows = await tx.rows(
        SQL.lock_for_receipts, region_code=region_code, looked_before=looked_before, most=most
    )
    return [_wish(row) for row in rows]


async def new_receipts(tx: Tx, *, region_code: str, person_ids: Sequence[str]) -> list[NewReceipts]:
    """What was paid for some people since they were looked at, by order."""
    rows = await tx.rows(SQL.new_receipts, region_code=region_code, person_ids=person_ids)
    return [
        NewReceipts(row["person_id"], row["order_id"], row["receipts"], Money(row["amount_fen"]))
        for row in rows
    ]


async def looked_at_receipts(
    tx: Tx, *, region_code: str, person_ids: Sequence[str], at: datetime
) -> None:
    """The receipts of some people were looked at."""
    await tx.run(SQL.looked_at_receipts, region_code=region_code, person_ids=person_ids, at=at)


async def unpaid_orders(
    tx: Tx, *, region_code: str, after: datetime, before: datetime, most: int
) -> list[UnpaidOrder]:
    """Orders that end between two moments, whose payers want to be told and were not."""
    rows = await tx.rows(
        SQL.unpaid_orders, region_code=region_code, after=after, before=before, most=most
    )
    return [
        UnpaidOrder(
            id=row["id"],
            payer_id=row["payer_id"],
            amount=Money(row["amount_fen"]),
            expires_at=row["expires_at"],
            entry_channel=row["entry_channel"],
        )
        for row in rows
    ]


async def keep(tx: Tx, *, region_code: str, reminders: Iterable[Reminder], at: datetime) -> None:
    """Write down what is to be told; what was told, or waits already, stays as it is."""
    told = [*reminders]
    if not told:
        return
    await tx.run(
        SQL.keep_reminders,
        region_code=region_code,
        person_ids=[one.person_id for one in told],
        matters=[one.matter.value for one in told],
        subjects=[one.subject for one in told],
        words=[json.dumps(one.words, ensure_ascii=False) for one in told],
        drop_afters=[one.drop_after for one in told],
        at=at,
    )


async def waiting(tx: Tx, *, region_code: str, at: datetime, most: int) -> list[ToTell]:
    """What is to be told now."""
    rows = await tx.rows(SQL.waiting, region_code=region_code, at=at, most=most)
    return [
        ToTell(
            person_id=row["person_id"],
            matter=Matter(row["matter"]),
            subject=row["subject"],
            words=row["words"],
            phone_sealed=row["phone_sealed"],
        )
        for row in rows
    ]


async def told(
    tx: Tx, one: ToTell, *, region_code: str, phone_hash: bytes | None, at: datetime
) -> None:
    """It was told, and to which telephone."""
    await tx.run(
        SQL.told,
        region_code=region_code,
        person_id=one.person_id,
        matter=one.matter,
        subject=one.subject,
        phone_hash=phone_hash,
        at=at,
    )


async def try_later(tx: Tx, one: ToTell, *, region_code: str, at: datetime) -> None:
    """It could not be told, and is tried again at a moment."""
    await tx.run(
        SQL.try_later,
        region_code=region_code,
        person_id=one.person_id,
        matter=one.matter,
        subject=one.subject,
        at=at,
    )


async def drop_stale(tx: Tx, *, region_code: str, at: datetime) -> int:
    """What would tell nothing new any more is dropped; how much it was."""
    return await tx.run(SQL.drop_stale, region_code=region_code, at=at)


def _wish(row: Row) -> Wish:
    return Wish(row["person_id"], frozenset(map(Matter, row["matters"])), row["entry_channel"])
