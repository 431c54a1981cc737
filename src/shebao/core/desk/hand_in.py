"""Hand-in (交款): a clerk gives the cash of many slips to the cashier, who counts it again.

The two are never the same person. Whoever counts less than the slips come to hands nothing in:
the missing money stays under the name of who took it, and grows old there in plain sight.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.money import Money
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class HandInState(StrEnum):
    """Where a hand-in stands."""

    SUBMITTED = "submitted"  # 待清点
    RECEIVED = "received"  # 已收讫
    SENT_BACK = "sent_back"  # 已退回
    BANKED = "banked"  # 已缴存银行


class HandInEvent(StrEnum):
    """What can happen to a hand-in."""

    SUBMITTED = "submitted"
    RECEIVED = "received"  # The cashier counted the same.
    SENT_BACK = "sent_back"
    BANKED = "banked"


_S, _E = HandInState, HandInEvent
STEPS: Final = Steps(
    "hand_in",
    {
        (_S.SUBMITTED, _E.RECEIVED): _S.RECEIVED,
        (_S.SUBMITTED, _E.SENT_BACK): _S.SENT_BACK,
        (_S.RECEIVED, _E.BANKED): _S.BANKED,
    },
)


@dataclass(frozen=True, slots=True)
class HandIn:
    """One hand-in. The amount is what its slips come to, less what was paid out in cash."""

    region_code: str
    id: str
    office: str
    clerk_id: str
    slips: int
    amount: Money
    submitted_at: datetime
    state: HandInState
    version: int
    cashier_id: str | None = None
    reason: str = ""


def must_be_all(counted: Money, due: Money) -> None:
    """See that what was counted is what must be there, to the fen. Raises CashDiffers."""
    if counted != due:
        short = counted < due
        by = due - counted if short else counted - due
        raise CashDiffers(due, counted, "short" if short else "over", by)


@dataclass(eq=False)
class CashDiffers(Refusal):
    """What was counted is not what the slips come to."""

    due: Money
    counted: Money
    side: str
    by: Money


@dataclass(eq=False)
class NothingToHandIn(Refusal):
    """There is no cash of these slips to hand in, or it is on its way already."""


@dataclass(eq=False)
class AnotherMustCount(Refusal):
    """Nobody counts the cash they handed in themselves."""
