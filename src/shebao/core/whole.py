"""Whole (合单): orders of several cities that one family pays in one payment.

A whole has no state and no money of its own: it is how its orders stand, each in the books of its
own city. A *try* is one payment at the channel for all of them; its parts are attempts like any
other, one an order. The channel takes the money of all parts or of none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.channel import Cashier
from shebao.core.order import Order, OrderState
from shebao.core.refusals import Refusal

ENTRY: Final = "together"  # The way in that the orders of a whole have come by.
PART: Final = "prt"  # What the ids of attempts begin with that are parts of a try.
ORDERS_LEAST: Final = 2
ORDERS_MOST: Final = 50  # More parts no channel takes.


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """One order of a whole: where it is, and who its payer is there."""

    region_code: str
    order_id: str
    payer_id: str
    entry_channel: str  # The way in that it is paid by when it is paid apart.


@dataclass(frozen=True, slots=True)
class Whole:
    """What somebody pays in one payment. Its region is the one they were signed in at."""

    region_code: str
    id: str
    payer_id: str
    orders: tuple[WholeOrder, ...]
    opened_at: datetime

    @property
    def regions(self) -> tuple[str, ...]:
        """The cities whose orders it holds."""
        return tuple(one.region_code for one in self.orders)


@dataclass(frozen=True, slots=True)
class Try:
    """One payment at the channel for a whole. Its id is the number the channel knows it by."""

    region_code: str
    id: str
    whole_id: str
    parts: tuple[tuple[str, str], ...]  # Region and attempt.
    cashier: Cashier | None = None


class WholeStanding(StrEnum):
    """How a whole stands, as its payer sees it."""

    OPEN = "open"  # 待支付
    WAITING = "waiting"  # 正在确认
    PAID = "paid"  # 都缴成了
    SOME = "some"  # 有的城市缴成了
    OVER = "over"  # 没有缴成


def standing(orders: Iterable[tuple[Order, bool]], *, now: datetime) -> WholeStanding:
    """How a whole stands, from its orders; beside each, whether money may still come of it."""
    seen = list(orders)
    paid = [order for order, _ in seen if order.state is OrderState.PAID]
    if len(paid) == len(seen):
        return WholeStanding.PAID
    if any(live or order.state is OrderState.EXPIRING for order, live in seen):
        return WholeStanding.WAITING
    if paid:
        return WholeStanding.SOME
    if all(_payable(order, now) for order, _ in seen):
        return WholeStanding.OPEN
    return WholeStanding.OVER


def _payable(order: Order, now: datetime) -> bool:
    return order.state in {OrderState.OPEN, OrderState.PAYING} and now < order.expires_at


@dataclass(eq=False)
class PaidTogether(Refusal):
    """An order is paid together with those of other cities, and not by itself."""

    order_id: str


@dataclass(eq=False)
class OneCityOnly(Refusal):
    """All of it belongs to one city, where an ordinary order holds it."""


@dataclass(eq=False)
class NotPaidTogether(Refusal):
    """By this method, orders of several cities cannot be paid in one payment."""

    method: str


@dataclass(eq=False)
class WholeGone(Refusal):
    """An order of a whole is paid, over, or given up: the whole cannot be paid any more."""

    whole_id: str


@dataclass(eq=False)
class WholeBeingConfirmed(Refusal):
    """An earlier try may have brought money: it is being asked about, do not pay again."""

    whole_id: str
