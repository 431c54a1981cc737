"""Mandates (扣款授权): leave to collect from accounts, and what banks said of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shebao.core.account import AccountKind
from shebao.core.channel import Method
from shebao.core.deduction.mandate import (
    STEPS,
    Mandate,
    MandateEvent,
    MandateState,
    SignedAccount,
)
from shebao.core.policy.fund import Fund
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("mandates")


@dataclass(frozen=True, slots=True)
class MandateNotice:
    """A verified notice about a mandate, as it came."""

    region_code: str
    method: Method
    id: str
    received_at: datetime
    headers: str
    body: bytes
    mandate_id: str


async def draft(tx: Tx, mandate: Mandate) -> None:
    """Write a new mandate down, before the bank hears of it."""
    await tx.run(
        SQL.insert_mandate,
        region_code=mandate.region_code,
        mandate_id=mandate.id,
        person_id=mandate.person_id,
        fund=mandate.fund,
        method=mandate.method,
        at=mandate.created_at,
        expires_at=mandate.expires_at,
    )


async def step(tx: Tx, mandate: Mandate, event: MandateEvent, *, at: datetime) -> None:
    """Take a mandate a step. It is locked."""
    moved = await tx.run(
        SQL.step_mandate,
        region_code=mandate.region_code,
        mandate_id=mandate.id,
        seen=mandate.version,
        state=STEPS.after(mandate.state, event),
        event=event,
        at=at,
    )
    assert moved == 1, "the mandate was not locked"


async def keep_sign_url(tx: Tx, mandate: Mandate, sign_url: str) -> None:
    """Keep where the account holder signs."""
    await tx.run(
        SQL.keep_sign_url,
        region_code=mandate.region_code,
        mandate_id=mandate.id,
        sign_url=sign_url,
    )


async def keep_words(tx: Tx, mandate: Mandate, says: str) -> None:
    """Keep what the bank said."""
    await tx.run(SQL.keep_words, region_code=mandate.region_code, mandate_id=mandate.id, says=says)


async def keep_account(
    tx: Tx, mandate: Mandate, account: SignedAccount, *, agreement: str, signed_at: datetime
) -> None:
    """Keep the account that was signed, and the bank's number of the agreement."""
    await tx.run(
        SQL.keep_account,
        region_code=mandate.region_code,
        mandate_id=mandate.id,
        agreement=agreement,
        account_kind=account.kind,
        account_sealed=account.sealed,
        account_hash=account.hash,
        account_masked=account.masked,
        bank=account.bank,
        signed_at=signed_at,
    )


async def asked(tx: Tx, *, region_code: str, mandate_id: str, at: datetime) -> None:
    """Remember that the bank was asked about a mandate just now."""
    await tx.run(SQL.asked, region_code=region_code, mandate_id=mandate_id, at=at)


async def lock(tx: Tx, *, region_code: str, mandate_id: str) -> Mandate:
    """One mandate, held until the transaction ends. Raises LookupError when there is none."""
    row = await tx.row(SQL.lock_mandate, region_code=region_code, mandate_id=mandate_id)
    if row is None:
        raise LookupError(mandate_id)
    return _mandate(row)


async def lock_of_person(
    tx: Tx, *, region_code: str, person_id: str, funds: Iterable[Fund]
) -> list[Mandate]:
    """What a person has in force or may still sign for some funds, held for this transaction."""
    rows = await tx.rows(
        SQL.lock_of_person,
        region_code=region_code,
        person_id=person_id,
        funds=sorted(set(funds)),
    )
    return [_mandate(row) for row in rows]


async def of_person(tx: Tx, *, region_code: str, person_id: str) -> list[Mandate]:
    """All the mandates of a person, the newest first."""
    found = await of_persons(tx, region_code=region_code, person_ids=[person_id])
    return found.get(person_id, [])


async def of_persons(
    tx: Tx, *, region_code: str, person_ids: Iterable[str]
) -> dict[str, list[Mandate]]:
    """All the mandates of each of some people, the newest first."""
    found: dict[str, list[Mandate]] = {}
    for row in await tx.rows(SQL.of_persons, region_code=region_code, person_ids=[*person_ids]):
        found.setdefault(row["person_id"], []).append(_mandate(row))
    return found


async def eligible(
    tx: Tx, *, region_code: str, fund: Fund, after: str = "", most: int
) -> list[Mandate]:
    """The mandates of a fund that may be collected under now, by person, behind the last read."""
    rows = await tx.rows(SQL.eligible, region_code=region_code, fund=fund, after=after, most=most)
    return [_mandate(row) for row in rows]


async def waiting(tx: Tx, *, region_code: str, asked_before: datetime, most: int) -> list[str]:
    """The ids of mandates the bank still has to say something about."""
    rows = await tx.rows(SQL.waiting, region_code=region_code, asked_before=asked_before, most=most)
    return [row["id"] for row in rows]


async def lock_sealed_before(
    tx: Tx, *, region_code: str, newest: int, most: int
) -> list[tuple[str, bytes]]:
    """Accounts sealed with an older key: the mandate and the account; held."""
    rows = await tx.rows(SQL.lock_sealed_before, region_code=region_code, newest=newest, most=most)
    return [(row["id"], row["account_sealed"]) for row in rows]


async def keep_sealed(tx: Tx, *, region_code: str, sealed: Sequence[tuple[str, bytes]]) -> None:
    """Keep the same accounts, sealed with another key."""
    await tx.run(
        SQL.keep_sealed,
        region_code=region_code,
        ids=[mandate_id for mandate_id, _ in sealed],
        accounts=[account for _, account in sealed],
    )


async def shelve(tx: Tx, notice: MandateNotice) -> None:
    """Write a telling down. One that is here already changes nothing."""
    await tx.run(
        SQL.shelve,
        region_code=notice.region_code,
        method=notice.method,
        notice_id=notice.id,
        received_at=notice.received_at,
        headers=notice.headers,
        body=notice.body,
        mandate_id=notice.mandate_id,
    )


async def lock_told(tx: Tx, *, region_code: str, most: int) -> list[MandateNotice]:
    """The oldest tellings nobody has judged, held until the transaction ends."""
    rows = await tx.rows(SQL.lock_told, region_code=region_code, most=most)
    return [MandateNotice(region_code, **{**row, "method": Method(row["method"])}) for row in rows]


async def judged(tx: Tx, notice: MandateNotice, *, verdict: str, at: datetime) -> None:
    """Keep what we made of a telling."""
    await tx.run(
        SQL.judged,
        region_code=notice.region_code,
        method=notice.method,
        notice_id=notice.id,
        verdict=verdict,
        at=at,
    )


def _mandate(row: Row) -> Mandate:
    return Mandate(
        region_code=row["region_code"],
        id=row["id"],
        person_id=row["person_id"],
        fund=Fund(row["fund"]),
        method=Method(row["method"]),
        state=MandateState(row["state"]),
        version=row["version"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        account=None if row["account_sealed"] is None else _account(row),
        agreement=row["agreement"],
        signed_at=row["signed_at"],
        sign_url=row["sign_url"],
        says=row["says"],
    )


def _account(row: Row) -> SignedAccount:
    return SignedAccount(
        kind=AccountKind(row["account_kind"]),
        bank=row["bank"],
        masked=row["account_masked"],
        sealed=row["account_sealed"],
        hash=row["account_hash"],
    )
