"""Reconciliation (对账): what a source says and what we say, number by number.

SQL finds the few numbers on which the two sides do not say exactly the same; what each of them
means is decided here. A number may stand in another day's file than our money (日切), may be
split over several lines or gather several of ours: then nothing differs that matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from shebao.core.channel import Method
from shebao.core.money import ZERO, Money
from shebao.core.steps import Steps


class Source(StrEnum):
    """Who sends statements besides the channels (对账单来源)."""

    BANK = "bank"  # 清算账户开户行
    TREASURY = "treasury"  # 国库


class Subject(StrEnum):
    """What a number is the number of."""

    PAYMENT = "payment"  # 收款
    REFUND = "refund"  # 退款
    SETTLEMENT = "settlement"  # 清算
    REMITTANCE = "remittance"  # 入库


class DifferenceKind(StrEnum):
    """How two sides differ (差异类型)."""

    LONG = "long"  # 长款: they hold money of our order that we were never told of
    SHORT = "short"  # 短款: we were told of money that they do not hold
    AMOUNT = "amount"  # 金额不符
    DUPLICATE = "duplicate"  # 重复: they name the same money twice
    UNKNOWN = "unknown"  # 未知订单
    REFUND = "refund"  # 退款不符
    CUT_OFF = "cut_off"  # 日切: the same money, in the file of another day


class DifferenceState(StrEnum):
    """Where a difference stands."""

    OPEN = "open"  # 待处理
    REPAIRED = "repaired"  # 已处理
    CLEARED = "cleared"  # 已对平


class DifferenceEvent(StrEnum):
    """What can happen to a difference."""

    FOUND = "found"
    REPAIRED = "repaired"
    UNDONE = "undone"
    CLEARED = "cleared"  # A later file, or a later notice, explains it.
    CAME_BACK = "came_back"


_S, _E = DifferenceState, DifferenceEvent
STEPS: Final = Steps(
    "difference",
    {
        (_S.OPEN, _E.REPAIRED): _S.REPAIRED,
        (_S.REPAIRED, _E.UNDONE): _S.OPEN,
        (_S.OPEN, _E.CLEARED): _S.CLEARED,
        (_S.CLEARED, _E.CAME_BACK): _S.OPEN,
    },
)
# A channel's day ends so long before midnight; money near that hour may be in the next file.
ENDS_EARLIER: Final = dict.fromkeys((Method.UNIONPAY, Method.CARD), timedelta(hours=1))
EDGE: Final = timedelta(hours=2)


def ends_earlier(source: str) -> timedelta:
    """How long before midnight a source's day ends."""
    return next((early for method, early in ENDS_EARLIER.items() if method == source), timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A number on which the two sides of a day do not say exactly the same, and all we know."""

    subject: Subject
    number: str  # The channel's of a payment, ours of a refund.
    our_id: str
    line: int | None
    theirs_count: int
    theirs: Money  # All their lines of that number together.
    each: Money | None  # What every one of those lines says, if they say the same.
    ours_count: int
    ours: Money
    family_theirs: Money  # All that differs and names the same attempt or payment of ours.
    family_ours: Money
    elsewhere: Money | None  # What our books say of this number on another day.
    elsewhere_matched: bool  # That day agrees about it already, without this line.
    opposite: Money | None  # The other side of it, which stands in another day's differences.
    known: bool  # We know the attempt, or the refund, that they name.
    next_day_read: bool
    day_ends_at: datetime
    happened_at: datetime

    @property
    def at_the_edge(self) -> bool:
        """Whether the source may count this for the next day, whose file is not here yet."""
        return not self.next_day_read and self.happened_at >= self.day_ends_at - EDGE


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference, and whether the other half of it is found already."""

    candidate: Candidate
    kind: DifferenceKind
    paired: bool = False


def judge(candidate: Candidate) -> Finding | None:
    """Decide what a candidate is; none when the two sides agree after all."""
    one = candidate
    assert one.theirs_count or one.ours_count
    if one.family_theirs == one.family_ours != ZERO:
        return None  # Split over lines, gathered in one, or under another number of theirs.
    if not one.theirs_count:
        return _ours_alone(one)
    if not one.ours_count:
        return _theirs_alone(one)
    if one.theirs == one.ours:
        return None
    if one.each == one.ours:
        return Finding(one, _typed(one, DifferenceKind.DUPLICATE))
    return Finding(one, _typed(one, DifferenceKind.AMOUNT))


def _ours_alone(one: Candidate) -> Finding:
    if one.opposite == one.ours:
        return Finding(one, DifferenceKind.CUT_OFF, paired=True)
    if one.at_the_edge:
        return Finding(one, DifferenceKind.CUT_OFF)
    return Finding(one, _typed(one, DifferenceKind.SHORT))


def _theirs_alone(one: Candidate) -> Finding:
    if one.opposite == one.theirs:
        return Finding(one, DifferenceKind.CUT_OFF, paired=True)
    if one.elsewhere is not None:
        if one.each != one.elsewhere:
            return Finding(one, _typed(one, DifferenceKind.AMOUNT))
        if one.elsewhere_matched or one.theirs_count > 1:
            return Finding(one, _typed(one, DifferenceKind.DUPLICATE))
        return Finding(one, DifferenceKind.CUT_OFF, paired=True)
    if one.known:
        return Finding(one, _typed(one, DifferenceKind.LONG))
    return Finding(one, _typed(one, DifferenceKind.UNKNOWN))


def _typed(one: Candidate, kind: DifferenceKind) -> DifferenceKind:
    """Whatever is wrong with a refund is one kind: it is always asked of the same people."""
    return DifferenceKind.REFUND if one.subject is Subject.REFUND else kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two sides of a day that say different things of one number."""

    region_code: str
    id: str
    source: str
    day: date
    subject: Subject
    number: str
    kind: DifferenceKind
    our_id: str
    line: int | None
    theirs: Money
    ours: Money
    happened_at: datetime
    stands: bool
    state: DifferenceState
    version: int

    @property
    def gap(self) -> Money:
        """What they hold more than we say; negative when it is less. A refund moves out."""
        return self.theirs - self.ours
