"""Request (退费申请): somebody asks for a contribution to go back, and others agree or do not.

One request is about one bill, so that of a payment for a family, or for several months, each
part can go back by itself. Up to the region's limit one clerk is enough; above it there are two,
and a clerk who asks counts as the first. Nobody approves what they checked or asked for then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.desk.clerk import Clerk
from shebao.core.ids import kind_of
from shebao.core.money import Money, total
from shebao.core.policy.returning import Ground
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps

EVIDENCE_MOST: Final = 500
EVIDENCE_LEAST: Final = 4


class RequestState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"  # 已提出
    CHECKED = "checked"  # 已初审
    APPROVED = "approved"  # 已同意，正在退
    DONE = "done"  # 已退回
    REJECTED = "rejected"  # 未同意
    WITHDRAWN = "withdrawn"  # 已撤回

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided it yet."""
        return self in {RequestState.ASKED, RequestState.CHECKED}

    @property
    def counts(self) -> bool:
        """Whether money goes back for it, has gone, or may still go."""
        return self not in {RequestState.REJECTED, RequestState.WITHDRAWN}


class RequestEvent(StrEnum):
    """What can happen to a request."""

    ASKED = "asked"
    CHECKED = "checked"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    PAID_BACK = "paid_back"


_S, _E = RequestState, RequestEvent
STEPS: Final = Steps(
    "refund request",
    {
        (_S.ASKED, _E.CHECKED): _S.CHECKED,
        (_S.ASKED, _E.APPROVED): _S.APPROVED,
        (_S.CHECKED, _E.APPROVED): _S.APPROVED,
        (_S.ASKED, _E.REJECTED): _S.REJECTED,
        (_S.CHECKED, _E.REJECTED): _S.REJECTED,
        (_S.ASKED, _E.WITHDRAWN): _S.WITHDRAWN,
        (_S.CHECKED, _E.WITHDRAWN): _S.WITHDRAWN,
        (_S.APPROVED, _E.PAID_BACK): _S.DONE,
    },
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request: which receipt's money, why, who asked, who said what."""

    region_code: str
    id: str
    receipt_number: str
    bill_id: str
    order_id: str
    person_id: str
    payer_id: str
    ground: Ground
    evidence: str
    amount: Money
    asked_by: str
    asked_at: datetime
    state: RequestState
    version: int
    checked_by: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    said: str = ""  # Why it was rejected.
    refund_id: str | None = None

    @property
    def by_clerk(self) -> bool:
        """Whether a clerk asked, for somebody."""
        return kind_of(self.asked_by) == "clk"

    @property
    def first_clerk(self) -> str | None:
        """The clerk who has looked at it already: who asked, or who checked it."""
        return self.asked_by if self.by_clerk else self.checked_by

    def asked_with(self, other: Request) -> bool:
        """Whether both were asked for at once, as parts of one payment."""
        mine, theirs = (
            (one.order_id, one.asked_by, one.asked_at, one.ground) for one in (self, other)
        )
        return mine == theirs


@dataclass(eq=False)
class EvidenceNeeded(Refusal):
    """A request says what can be shown for it, and neither too little nor too much."""

    least: int
    most: int


@dataclass(eq=False)
class AnotherClerkNeeded(Refusal):
    """The clerk who asked or checked cannot also approve."""


@dataclass(eq=False)
class CheckNeededFirst(Refusal):
    """Above the limit one clerk checks before another approves."""

    limit: Money


@dataclass(eq=False)
class RejectionUnexplained(Refusal):
    """Who says no says why."""


def evidence_of(text: str) -> str:
    """What can be shown, as it was written. Raises EvidenceNeeded."""
    written = " ".join(text.split())
    if not EVIDENCE_LEAST <= len(written) <= EVIDENCE_MOST:
        raise EvidenceNeeded(EVIDENCE_LEAST, EVIDENCE_MOST)
    return written


def asked_in_all(of_order: Iterable[Request]) -> Money:
    """What of one payment goes back in all: a limit is not passed by asking for it in parts."""
    return total(one.amount for one in of_order if one.state.counts)


def may_approve(request: Request, clerk: Clerk, *, in_all: Money, four_eyes_above: Money) -> None:
    """See that a clerk may approve a part of what goes back of a payment in all.

    Raises AnotherClerkNeeded or CheckNeededFirst.
    """
    if in_all <= four_eyes_above:
        return
    if request.first_clerk is None:
        raise CheckNeededFirst(four_eyes_above)
    if request.first_clerk == clerk.id:
        raise AnotherClerkNeeded
