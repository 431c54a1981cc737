"""Enrolment (参保): that a person belongs to a scheme, in a district, in a category.

The agency (人社 or 医保) decides it; we are told. An enrolment is what bills are issued to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.steps import Steps


class EnrolmentState(StrEnum):
    """Where an enrolment stands."""

    APPLIED = "applied"  # 已申请
    UNDER_REVIEW = "under_review"  # 审核中
    RETURNED = "returned"  # 退回补正
    ACTIVE = "active"  # 正常参保
    REJECTED = "rejected"  # 不予登记
    SUSPENDED = "suspended"  # 暂停参保
    ENDED = "ended"  # 终止参保


class EnrolmentEvent(StrEnum):
    """What can happen to an enrolment."""

    TAKEN_UP = "taken_up"
    SENT_BACK = "sent_back"
    APPLIED_AGAIN = "applied_again"
    ADMITTED = "admitted"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    ENDED = "ended"


_S, _E = EnrolmentState, EnrolmentEvent
STEPS: Final = Steps(
    "enrolment",
    {
        (_S.APPLIED, _E.TAKEN_UP): _S.UNDER_REVIEW,
        (_S.UNDER_REVIEW, _E.SENT_BACK): _S.RETURNED,
        (_S.RETURNED, _E.APPLIED_AGAIN): _S.APPLIED,
        (_S.UNDER_REVIEW, _E.ADMITTED): _S.ACTIVE,
        (_S.UNDER_REVIEW, _E.REFUSED): _S.REJECTED,
        (_S.ACTIVE, _E.SUSPENDED): _S.SUSPENDED,
        (_S.SUSPENDED, _E.RESUMED): _S.ACTIVE,
        (_S.ACTIVE, _E.ENDED): _S.ENDED,
        (_S.SUSPENDED, _E.ENDED): _S.ENDED,
    },
)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One person in one scheme. `last_choice` is the amount, tier or base of the last year."""

    region_code: str
    id: str
    person_id: str
    scheme: str
    district: str | None
    category: str | None
    identity: str | None  # 特殊身份, such as 低保.
    subsidised_years: int
    last_choice: Money | None
    state: EnrolmentState = EnrolmentState.ACTIVE
    paid_until: Period | None = None  # 缴至年月: the last month the agency says was paid.
