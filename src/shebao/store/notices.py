"""Notices (渠道通知): what channels told us, shelved verbatim, and what we made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shebao.core.channel import Method, Outcome, RefundOutcome, ReturnTold, Told
from shebao.core.money import Money
from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("notices")


class Subject(StrEnum):
    """What a notice is about."""

    PAYMENT = "payment"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Notice:
    """A verified notice, as it came and as it reads."""

    region_code: str
    method: Method
    received_at: datetime
    headers: str
    body: bytes
    told: Told | ReturnTold

    @property
    def id(self) -> str:
        """The channel's number of the telling."""
        assert self.told.notice_id is not None
        return self.told.notice_id

    @property
    def subject(self) -> Subject:
        """Whether it speaks of a payment or of a refund."""
        return Subject.PAYMENT if isinstance(self.told, Told) else Subject.REFUND

    @property
    def subject_id(self) -> str:
        """Our number of what it speaks of."""
        told = self.told
        return told.attempt_id if isinstance(told, Told) else told.refund_id


async def shelve(tx: Tx, notices: Sequence[Notice]) -> None:
    """Write notices down. One that is here already changes nothing."""
    await tx.run(
        SQL.shelve,
        region_codes=[notice.region_code for notice in notices],
        methods=[notice.method for notice in notices],
        ids=[notice.id for notice in notices],
        received_ats=[notice.received_at for notice in notices],
        headers=[notice.headers for notice in notices],
        bodies=[notice.body for notice in notices],
        subjects=[notice.subject for notice in notices],
        subject_ids=[notice.subject_id for notice in notices],
        outcomes=[notice.told.outcome for notice in notices],
        amounts=[notice.told.amount.fen if notice.told.amount else None for notice in notices],
        references=[notice.told.reference for notice in notices],
        happened_ats=[notice.told.happened_at for notice in notices],
    )


async def lock_payments(tx: Tx, *, region_code: str, most: int) -> list[tuple[Method, Told]]:
    """The oldest notices of payments nobody has judged, held until the transaction ends."""
    rows = await tx.rows(
        SQL.lock_waiting, region_code=region_code, subject=Subject.PAYMENT, most=most
    )
    return [
        (
            Method(row["method"]),
            Told(
                attempt_id=row["subject_id"],
                outcome=Outcome(row["outcome"]),
                amount=_amount(row),
                reference=row["reference"],
                happened_at=row["happened_at"],
                notice_id=row["id"],
            ),
        )
        for row in rows
    ]


async def lock_refunds(tx: Tx, *, region_code: str, most: int) -> list[tuple[Method, ReturnTold]]:
    """The oldest notices of refunds nobody has judged, held until the transaction ends."""
    rows = await tx.rows(
        SQL.lock_waiting, region_code=region_code, subject=Subject.REFUND, most=most
    )
    return [
        (
            Method(row["method"]),
            ReturnTold(
                refund_id=row["subject_id"],
                outcome=RefundOutcome(row["outcome"]),
                amount=_amount(row),
                reference=row["reference"],
                happened_at=row["happened_at"],
                notice_id=row["id"],
            ),
        )
        for row in rows
    ]


async def judged(
    tx: Tx, *, region_code: str, verdicts: Sequence[tuple[Method, str, str]], at: datetime
) -> None:
    """Keep what we made of notices: method, the notice's number, the verdict in a word."""
    await tx.run(
        SQL.judged,
        region_code=region_code,
        methods=[method for method, _, _ in verdicts],
        ids=[notice_id for _, notice_id, _ in verdicts],
        verdicts=[verdict for _, _, verdict in verdicts],
        at=at,
    )


def _amount(row: Row) -> Money | None:
    fen = row["amount_fen"]
    return None if fen is None else Money(fen)
