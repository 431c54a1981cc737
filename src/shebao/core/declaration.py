"""Declaration (申报): what somebody submitted to pay, through which channel, and what became of it.

One is written for every choice that is submitted: on a page, at a counter, by a batch. It is
accepted when the bill it speaks of stands, so a choice for a year that cannot be billed yet is
still being processed. Accepted is not paid: whoever submitted it may go on, or make it void.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from shebao.core.bill import BillKind, BillState
from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class DeclarationState(StrEnum):
    """Where a declaration stands."""

    PROCESSING = "processing"  # 申报处理中
    ACCEPTED = "accepted"  # 申报成功
    REJECTED = "rejected"  # 申报没有成功
    VOIDED = "voided"  # 已作废

    @property
    def label(self) -> str:
        """The state as the cities' own pages call it."""
        return _LABELS[self]


class DeclarationEvent(StrEnum):
    """What can happen to a declaration."""

    DECLARED = "declared"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    VOIDED = "voided"


UNBILLED: Final = "unbilled"  # When everybody was billed, this could not be.
_S, _E = DeclarationState, DeclarationEvent
_LABELS: Final = {
    _S.PROCESSING: "申报处理中",
    _S.ACCEPTED: "申报成功",
    _S.REJECTED: "申报没有成功",
    _S.VOIDED: "已作废",
}
STEPS: Final = Steps(
    "declaration",
    {
        (_S.PROCESSING, _E.ACCEPTED): _S.ACCEPTED,
        (_S.PROCESSING, _E.REJECTED): _S.REJECTED,
        (_S.PROCESSING, _E.VOIDED): _S.VOIDED,
        (_S.ACCEPTED, _E.VOIDED): _S.VOIDED,
    },
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration, with where its bill stands now; without one while it is processed."""

    region_code: str
    id: str
    person_id: str
    enrolment_id: str
    scheme: str
    period: Period
    kind: BillKind
    amount: Money
    declared_by: str
    entry_channel: str
    declared_at: datetime
    says: str  # Why it was rejected: the code of a refusal.
    state: DeclarationState
    version: int
    bill_id: str | None = None
    bill_state: BillState | None = None
    held_by: str | None = None  # The order that holds the bill.
    holder_id: str | None = None  # Whose order that is.
    held_through: str | None = None  # The entry channel of that order.

    @property
    def unpaid(self) -> bool:
        """Whether it was accepted and its bill still waits for money."""
        waits = self.bill_state in {BillState.PAYABLE, BillState.RESERVED}
        return self.state is _S.ACCEPTED and waits


@dataclass(eq=False)
class DatesBackwards(Refusal):
    """起止日期颠倒: a stretch of days ends before it begins."""

    first: date
    last: date


@dataclass(eq=False)
class DeclarationPaid(Refusal):
    """What was declared is paid, so that it cannot be made void any more."""

    declaration_id: str


@dataclass(eq=False)
class DeclarationHeld(Refusal):
    """What was declared is being paid by somebody, or by a bank, at this moment."""

    declaration_id: str


def must_run_forward(first: date, last: date) -> None:
    """See that a stretch of days does not end before it begins. Raises DatesBackwards."""
    if last < first:
        raise DatesBackwards(first, last)
