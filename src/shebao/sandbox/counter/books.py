"""Books: the notices the bank knows, the cards the acquirer charged, the cash that was brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from shebao.sandbox.ledger import Ledger, columns


class SlipState(StrEnum):
    """Where a payment notice stands at the bank."""

    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Slip:
    """One payment notice somebody may bring to a window."""

    number: str
    attempt_id: str
    fen: int
    title: str
    notify_url: str
    expires_at: int
    state: SlipState

    def standing(self, now: int) -> SlipState:
        """Where it stands now: nobody takes money for one whose time is over."""
        if self.state is SlipState.OPEN and self.expires_at <= now:
            return SlipState.CLOSED
        return self.state


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that moved: at a window, through a terminal, or cash that was brought."""

    kind: str  # window, acquirer, deposits
    serial: str
    our_id: str  # The attempt, or the office; nothing for a card.
    fen: int
    at: int


_INSERT: Final = """
    INSERT INTO counter_slips
    VALUES (:number, :attempt_id, :fen, :title, :notify_url, :expires_at, :state)
"""
_STEP: Final = "UPDATE counter_slips SET state = :state WHERE number = :number"
_MOVE: Final = "INSERT INTO counter_movements VALUES (:kind, :serial, :our_id, :fen, :at)"
_BY_NUMBER: Final = "SELECT * FROM counter_slips WHERE number = :number"
_BY_ATTEMPT: Final = "SELECT * FROM counter_slips WHERE attempt_id = :attempt_id"
_PAID: Final = """
    SELECT * FROM counter_movements
    WHERE kind = 'window' AND our_id = :our_id ORDER BY rowid LIMIT 1
"""
_MOVED: Final = """
    SELECT * FROM counter_movements
    WHERE kind = :kind AND at >= :begins AND at < :ends ORDER BY rowid
"""


_SUMS: Final = """
    SELECT 'counter' AS channel, kind AS mchid, count(*) AS payments, sum(fen) AS paid_fen,
           0 AS refunds, 0 AS refunded_fen
    FROM counter_movements WHERE kind <> 'deposits' GROUP BY kind
"""


def insert(ledger: Ledger, slip: Slip) -> None:
    """Write a notice down."""
    ledger.write(_INSERT, columns(slip))


def step(ledger: Ledger, slip: Slip, state: SlipState) -> None:
    """A notice stands somewhere else now."""
    ledger.write(_STEP, {"number": slip.number, "state": state})


def move(ledger: Ledger, movement: Movement) -> None:
    """Write down money that moved."""
    ledger.write(_MOVE, columns(movement))


def by_number(ledger: Ledger, number: str) -> Slip | None:
    """The notice somebody brings."""
    return _slip(ledger.row(_BY_NUMBER, {"number": number}))


def by_attempt(ledger: Ledger, attempt_id: str) -> Slip | None:
    """The notice the merchant asks about."""
    return _slip(ledger.row(_BY_ATTEMPT, {"attempt_id": attempt_id}))


def paid(ledger: Ledger, attempt_id: str) -> Movement | None:
    """The money a window took for a notice, the first if it took it twice."""
    row = ledger.row(_PAID, {"our_id": attempt_id})
    return None if row is None else Movement(**row)


def moved(ledger: Ledger, kind: str, span: Mapping[str, int]) -> list[Movement]:
    """What moved on a day."""
    facts: dict[str, Any] = {"kind": kind, **span}
    return [Movement(**row) for row in ledger.rows(_MOVED, facts)]


def sums(ledger: Ledger) -> list[dict[str, Any]]:
    """What the windows and the terminals hold for the merchant; nothing goes back this way."""
    return [row | {"held_fen": row["paid_fen"] - row["refunded_fen"]} for row in ledger.rows(_SUMS)]


def _slip(row: dict[str, Any] | None) -> Slip | None:
    return None if row is None else Slip(**(row | {"state": SlipState(row["state"])}))
