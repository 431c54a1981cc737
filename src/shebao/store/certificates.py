"""Certificates (缴费证明): one a stretch of time somebody asked about, found by number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shebao.core.certificate import STEPS, Certificate, CertificateEvent, CertificateState
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL: Final = Queries("certificates")


async def next_number(tx: Tx, *, region_code: str, day: str) -> str:
    """A number for a certificate. `day` is YYMMDD, Asia/Shanghai."""
    row = await tx.row(SQL.next_number, region_code=region_code, day=day)
    assert row is not None
    return str(row["number"])


async def keep(tx: Tx, one: Certificate) -> None:
    """Write a certificate down."""
    await tx.run(
        SQL.insert_certificate,
        region_code=one.region_code,
        number=one.number,
        person_id=one.person_id,
        first_period=str(one.first),
        last_period=str(one.last),
        schemes=list(one.schemes),
        receipts=list(one.receipts),
        amount_fen=one.amount.fen,
        facts_sealed=one.facts_sealed,
        digest=one.digest,
        at=one.issued_at,
    )


async def by_number(tx: Tx, *, region_code: str, number: str) -> Certificate | None:
    """One certificate, if there is one of that number."""
    row = await tx.row(SQL.by_number, region_code=region_code, number=number)
    return None if row is None else _certificate(row)


async def lock(tx: Tx, *, region_code: str, number: str) -> Certificate | None:
    """One certificate, held until the transaction ends."""
    row = await tx.row(SQL.lock_certificate, region_code=region_code, number=number)
    return None if row is None else _certificate(row)


async def of_person(tx: Tx, *, region_code: str, person_id: str) -> list[Certificate]:
    """The certificates of a person, newest first."""
    rows = await tx.rows(SQL.of_person, region_code=region_code, person_id=person_id)
    return [_certificate(row) for row in rows]


async def given_back(tx: Tx, *, region_code: str, numbers: Sequence[str]) -> tuple[str, ...]:
    """Which of these receipts count no more."""
    rows = await tx.rows(SQL.given_back, region_code=region_code, numbers=list(numbers))
    return tuple(row["number"] for row in rows)


async def revoke(tx: Tx, one: Certificate, *, by: str, reason: str, at: datetime) -> None:
    """Let a certificate prove nothing any more. It is locked."""
    done = await tx.run(
        SQL.revoke,
        region_code=one.region_code,
        number=one.number,
        version=one.version,
        state=STEPS.after(one.state, CertificateEvent.REVOKED),
        revoked_by=by,
        reason=reason,
        at=at,
    )
    assert done == 1, "a certificate was not locked"


async def lock_sealed_before(
    tx: Tx, *, region_code: str, newest: int, most: int
) -> list[tuple[str, bytes]]:
    """Certificates whose facts an older key sealed, held until the transaction ends."""
    rows = await tx.rows(SQL.lock_sealed_before, region_code=region_code, newest=newest, most=most)
    return [(row["number"], row["facts_sealed"]) for row in rows]


async def keep_sealed(tx: Tx, *, region_code: str, sealed: Sequence[tuple[str, bytes]]) -> None:
    """Keep the same facts under another key. They are locked."""
    await tx.run(
        SQL.keep_sealed,
        region_code=region_code,
        numbers=[number for number, _ in sealed],
        facts=[facts for _, facts in sealed],
    )


def _certificate(row: Row) -> Certificate:
    return Certificate(
        region_code=row["region_code"],
        number=row["number"],
        person_id=row["person_id"],
        first=Period.parse(row["first_period"]),
        last=Period.parse(row["last_period"]),
        schemes=tuple(row["schemes"]),
        receipts=tuple(row["receipts"]),
        amount=Money(row["amount_fen"]),
        facts_sealed=row["facts_sealed"],
        digest=row["digest"],
        issued_at=row["issued_at"],
        state=CertificateState(row["state"]),
        version=row["version"],
        revoked_by=row["revoked_by"],
        revoked_at=row["revoked_at"],
        revoke_reason=row["revoke_reason"],
    )
