"""Notices: what channels tell merchants by themselves, kept until the merchant has heard it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.ledger import Ledger, columns


class NoticeState(StrEnum):
    """How far a notice has come."""

    WAITING = "waiting"
    WITHHELD = "withheld"  # The fault menu says it never comes.
    ACCEPTED = "accepted"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. Its words stay; every sending signs them anew."""

    id: str
    channel: str
    subject: str  # The merchant's number of what it is about.
    event: str
    url: str
    body: str  # As the channel keeps it; only the channel knows how it is sent.
    signer: str  # Which of its keys signs, when the channel has several.
    plan: str
    state: NoticeState
    tries: int
    next_at: int
    heard: str | None = None  # The words of the last answer, where the channel believes words.


_INSERT: Final = """
    INSERT INTO letters VALUES (:id, :channel, :subject, :event, :url, :body, :signer, :plan,
        :state, :tries, :next_at, :heard)
"""
_UPDATE: Final = """
    UPDATE letters
    SET state = :state, tries = :tries, next_at = :next_at, heard = :heard WHERE id = :id
"""
_DELIVERED: Final = "INSERT INTO deliveries VALUES (:notice_id, :at, :kind, :answer)"
_TOLD: Final = """
    SELECT id, channel, subject, event, url, state, tries, next_at, heard FROM letters
    WHERE (:subject IS NULL OR subject = :subject) ORDER BY rowid DESC LIMIT :most
"""
_WAITING: Final = """
    SELECT * FROM letters WHERE state = 'waiting' AND channel = :channel ORDER BY next_at
"""


def insert(ledger: Ledger, notice: Notice) -> None:
    """Write down something to be told."""
    ledger.write(_INSERT, columns(notice))


def save(ledger: Ledger, notice: Notice) -> None:
    """Write down how far a notice has come."""
    ledger.write(
        _UPDATE,
        {
            "id": notice.id,
            "state": notice.state,
            "tries": notice.tries,
            "next_at": notice.next_at,
            "heard": notice.heard,
        },
    )


def delivered(ledger: Ledger, notice_id: str, kind: str, answer: int | None) -> None:
    """Write down one sending and the status of its answer."""
    facts = {"notice_id": notice_id, "at": clock.now_ms(), "kind": kind, "answer": answer}
    ledger.write(_DELIVERED, facts)


def waiting(ledger: Ledger, channel: str) -> list[Notice]:
    """Everything a channel still has to tell."""
    return [_notice(row) for row in ledger.rows(_WAITING, {"channel": channel})]


def is_waiting(ledger: Ledger, notice_id: str) -> bool:
    """Whether a notice is still to be told."""
    row = ledger.row("SELECT state FROM letters WHERE id = :id", {"id": notice_id})
    return row is not None and row["state"] == NoticeState.WAITING


def about(ledger: Ledger, subject: str) -> list[Notice]:
    """Every notice about one order, trade or refund, oldest first."""
    sql = "SELECT * FROM letters WHERE subject = :subject ORDER BY rowid"
    return [_notice(row) for row in ledger.rows(sql, {"subject": subject})]


def told(ledger: Ledger, subject: str | None, *, most: int) -> list[dict[str, Any]]:
    """Notices with every sending and its answer, newest first, for whoever rehearses."""
    rows = ledger.rows(_TOLD, {"subject": subject, "most": most})
    sendings = "SELECT at, kind, answer FROM deliveries WHERE notice_id = :id ORDER BY rowid"
    return [row | {"deliveries": ledger.rows(sendings, {"id": row["id"]})} for row in rows]


def _notice(row: Mapping[str, Any]) -> Notice:
    return Notice(**(dict(row) | {"state": NoticeState(row["state"])}))
