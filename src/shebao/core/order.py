"""Order (缴费单): one or more bills of one region, paid in one go.

The corner to know: money can arrive after we have given up waiting for it. While an order is
*expiring* we have asked the channel and stopped offering; only then are its bills released.
Money that comes even later pays the bills if they are all still payable, and else goes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.money import Money
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class OrderState(StrEnum):
    """Where an order stands."""

    OPEN = "open"  # 待支付
    PAYING = "paying"  # 支付中
    PAID = "paid"  # 已支付
    EXPIRING = "expiring"  # 正在关闭
    EXPIRED = "expired"  # 已超时
    CANCELLED = "cancelled"  # 已取消

    @property
    def is_live(self) -> bool:
        """Whether it still holds its bills."""
        return self in {OrderState.OPEN, OrderState.PAYING, OrderState.EXPIRING}


class OrderEvent(StrEnum):
    """What can happen to an order."""

    OPENED = "opened"
    SUBMITTED = "submitted"  # An attempt was begun at a channel.
    PAID = "paid"
    TIME_RAN_OUT = "time_ran_out"
    WITHDRAWN = "withdrawn"  # The payer gave it up.
    CLOSED = "closed"  # The channel can no longer collect it.
    PAID_LATE = "paid_late"


_S, _E = OrderState, OrderEvent
STEPS: Final = Steps(
    "order",
    {
        (_S.OPEN, _E.SUBMITTED): _S.PAYING,
        (_S.PAYING, _E.SUBMITTED): _S.PAYING,  # On another channel; the first is closed.
        (_S.OPEN, _E.WITHDRAWN): _S.CANCELLED,
        (_S.PAYING, _E.PAID): _S.PAID,
        (_S.OPEN, _E.TIME_RAN_OUT): _S.EXPIRING,
        (_S.PAYING, _E.TIME_RAN_OUT): _S.EXPIRING,
        (_S.PAYING, _E.WITHDRAWN): _S.EXPIRING,
        (_S.PAYING, _E.CLOSED): _S.EXPIRED,  # A bank's file says that nothing was collected.
        (_S.EXPIRING, _E.PAID): _S.PAID,
        (_S.EXPIRING, _E.CLOSED): _S.EXPIRED,
        (_S.EXPIRED, _E.PAID_LATE): _S.PAID,
    },
)


@dataclass(frozen=True, slots=True)
class Order:
    """One payment somebody means to make. `attempt_id` is the one live attempt, if any."""

    region_code: str
    id: str
    payer_id: str
    entry_channel: str
    state: OrderState
    version: int
    amount: Money
    expires_at: datetime
    attempt_id: str | None
    opened_at: datetime


@dataclass(eq=False)
class OrderGone(Refusal):
    """An order has expired, was cancelled or is paid: nothing more can be done with it."""

    order_id: str
    state: str


@dataclass(eq=False)
class OrderEmpty(Refusal):
    """Nothing was chosen to pay."""


@dataclass(eq=False)
class OrderDiffers(Refusal):
    """The same form was sent again with something else in it."""

    order_id: str
    differs_in: str
