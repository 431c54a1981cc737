"""Statement (对账单): what a channel says it moved for us on one day, line by line.

Every gateway reads its own file into these lines, whatever the wire looks like.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shebao.core.money import Money
from shebao.core.refusals import Refusal


class LineKind(StrEnum):
    """Which way the money of a line went."""

    PAYMENT = "payment"  # Collected for us.
    REFUND = "refund"  # Given back for us.


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement. The amount is positive; its kind says which way it went."""

    line: int  # In the file, from 1, headings counted.
    kind: LineKind
    our_id: str  # Our attempt or refund as the channel writes it; "" when it names none.
    reference: str  # The channel's own number of the money or of the refund.
    amount: Money
    fee: Money  # What the channel keeps (手续费); given back with a refund it is negative.
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be read, as it stands in the file, with the reason in Chinese."""

    line: int
    text: str
    why: str


@dataclass(eq=False)
class StatementNotReady(Refusal):
    """The channel has no file of that day yet."""

    method: str
    day: str


@dataclass(eq=False)
class StatementUnreadable(Refusal):
    """A file is not a statement of this channel, or its totals are not those of its lines."""

    method: str
    why: str
