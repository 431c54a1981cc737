"""Notices: what the channel tells a merchant by itself, kept until the merchant has heard it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.faults import Plan
from shebao.sandbox.ledger import Ledger, columns
from shebao.sandbox.wechat.signing import Seal, Signer, packed

_SUMMARIES: Final = {
    "TRANSACTION.SUCCESS": "支付成功",
    "REFUND.SUCCESS": "退款成功",
    "REFUND.ABNORMAL": "退款异常",
    "REFUND.CLOSED": "退款关闭",
    "SECURITY_ECHO.SUCCESS": "安全测试成功",
}


class NoticeState(StrEnum):
    """How far a notice has come."""

    WAITING = "waiting"
    WITHHELD = "withheld"  # The fault menu says it never comes.
    ACCEPTED = "accepted"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. Its body is sealed once; every sending signs it anew."""

    id: str
    subject: str  # The merchant's number of the order or refund.
    event: str
    url: str
    body: str
    signer: Signer
    plan: str
    state: NoticeState
    tries: int
    next_at: int


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell, before it is sealed."""

    subject: str
    event: str
    kind: str  # The original_type: transaction, refund or security.
    facts: Mapping[str, Any]
    url: str
    signer: Signer


def sealed(seal: Seal, news: News, plan: Plan, *, withheld: bool, next_at: int) -> Notice:
    """Seal a piece of news for the merchant's eyes only."""
    now = clock.now_ms()
    number = f"EV-{clock.at(now):%Y%m%d%H%M%S}{secrets.token_hex(8)}"
    resource = {"original_type": news.kind} | seal.envelope(packed(news.facts), news.kind)
    body = {
        "id": number,
        "create_time": clock.rfc3339(now),
        "resource_type": "encrypt-resource",
        "event_type": news.event,
        "summary": _SUMMARIES[news.event],
        "resource": resource,
    }
    return Notice(
        id=number,
        subject=news.subject,
        event=news.event,
        url=news.url,
        body=packed(body).decode(),
        signer=news.signer,
        plan=plan.written(),
        state=NoticeState.WITHHELD if withheld else NoticeState.WAITING,
        tries=0,
        next_at=next_at,
    )


_INSERT: Final = """
    INSERT INTO notices VALUES
        (:id, :subject, :event, :url, :body, :signer, :plan, :state, :tries, :next_at)
"""
_UPDATE: Final = """
    UPDATE notices SET state = :state, tries = :tries, next_at = :next_at WHERE id = :id
"""
_DELIVERED: Final = "INSERT INTO deliveries VALUES (:notice_id, :at, :kind, :answer)"
_TOLD: Final = """
    SELECT id, subject, event, url, state, tries, next_at FROM notices
    WHERE (:subject IS NULL OR subject = :subject) ORDER BY rowid DESC LIMIT :most
"""


def insert(ledger: Ledger, notice: Notice) -> None:
    """Write down something to be told."""
    ledger.write(_INSERT, columns(notice))


def save(ledger: Ledger, notice: Notice) -> None:
    """Write down how far a notice has come."""
    ledger.write(
        _UPDATE,
        {"id": notice.id, "state": notice.state, "tries": notice.tries, "next_at": notice.next_at},
    )


def delivered(ledger: Ledger, notice_id: str, kind: str, answer: int | None) -> None:
    """Write down one sending and what was answered."""
    facts = {"notice_id": notice_id, "at": clock.now_ms(), "kind": kind, "answer": answer}
    ledger.write(_DELIVERED, facts)


def waiting(ledger: Ledger) -> list[Notice]:
    """Everything still to be told."""
    rows = ledger.rows("SELECT * FROM notices WHERE state = 'waiting' ORDER BY next_at")
    return [_notice(row) for row in rows]


def is_waiting(ledger: Ledger, notice_id: str) -> bool:
    """Whether a notice is still to be told."""
    row = ledger.row("SELECT state FROM notices WHERE id = :id", {"id": notice_id})
    return row is not None and row["state"] == NoticeState.WAITING


def about(ledger: Ledger, subject: str) -> list[Notice]:
    """Every notice about one order or refund, oldest first."""
    sql = "SELECT * FROM notices WHERE subject = :subject ORDER BY rowid"
    return [_notice(row) for row in ledger.rows(sql, {"subject": subject})]


def told(ledger: Ledger, subject: str | None, *, most: int) -> list[dict[str, Any]]:
    """Notices with every sending and its answer, newest first, for whoever rehearses."""
    rows = ledger.rows(_TOLD, {"subject": subject, "most": most})
    sendings = "SELECT at, kind, answer FROM deliveries WHERE notice_id = :id ORDER BY rowid"
    return [row | {"deliveries": ledger.rows(sendings, {"id": row["id"]})} for row in rows]


def _notice(row: Mapping[str, Any]) -> Notice:
    kinds = {"signer": Signer(row["signer"]), "state": NoticeState(row["state"])}
    return Notice(**(dict(row) | kinds))
