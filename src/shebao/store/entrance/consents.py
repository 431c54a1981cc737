"""Consents (同意): what people agreed to, edition by edition; parents do it for their children."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shebao.core.entrance.consent import ConsentKind, ConsentState
from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL = Queries("consents")


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent."""

    id: str
    kind: ConsentKind
    edition: str
    entry_channel: str
    given_at: datetime
    withdrawn_at: datetime | None = None
    state: ConsentState = ConsentState.GIVEN


async def give(tx: Tx, *, region_code: str, person_id: str, consent: Consent) -> None:
    """Somebody agrees to an edition; told again, it stays as it is."""
    await tx.run(
        SQL.give_consent,
        region_code=region_code,
        consent_id=consent.id,
        person_id=person_id,
        kind=consent.kind,
        edition=consent.edition,
        entry_channel=consent.entry_channel,
        at=consent.given_at,
    )


async def withdraw(
    tx: Tx, *, region_code: str, person_id: str, kinds: Iterable[ConsentKind], at: datetime
) -> None:
    """Somebody takes back what they agreed to."""
    await tx.run(
        SQL.withdraw_consents,
        region_code=region_code,
        person_id=person_id,
        kinds=sorted(kinds),
        at=at,
    )


async def of_person(tx: Tx, *, region_code: str, person_id: str) -> list[Consent]:
    """What somebody agreed to, the newest first."""
    rows = await tx.rows(SQL.consents_of, region_code=region_code, person_id=person_id)
    return [
        Consent(
            id=row["id"],
            kind=ConsentKind(row["kind"]),
            edition=row["edition"],
            entry_channel=row["entry_channel"],
            given_at=row["given_at"],
            withdrawn_at=row["withdrawn_at"],
            state=ConsentState(row["state"]),
        )
        for row in rows
    ]


async def keep_guardian(
    tx: Tx, *, region_code: str, child_id: str, parent_id: str, edition: str, at: datetime
) -> None:
    """A parent entrusts a child's information to us."""
    await tx.run(
        SQL.keep_guardian,
        region_code=region_code,
        child_id=child_id,
        parent_id=parent_id,
        edition=edition,
        at=at,
    )


async def children_of(tx: Tx, *, region_code: str, parent_id: str) -> set[str]:
    """The children somebody is the parent or guardian of."""
    rows = await tx.rows(SQL.children_of, region_code=region_code, parent_id=parent_id)
    return {row["child_id"] for row in rows}
