"""Rehearsal: people out of nothing, each with a mandate, for a run that is only played."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any, Final

from shebao.core.policy.fund import Fund
from shebao.store.database import Tx
from shebao.store.queries import Queries

SQL: Final = Queries("rehearsal")
_COLUMNS: Final = (
    "region_code", "id", "person_id", "fund", "method", "state", "version", "created_at",
    "expires_at", "agreement", "account_kind", "account_sealed", "account_hash",
    "account_masked", "bank", "signed_at",
)  # fmt: skip
_BANKS: Final = ("演练银行", "演练农村商业银行")


async def settle(
    tx: Tx, *, region_code: str, scheme: str, kind: tuple[str, str], people: range, at: datetime
) -> None:
    """Let people of one kind, district and category, live in a region, in one scheme."""
    await tx.run(
        SQL.people,
        region_code=region_code,
        scheme=scheme,
        district=kind[0],
        category=kind[1],
        first=people.start,
        last=people.stop - 1,
        at=at,
    )


async def agree(
    tx: Tx,
    *,
    region_code: str,
    fund: Fund,
    people: range,
    sealed: Callable[[str], tuple[bytes, bytes]],
    at: datetime,
) -> None:
    """Let each of them have agreed to be collected from, at one of two banks."""

    async def rows() -> AsyncIterator[tuple[Any, ...]]:
        for number in people:
            account, hashed = sealed(f"62290000{number:011}")
            yield (
                region_code, f"man{number:026}", f"per{number:026}", fund, "agreement", "active",
                1, at, at, f"999100000018{number:016}", "bank_card", account, hashed,
                f"***************{number % 10000:04}", _BANKS[number % len(_BANKS)], at,
            )  # fmt: skip

    await tx.copy("mandates", _COLUMNS, rows())
    first, last = people.start, people.stop - 1
    await tx.run(SQL.confirm, region_code=region_code, first=first, last=last, at=at)
