"""Persons (人员): who they are, whom they may pay for, and who looked at whose record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("persons")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as every page may show one: the number masked."""

    region_code: str
    id: str
    id_type: str
    number_masked: str
    name: str
    born: date | None
    sex: str | None
    phone_masked: str | None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person about to be written down, personal numbers already sealed."""

    id: str
    id_type: str
    number_sealed: bytes
    number_hash: bytes
    number_masked: str
    name: str
    born: date | None
    sex: str | None
    phone_sealed: bytes | None = None
    phone_masked: str | None = None
    checked_at: datetime | None = None


async def keep(tx: Tx, *, region_code: str, person: NewPerson) -> PersonRow:
    """Write a person down, or bring the one known by this number up to date."""
    row = await tx.row(
        SQL.insert_person,
        region_code=region_code,
        person_id=person.id,
        id_type=person.id_type,
        number_sealed=person.number_sealed,
        number_hash=person.number_hash,
        number_masked=person.number_masked,
        name=person.name,
        born=person.born,
        sex=person.sex,
        phone_sealed=person.phone_sealed,
        phone_masked=person.phone_masked,
        checked_at=person.checked_at,
    )
    assert row is not None
    return _person(row)


async def keep_new(tx: Tx, *, region_code: str, people: Sequence[NewPerson]) -> None:
    """Write many persons down; one whose number is known already is left as they are."""
    await tx.run(
        SQL.insert_new_persons,
        region_code=region_code,
        ids=[one.id for one in people],
        id_types=[one.id_type for one in people],
        numbers=[one.number_sealed for one in people],
        hashes=[one.number_hash for one in people],
        masked=[one.number_masked for one in people],
        names=[one.name for one in people],
        born=[one.born for one in people],
        sexes=[one.sex for one in people],
    )


async def by_number(tx: Tx, *, region_code: str, number_hash: bytes) -> PersonRow | None:
    """The person a number belongs to, if we know one."""
    row = await tx.row(SQL.by_number, region_code=region_code, number_hash=number_hash)
    return None if row is None else _person(row)


async def by_ids(tx: Tx, *, region_code: str, person_ids: Iterable[str]) -> dict[str, PersonRow]:
    """Persons by id."""
    rows = await tx.rows(SQL.by_ids, region_code=region_code, person_ids=sorted(set(person_ids)))
    return {row["id"]: _person(row) for row in rows}


async def sealed_number(tx: Tx, *, region_code: str, person_id: str) -> bytes:
    """A person's number as it rests: for somebody outside who must know whose it is."""
    row = await tx.row(SQL.sealed_number, region_code=region_code, person_id=person_id)
    assert row is not None
    sealed: bytes = row["number_sealed"]
    return sealed


async def look(
    tx: Tx, *, region_code: str, person_id: str, viewer_id: str, reason: str, at: datetime
) -> None:
    """Remember that somebody looked at a person's record, and why."""
    await tx.run(
        SQL.remember_look,
        region_code=region_code,
        person_id=person_id,
        viewer_id=viewer_id,
        reason=reason,
        at=at,
    )


async def reason_since(
    tx: Tx, *, region_code: str, person_id: str, viewer_id: str, since: datetime
) -> str | None:
    """The newest reason somebody has given to look at a record, since a moment."""
    row = await tx.row(
        SQL.looked_since,
        region_code=region_code,
        person_id=person_id,
        viewer_id=viewer_id,
        since=since,
    )
    return None if row is None else str(row["reason"])


async def payees_of(tx: Tx, *, region_code: str, payer_id: str) -> list[PersonRow]:
    """Whom a payer has named, the newest first."""
    rows = await tx.rows(SQL.payees_of, region_code=region_code, payer_id=payer_id)
    return [_person(row) for row in rows]


async def may_pay(
    tx: Tx, *, region_code: str, pairs: Sequence[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Which of these pairs of payer and person are allowed: oneself, and whom one has named."""
    others = [(payer, person) for payer, person in pairs if payer != person]
    allowed = {(payer, person) for payer, person in pairs if payer == person}
    if others:
        rows = await tx.rows(
            SQL.may_pay,
            region_code=region_code,
            payer_ids=[payer for payer, _ in others],
            person_ids=[person for _, person in others],
        )
        allowed |= {(row["payer_id"], row["person_id"]) for row in rows}
    return allowed


async def sealed_phone(tx: Tx, *, region_code: str, person_id: str) -> bytes | None:
    """The telephone somebody signed in with last, sealed; none, if we were never told."""
    row = await tx.row(SQL.sealed_phone, region_code=region_code, person_id=person_id)
    return None if row is None else row["phone_sealed"]


async def keep_phone(
    tx: Tx, *, region_code: str, person_id: str, phone_sealed: bytes, phone_masked: str | None
) -> None:
    """The telephone that has just brought a code is theirs from now on."""
    await tx.run(
        SQL.keep_phone,
        region_code=region_code,
        person_id=person_id,
        phone_sealed=phone_sealed,
        phone_masked=phone_masked,
    )


async def lock_sealed_before(
    tx: Tx, *, region_code: str, newest: int, most: int
) -> list[tuple[str, bytes, bytes | None]]:
    """Persons sealed with an older key: id, number, telephone; held for this transaction."""
    rows = await tx.rows(SQL.lock_sealed_before, region_code=region_code, newest=newest, most=most)
    return [(row["id"], row["number_sealed"], row["phone_sealed"]) for row in rows]


async def keep_sealed(
    tx: Tx, *, region_code: str, sealed: Sequence[tuple[str, bytes, bytes | None]]
) -> None:
    """Keep the same numbers, sealed with another key."""
    await tx.run(
        SQL.keep_sealed,
        region_code=region_code,
        ids=[person_id for person_id, _, _ in sealed],
        numbers=[number for _, number, _ in sealed],
        phones=[phone for _, _, phone in sealed],
    )


def _person(row: Row) -> PersonRow:
    return PersonRow(
        region_code=row["region_code"],
        id=row["id"],
        id_type=row["id_type"],
        number_masked=row["number_masked"],
        name=row["name"],
        born=row["born"],
        sex=row["sex"],
        phone_masked=row["phone_masked"],
    )
