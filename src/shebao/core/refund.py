"""Refund (退款): money on its way back, each try under a number of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shebao.core.channel import Method
from shebao.core.journal import REFUND_DUE, SUSPENSE, Account
from shebao.core.money import Money
from shebao.core.steps import Steps

BANKS_TAKE: Final = timedelta(days=5)  # Banks say one to three working days.


class RefundState(StrEnum):
    """Where a refund stands."""

    REQUESTED = "requested"  # 已申请
    APPROVED = "approved"  # 已同意
    SENT = "sent"  # 已提交渠道
    UNKNOWN = "unknown"  # 结果待确认
    SUCCEEDED = "succeeded"  # 已退回
    FAILED = "failed"  # 未退成
    MANUAL = "manual"  # 转人工


class RefundEvent(StrEnum):
    """What can happen to a refund."""

    APPROVED = "approved"
    SENT = "sent"
    UNANSWERED = "unanswered"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    GIVEN_TO_A_PERSON = "given_to_a_person"


class ByHand(StrEnum):
    """Why a person must look after a refund."""

    NONE = ""
    ABNORMAL = "abnormal"  # The payer's card is closed, or takes nothing any more.
    REFUSED = "refused"  # The channel says no: too old, or it does not know the money.
    CHANNEL_GONE = "channel_gone"  # We are not connected to this channel (any more).
    SILENT = "silent"  # The channel has said neither yes nor no for days.
    HANDED_OVER = "handed_over"  # The channel has handed the money over already.


_S, _E = RefundState, RefundEvent
STEPS: Final = Steps(
    "refund",
    {
        (_S.REQUESTED, _E.APPROVED): _S.APPROVED,
        (_S.APPROVED, _E.SENT): _S.SENT,
        (_S.SENT, _E.SUCCEEDED): _S.SUCCEEDED,
        (_S.SENT, _E.FAILED): _S.FAILED,
        (_S.SENT, _E.UNANSWERED): _S.UNKNOWN,
        (_S.UNKNOWN, _E.SUCCEEDED): _S.SUCCEEDED,
        (_S.UNKNOWN, _E.FAILED): _S.FAILED,
        (_S.FAILED, _E.SENT): _S.SENT,
        (_S.FAILED, _E.GIVEN_TO_A_PERSON): _S.MANUAL,
        (_S.APPROVED, _E.GIVEN_TO_A_PERSON): _S.MANUAL,  # No channel can be asked for it.
        (_S.SENT, _E.GIVEN_TO_A_PERSON): _S.MANUAL,  # Its channel was disconnected meanwhile.
        (_S.UNKNOWN, _E.GIVEN_TO_A_PERSON): _S.MANUAL,
        (_S.FAILED, _E.SUCCEEDED): _S.SUCCEEDED,  # An earlier request arrived after all.
        (_S.MANUAL, _E.SUCCEEDED): _S.SUCCEEDED,
        (_S.MANUAL, _E.APPROVED): _S.APPROVED,  # Put right by two people, and tried again.
    },
)


@dataclass(frozen=True, slots=True)
class Refund:
    """One sum going back to where it came from."""

    region_code: str
    id: str
    method: Method
    reference: str  # The channel's number of the money that goes back.
    attempt_id: str
    amount: Money
    paid: Money
    reason: str
    state: RefundState
    version: int
    request_id: str | None = None  # Whose answer it is; none when the money never fitted.
    why: ByHand = ByHand.NONE
    owner_id: str | None = None  # The clerk who looks after it.
    asked_at: datetime | None = None  # When it came to where it stands.
    redirected_by: str | None = None  # The repair that named another card of the payer's.

    def is_overdue(self, now: datetime) -> bool:
        """Whether a channel has said neither yes nor no for longer than any bank takes."""
        undecided = self.state in {RefundState.SENT, RefundState.UNKNOWN}
        return undecided and self.asked_at is not None and now - self.asked_at >= BANKS_TAKE

    @property
    def out_of(self) -> Account:
        """The account in which the money waits to go back."""
        return REFUND_DUE if self.request_id else SUSPENSE
