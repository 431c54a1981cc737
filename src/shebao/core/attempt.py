"""Attempt (支付尝试): one try at collecting an order's money through one channel.

An order may have several attempts, one after another: a channel never forgives a number used
twice. Only one is live at a time. *Unknown* is a state: we asked and were not answered, so we
go on asking what became of it, and never simply try again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.channel import Cashier, Method
from shebao.core.money import Money
from shebao.core.steps import Steps


class AttemptState(StrEnum):
    """Where an attempt stands."""

    CREATED = "created"  # 已登记
    SENT = "sent"  # 已发往渠道
    PENDING = "pending"  # 等待支付
    UNKNOWN = "unknown"  # 结果待确认
    CLOSING = "closing"  # 正在关闭
    CLOSED = "closed"  # 已关闭
    FAILED = "failed"  # 未成功
    SUCCEEDED = "succeeded"  # 成功
    LATE_SUCCESS = "late_success"  # 关闭后成功

    @property
    def is_live(self) -> bool:
        """Whether money may still come of it."""
        return self in {
            AttemptState.CREATED,
            AttemptState.SENT,
            AttemptState.PENDING,
            AttemptState.UNKNOWN,
            AttemptState.CLOSING,
        }

    @property
    def brought_money(self) -> bool:
        """Whether money came of it."""
        return self in {AttemptState.SUCCEEDED, AttemptState.LATE_SUCCESS}


class AttemptEvent(StrEnum):
    """What can happen to an attempt."""

    SENT = "sent"
    ACCEPTED = "accepted"  # The channel gave us a cashier.
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    PAID = "paid"
    CLOSING = "closing"
    CLOSED = "closed"
    PAID_LATE = "paid_late"


_S, _E = AttemptState, AttemptEvent
STEPS: Final = Steps(
    "attempt",
    {
        (_S.CREATED, _E.SENT): _S.SENT,
        (_S.CREATED, _E.CLOSED): _S.CLOSED,  # Never sent: there is nothing to ask.
        (_S.SENT, _E.ACCEPTED): _S.PENDING,
        (_S.SENT, _E.REFUSED): _S.FAILED,
        (_S.SENT, _E.UNANSWERED): _S.UNKNOWN,
        (_S.SENT, _E.PAID): _S.SUCCEEDED,  # The notice was faster than the answer.
        (_S.SENT, _E.CLOSING): _S.CLOSING,
        (_S.PENDING, _E.UNANSWERED): _S.UNKNOWN,
        (_S.PENDING, _E.REFUSED): _S.FAILED,
        (_S.PENDING, _E.PAID): _S.SUCCEEDED,
        (_S.PENDING, _E.CLOSING): _S.CLOSING,
        (_S.UNKNOWN, _E.PAID): _S.SUCCEEDED,
        (_S.UNKNOWN, _E.REFUSED): _S.FAILED,
        (_S.UNKNOWN, _E.CLOSED): _S.CLOSED,
        (_S.UNKNOWN, _E.CLOSING): _S.CLOSING,
        (_S.CLOSING, _E.PAID): _S.SUCCEEDED,
        (_S.CLOSING, _E.CLOSED): _S.CLOSED,
        (_S.CLOSED, _E.PAID_LATE): _S.LATE_SUCCESS,
        (_S.FAILED, _E.PAID_LATE): _S.LATE_SUCCESS,
    },
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. Its id is the number the channel knows it by."""

    region_code: str
    id: str
    order_id: str
    method: Method
    state: AttemptState
    version: int
    amount: Money
    cashier: Cashier | None
    created_at: datetime
    says: str = ""  # What the channel said when it refused.
