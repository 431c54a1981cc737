"""Medical accounts (医保个人账户): the personal accounts that people may top up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.money import Money
from shebao.core.topup import CardAccount
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("medical_accounts")


@dataclass(frozen=True, slots=True, repr=False)
class NewAccount:
    """An account the agency tells us of, its card sealed."""

    person_id: str
    enrolment_id: str
    card_sealed: bytes
    card_hash: bytes
    card_masked: str


async def keep(tx: Tx, *, region_code: str, account: NewAccount, at: datetime) -> None:
    """Write an account down, or its new card."""
    await tx.run(
        SQL.keep,
        region_code=region_code,
        person_id=account.person_id,
        enrolment_id=account.enrolment_id,
        card_sealed=account.card_sealed,
        card_hash=account.card_hash,
        card_masked=account.card_masked,
        at=at,
    )


async def by_card(tx: Tx, *, region_code: str, card_hash: bytes) -> CardAccount | None:
    """The account behind a card."""
    row = await tx.row(SQL.by_card, region_code=region_code, card_hash=card_hash)
    return None if row is None else _account(row)


async def of_person(tx: Tx, *, region_code: str, person_id: str) -> CardAccount | None:
    """The account of a person."""
    row = await tx.row(SQL.of_person, region_code=region_code, person_id=person_id)
    return None if row is None else _account(row)


async def topped_up(tx: Tx, *, region_code: str, enrolment_id: str, year: int) -> Money:
    """What came into an account in a year, or is on its way there."""
    row = await tx.row(
        SQL.topped_up, region_code=region_code, enrolment_id=enrolment_id, year=f"{year}"
    )
    assert row is not None
    return Money(row["fen"])


async def lock_sealed_before(
    tx: Tx, *, region_code: str, newest: int, most: int
) -> list[tuple[str, bytes]]:
    """Cards sealed with an older key, with whose they are."""
    rows = await tx.rows(
        SQL.lock_cards_sealed_before, region_code=region_code, newest=newest, most=most
    )
    return [(row["person_id"], row["card_sealed"]) for row in rows]


async def keep_sealed(tx: Tx, *, region_code: str, sealed: Sequence[tuple[str, bytes]]) -> None:
    """The same cards, sealed again."""
    await tx.run(
        SQL.keep_cards_sealed,
        region_code=region_code,
        person_ids=[person_id for person_id, _ in sealed],
        sealed=[card for _, card in sealed],
    )


def _account(row: Row) -> CardAccount:
    return CardAccount(
        region_code=row["region_code"],
        person_id=row["person_id"],
        enrolment_id=row["enrolment_id"],
        card_masked=row["card_masked"],
        told_at=row["told_at"],
    )
