"""Payment (到账): money a channel says it holds for us. A person can be refused; money cannot.

Every payment is written down before anybody asks whether it fits. What fits is *applied* to
its order; what does not waits *unapplied* in suspense, with a reason, and goes back by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.channel import Method
from shebao.core.money import Money
from shebao.core.steps import Steps


class PaymentState(StrEnum):
    """Where money stands."""

    RECEIVED = "received"  # 已到账
    APPLIED = "applied"  # 已入单
    UNAPPLIED = "unapplied"  # 待处理
    REFUNDING = "refunding"  # 退款中
    REFUNDED = "refunded"  # 已退款


class PaymentEvent(StrEnum):
    """What can happen to money."""

    APPLIED = "applied"
    SET_ASIDE = "set_aside"
    REFUND_BEGUN = "refund_begun"
    REFUNDED = "refunded"
    APPLIED_AFTER_ALL = "applied_after_all"


class Misfit(StrEnum):
    """Why money does not fit."""

    NONE = ""
    UNKNOWN_ATTEMPT = "unknown_attempt"  # 未知订单
    WRONG_AMOUNT = "wrong_amount"  # 金额不符
    SECOND_PAYMENT = "second_payment"  # 重复付款
    TOO_LATE = "too_late"  # 超时到账


_S, _E = PaymentState, PaymentEvent
STEPS: Final = Steps(
    "money",
    {
        (_S.RECEIVED, _E.APPLIED): _S.APPLIED,
        (_S.RECEIVED, _E.SET_ASIDE): _S.UNAPPLIED,
        (_S.UNAPPLIED, _E.REFUND_BEGUN): _S.REFUNDING,
        (_S.UNAPPLIED, _E.APPLIED_AFTER_ALL): _S.APPLIED,
        (_S.REFUNDING, _E.REFUNDED): _S.REFUNDED,
        (_S.REFUNDING, _E.APPLIED_AFTER_ALL): _S.APPLIED,
    },
)


@dataclass(frozen=True, slots=True)
class Payment:
    """One sum of money, under the channel's own number for it."""

    region_code: str
    method: Method
    reference: str
    attempt_id: str
    order_id: str | None
    amount: Money
    state: PaymentState
    misfit: Misfit
    happened_at: datetime
