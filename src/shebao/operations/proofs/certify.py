"""Certify (开具缴费证明): what was paid over a stretch of time becomes one signed paper.

The facts are written once, as JSON: that is the twin a program reads. The paper is printed from
them, carries them, and is bound to them by their digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shebao.core.bill import BillState
from shebao.core.certificate import Certificate, NothingToProve, touches
from shebao.core.identity import IdType
from shebao.core.money import total
from shebao.core.paper import verify_code
from shebao.core.period import Period
from shebao.core.receipt import ReceiptState
from shebao.core.refusals import NotYours
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.world import SHANGHAI, World
from shebao.store import certificates, persons, receipts
from shebao.store.receipts import Record

KIND: Final = "社会保险费缴费证明"
_COUNTS: Final = frozenset({BillState.PAID, BillState.SETTLED, BillState.REMITTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What somebody wants proven of themselves. No scheme means all of them."""

    region_code: str
    person_id: str
    first: Period
    last: Period
    schemes: frozenset[str] = frozenset()


async def provable(world: World, wanted: Proof) -> list[Record]:
    """The payments a certificate would list, the earliest period first."""
    async with world.db.reading() as tx:
        found = await receipts.of_person(
            tx, region_code=wanted.region_code, person_id=wanted.person_id
        )
    return sorted(
        (record for record in found if _belongs(record, wanted)),
        key=lambda record: (record.scheme, str(record.period), record.number),
    )


async def certify(world: World, wanted: Proof) -> str:
    """Issue a certificate; its number. Raises NothingToProve."""
    records = await provable(world, wanted)
    if not records:
        raise NothingToProve(wanted.first.label, wanted.last.label)
    code, at = wanted.region_code, world.now()
    async with world.db.transaction() as tx:
        told = await persons.by_ids(tx, region_code=code, person_ids=[wanted.person_id])
        sealed = await persons.sealed_number(tx, region_code=code, person_id=wanted.person_id)
        day = f"{at.astimezone(SHANGHAI):%y%m%d}"
        number = await certificates.next_number(tx, region_code=code, day=day)
        person = told[wanted.person_id]
        who = {
            "name": person.name,
            "id_type": IdType(person.id_type).label,
            "id_type_code": person.id_type,
            "id_number": world.vault.open(sealed),
        }
        twin = twin_of({**_facts(world, wanted, number, records), "person": who})
        await certificates.keep(
            tx,
            Certificate(
                region_code=code,
                number=number,
                person_id=wanted.person_id,
                first=wanted.first,
                last=wanted.last,
                schemes=tuple(sorted({record.scheme for record in records})),
                receipts=tuple(record.number for record in records),
                amount=total(record.amount for record in records),
                facts_sealed=world.vault.seal(twin.decode()),
                digest=hashlib.sha256(twin).digest(),
                issued_at=at,
            ),
        )
    return number


async def my_certificates(world: World, *, region_code: str, person_id: str) -> list[Certificate]:
    """The certificates somebody has had issued, newest first."""
    async with world.db.reading() as tx:
        return await certificates.of_person(tx, region_code=region_code, person_id=person_id)


async def twin(world: World, *, region_code: str, number: str, viewer_id: str) -> bytes:
    """The facts of one's own certificate, to the byte. Raises NotYours."""
    async with world.db.reading() as tx:
        found = await certificates.by_number(tx, region_code=region_code, number=number)
    if found is None or found.person_id != viewer_id:
        raise NotYours(number)
    return world.vault.open(found.facts_sealed).encode()


def twin_of(facts: Mapping[str, Any]) -> bytes:
    """Facts as one sequence of bytes, whoever writes them."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _belongs(record: Record, wanted: Proof) -> bool:
    return (
        record.state is ReceiptState.ISSUED
        and record.bill_state in _COUNTS
        and (not wanted.schemes or record.scheme in wanted.schemes)
        and touches(record.period, wanted.first, wanted.last)
    )


def _facts(world: World, wanted: Proof, number: str, records: Sequence[Record]) -> dict[str, Any]:
    region = world.region(wanted.region_code)
    code = verify_code(number, world.vault.hash("receipt codes"))
    return {
        "kind": KIND,
        "number": number,
        "region_code": region.code,
        "region": region.name,
        "collector": region.collector,
        "first": str(wanted.first),
        "last": str(wanted.last),
        "issued_at": world.now().astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "verify_code": code,
        "verify_url": f"{world.base_url}/verify?n={number}&c={code}",
        "total_fen": total(record.amount for record in records).fen,
        "lines": [
            {
                "receipt": record.number,
                "scheme": record.scheme,
                "item": region.scheme(record.scheme).name,
                "period": str(record.period),
                "label": record.label,
                "amount_fen": record.amount.fen,
                "paid_at": record.issued_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
                "method": METHOD_NAMES[record.method],
            }
            for record in records
        ],
    }
