"""History (我的数据): everything kept about one person, as plain values, ready to be written out.

A table that knows a person has a part here, or `tests/operations/test_export_history.py` says
why it has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from shebao.core.person import masked_name
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries, Query

SQL = Queries("history")

Part: TypeAlias = list[dict[str, Any]]

# In the order of the file: who they are, what is owed, what was paid, how they come in, others.
_PARTS: Final[Mapping[str, Query]] = {
    "person": SQL.person,
    "enrolments": SQL.enrolments,
    "medical_account": SQL.medical_account,
    "elections": SQL.elections,
    "declarations": SQL.declarations,
    "bills": SQL.bills,
    "orders": SQL.orders,
    "payments": SQL.payments,
    "receipts": SQL.receipts,
    "refund_requests": SQL.refund_requests,
    "refunds": SQL.refunds,
    "objections": SQL.objections,
    "certificates": SQL.certificates,
    "agreements": SQL.agreements,
    "bank_deductions": SQL.bank_deductions,
    "deductions_skipped": SQL.deductions_skipped,
    "deductions_missed": SQL.deductions_missed,
    "consents": SQL.consents,
    "reminder_wishes": SQL.reminder_wishes,
    "reminders": SQL.reminders,
    "sessions": SQL.sessions,
    "passwords": SQL.passwords,
    "passkeys": SQL.passkeys,
    "accounts": SQL.accounts,
    "face_checks": SQL.face_checks,
    "family": SQL.family,
    "guardians": SQL.guardians,
    "pleas": SQL.pleas,
    "collective_lists": SQL.collective_lists,
    "looks": SQL.looks,
}


async def of_person(tx: Tx, *, region_code: str, person_id: str) -> dict[str, Part]:
    """Every part of what is kept about somebody. Ask in a snapshot, so that the parts agree."""
    return {
        part: [
            _told(row) for row in await tx.rows(query, region_code=region_code, person_id=person_id)
        ]
        for part, query in _PARTS.items()
    }


def _told(row: Row) -> dict[str, Any]:
    """A row as it is written out: moments in ISO 8601, money in fen, names of people masked."""
    office = row.get("payer_is_office", False)
    told: dict[str, Any] = {}
    for name, value in row.items():
        if name.startswith("name_"):
            whole = value is None or (office and name == "name_payer")
            told[name.removeprefix("name_")] = value if whole else masked_name(value)
        elif isinstance(value, date):  # A moment is a date too.
            told[name] = value.isoformat()
        else:
            told[name] = value
    return told
