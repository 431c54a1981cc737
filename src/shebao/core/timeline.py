"""Timeline (钱到哪儿了): where an order's money is, who holds it, and what comes next.

Five stops on the way in: ordered, paid, cleared by the channel, in the treasury, on the record.
What nobody has told us of has not happened yet. Money that goes back has a way of its own for
each sum: why, since when, and how far it has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.money import Money
from shebao.core.order import Order, OrderState
from shebao.core.payment import Payment
from shebao.core.refund import Refund, RefundState

_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_CODE_DIGITS: Final = 8
_GROUP: Final = 3
_READ_OUT: Final = "零幺二三四五六七八九"


class Stop(StrEnum):
    """A stop on the way in."""

    ORDERED = "ordered"  # 已下缴费单
    PAID = "paid"  # 渠道已收款
    CLEARED = "cleared"  # 渠道已清算
    REMITTED = "remitted"  # 国库已入库
    RECORDED = "recorded"  # 经办机构已记账


class Standing(StrEnum):
    """How a stop stands."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    NEVER = "never"  # The order is over, or all of its money has turned back.


class Holder(StrEnum):
    """Who has the money."""

    PAYER = "payer"  # 您
    CHANNEL = "channel"  # 支付渠道
    OFFICE = "office"  # 征收机关的清算账户
    TREASURY = "treasury"  # 国库
    FUND = "fund"  # 基金


class Turn(StrEnum):
    """A stop on the way back."""

    ASKED = "asked"  # 已申请
    SET_ASIDE = "set_aside"  # 没有记上
    REFUSED = "refused"  # 未同意
    WITHDRAWN = "withdrawn"  # 已撤回
    AGREED = "agreed"  # 已同意
    SENT = "sent"  # 已提交渠道
    BY_HAND = "by_hand"  # 转人工
    BACK = "back"  # 已退回


@dataclass(frozen=True, slots=True)
class Moment:
    """A stop with how it stands, and when it was reached."""

    stop: Stop
    standing: Standing
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TurnMoment:
    """A stop on the way back; no time means that it has not been reached."""

    turn: Turn
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PartOfOrder:
    """What is known of one bill: when it was cleared and remitted, and whether it turned back."""

    cleared_at: datetime | None = None
    remitted_at: datetime | None = None
    turned_back: bool = False


@dataclass(frozen=True, slots=True)
class WayBack:
    """One sum that goes back: why, and its stops, those to come without a time."""

    amount: Money
    why: str  # A misfit, or the ground of a request.
    turns: tuple[TurnMoment, ...]
    request_id: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return all(moment.at for moment in self.turns)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where an order's money is."""

    order: Order
    moments: tuple[Moment, ...]
    holder: Holder
    ways_back: tuple[WayBack, ...]

    @property
    def next(self) -> Stop | None:
        """The stop it will come to next, if it is on its way."""
        going = (Standing.NOW, Standing.AHEAD)
        return next((one.stop for one in self.moments if one.standing in going), None)


def timeline(
    order: Order,
    *,
    paid: Payment | None,
    parts: Sequence[PartOfOrder],
    ways_back: Sequence[WayBack] = (),
) -> Timeline:
    """Say where the money is, from the order, what paid it, and what became of its bills."""
    staying = [part for part in parts if not part.turned_back]
    reached = {
        Stop.ORDERED: order.opened_at,
        Stop.PAID: paid.happened_at if paid else None,
        Stop.CLEARED: _all(part.cleared_at or part.remitted_at for part in staying),
        Stop.REMITTED: _all(part.remitted_at for part in staying),
        Stop.RECORDED: None,  # Agencies do not tell us yet.
    }
    over = order.state in {OrderState.EXPIRED, OrderState.CANCELLED} or not staying
    moments: list[Moment] = []
    for stop, at in reached.items():
        before = all(moment.standing is Standing.DONE for moment in moments)
        moments.append(Moment(stop, _standing(at, before=before, over=over), at))
    return Timeline(order, tuple(moments), _holder(moments), tuple(ways_back))


def way_of_refund(refund: Refund, times: Mapping[str, datetime]) -> tuple[TurnMoment, ...]:
    """The stops of a refund from when it was agreed to, by the times of its events."""
    by_hand = times.get("given_to_a_person")
    back = TurnMoment(Turn.BACK, times.get("succeeded"))
    agreed = TurnMoment(Turn.AGREED, times.get("approved"))
    sent = TurnMoment(Turn.SENT, times.get("sent"))
    never_sent = refund.state is RefundState.MANUAL and sent.at is None
    stops = [agreed] if never_sent else [agreed, sent]
    return (*stops, *([TurnMoment(Turn.BY_HAND, by_hand)] if by_hand else []), back)


def spoken_code(number: int) -> str:
    """A short code with its check digit, such as 48105736 and 2: 481057362."""
    digits = f"{number % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}"
    return digits + str(_damm(digits))


def is_spoken_code(text: str) -> bool:
    """Whether these are the digits of a code: one wrong digit, or two swapped, and they are not."""
    return text.isascii() and text.isdigit() and len(text) > _CODE_DIGITS and _damm(text) == 0


def in_groups(code: str) -> str:
    """A code as it is shown: 481 057 362."""
    return " ".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def read_out(code: str) -> str:
    """A code as it is said on the telephone: 四八幺 零五七 三六二."""
    return in_groups("".join(_READ_OUT[int(digit)] for digit in code))


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def _all(times: Iterable[datetime | None]) -> datetime | None:
    """When the last of them was reached; none while any is missing."""
    found = list(times)
    known = [at for at in found if at is not None]
    return max(known) if known and len(known) == len(found) else None


def _standing(at: datetime | None, *, before: bool, over: bool) -> Standing:
    if at is not None and before:
        return Standing.DONE
    if over:
        return Standing.NEVER
    return Standing.NOW if before else Standing.AHEAD


def _holder(moments: Sequence[Moment]) -> Holder:
    done = [moment.stop for moment in moments if moment.standing is Standing.DONE]
    return {
        Stop.ORDERED: Holder.PAYER,
        Stop.PAID: Holder.CHANNEL,
        Stop.CLEARED: Holder.OFFICE,
        Stop.REMITTED: Holder.TREASURY,
        Stop.RECORDED: Holder.FUND,
    }[done[-1]]
