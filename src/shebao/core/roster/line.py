"""Line (名册明细): one person on a roster, and whether anything is to be collected from them.

Whether they have paid is never written here: the bill knows, whoever paid it and however.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class LineState(StrEnum):
    """Where a line stands."""

    LISTED = "listed"  # 在册
    APPLYING = "applying"  # 正在办参保登记
    EXEMPT = "exempt"  # 政府代缴，不收
    REPEATED = "repeated"  # 以前的名册里已有
    REFUSED = "refused"  # 不能收
    LEFT = "left"  # 已离开


class LineEvent(StrEnum):
    """What can happen to a line."""

    JUDGED = "judged"
    ADMITTED = "admitted"  # The agency has enrolled them.
    TURNED_AWAY = "turned_away"
    BECAME_EXEMPT = "became_exempt"
    LEFT = "left"
    CAME_BACK = "came_back"


_S, _E = LineState, LineEvent
STEPS: Final = Steps(
    "roster line",
    {
        (_S.APPLYING, _E.ADMITTED): _S.LISTED,
        (_S.APPLYING, _E.TURNED_AWAY): _S.REFUSED,
        (_S.APPLYING, _E.BECAME_EXEMPT): _S.EXEMPT,
        (_S.LISTED, _E.BECAME_EXEMPT): _S.EXEMPT,
        (_S.APPLYING, _E.LEFT): _S.LEFT,
        (_S.LISTED, _E.LEFT): _S.LEFT,
        (_S.LEFT, _E.CAME_BACK): _S.LISTED,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """One line: what the file said of a person that may rest here, and why it is as it is."""

    region_code: str
    roster_id: str
    line: int  # As the file numbers it, so that a person finds it again.
    number_hash: bytes
    group: str  # 班级、村民小组
    state: LineState
    version: int = 1
    person_id: str | None = None
    enrolment_id: str | None = None
    category: str | None = None  # As which they apply.
    district: str | None = None
    reason: str = ""  # The code of the refusal, when it is not collected.
    says: str = ""  # What the collector was told of it.


@dataclass(eq=False)
class LineUnknown(Refusal):
    """The roster has no such line."""


@dataclass(eq=False)
class StillInPayment(Refusal):
    """The line is in a payment of the whole roster, which must be withdrawn first."""


@dataclass(eq=False)
class PaidAlready(Refusal):
    """The person's contribution is paid: what is wanted is a refund."""
