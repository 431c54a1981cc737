"""Slip (现金收据): what a clerk gives for cash: numbered book by book, and no number is left out.

A slip is written with the money it speaks of, or not at all. One that was spoiled is voided with
the reason, and the next number takes its place: the money stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from shebao.core.money import ZERO, Money
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps

REASON_LETTERS_MIN: Final = 2
REASON_LETTERS_MAX: Final = 60


class SlipState(StrEnum):
    """Where a slip stands, and with it the cash."""

    ISSUED = "issued"  # 在经办人手里
    SUBMITTED = "submitted"  # 交款待清点
    HANDED_IN = "handed_in"  # 已交款
    BANKED = "banked"  # 已缴存银行
    VOIDED = "voided"  # 已作废


class SlipEvent(StrEnum):
    """What can happen to a slip."""

    ISSUED = "issued"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"  # The cashier counted something else.
    HANDED_IN = "handed_in"
    BANKED = "banked"
    VOIDED = "voided"  # The paper was spoiled; another slip speaks of the money.


_S, _E = SlipState, SlipEvent
STEPS: Final = Steps(
    "slip",
    {
        (_S.ISSUED, _E.SUBMITTED): _S.SUBMITTED,
        (_S.SUBMITTED, _E.SENT_BACK): _S.ISSUED,
        (_S.SUBMITTED, _E.HANDED_IN): _S.HANDED_IN,
        (_S.HANDED_IN, _E.BANKED): _S.BANKED,
        (_S.ISSUED, _E.VOIDED): _S.VOIDED,
    },
)


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip. `reference` is the number under which its money came: the first slip's own."""

    region_code: str
    id: str
    number: str
    office: str
    clerk_id: str
    order_id: str
    attempt_id: str
    reference: str
    amount: Money
    received: Money
    taken_at: datetime
    due_on: date
    state: SlipState
    version: int
    replaces: str | None = None
    reason: str = ""
    hand_in_id: str | None = None

    @property
    def change(self) -> Money:
        """找零: what the payer gets back over the counter."""
        return self.received - self.amount


def slip_number(*, office: str, book: int, serial: int) -> str:
    """A slip's number as it is printed: office, book of the clerk, serial in the book.

    >>> slip_number(office="TN01", book=3, serial=12)
    'TN01-03-000012'
    """
    assert book > 0
    assert serial > 0
    return f"{office}-{book:02d}-{serial:06d}"


def must_cover(received: Money, amount: Money) -> None:
    """See that the notes on the counter are enough. Raises CashTooLittle."""
    if received < amount:
        raise CashTooLittle(amount, amount - received)
    assert amount > ZERO


def reason_of(text: str) -> str:
    """Read why something is done. Raises CauseNeeded."""
    reason = " ".join(text.split())
    if not REASON_LETTERS_MIN <= len(reason) <= REASON_LETTERS_MAX:
        raise CauseNeeded(REASON_LETTERS_MIN, REASON_LETTERS_MAX)
    return reason


@dataclass(eq=False)
class CashTooLittle(Refusal):
    """The notes on the counter do not come to the amount."""

    amount: Money
    missing: Money


@dataclass(eq=False)
class SlipDiffers(Refusal):
    """The same form was sent again with something else in it: the first slip stands."""

    slip_id: str
    number: str


@dataclass(eq=False)
class CauseNeeded(Refusal):
    """What is done here needs a reason, in a few words."""

    fewest: int
    most: int
