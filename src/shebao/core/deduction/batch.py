"""Batch (批扣): many people's bills of one scheme, collected by their banks in one run.

One clerk builds it and another signs it. From the signature on each line (明细) holds its bills
by an order of its own, so nobody pays twice; until it is sent, its payer may have it released.
A bank that refuses a whole file is sent the same file again, under the same packet number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from shebao.core.money import ZERO, Money
from shebao.core.policy.fund import Fund
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps

ENTRY: Final = "batch"  # The entry channel of its orders: nobody came in, and no cashier waits.
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)  # When the time of its orders runs out.
LINES_MAX: Final = 99_999_999
_SEED: Final = 21  # Of an id's 29 characters; the others are the serial of the line.


class BatchState(StrEnum):
    """Where a batch stands."""

    BUILDING = "building"  # 正在制作
    BUILT = "built"  # 待复核
    SIGNED = "signed"  # 已复核
    SENT = "sent"  # 已送盘
    ACKED = "acked"  # 银行已受理
    RETURNED = "returned"  # 已回盘
    CLOSED = "closed"  # 已结束
    CANCELLED = "cancelled"  # 已取消

    @property
    def label(self) -> str:
        """The state as offices put it."""
        return _LABELS[self]


_LABELS: Final[Mapping[BatchState, str]] = {
    BatchState.BUILDING: "正在制作",
    BatchState.BUILT: "待复核",
    BatchState.SIGNED: "已复核",
    BatchState.SENT: "已送盘",
    BatchState.ACKED: "银行已受理",
    BatchState.RETURNED: "已回盘",
    BatchState.CLOSED: "已结束",
    BatchState.CANCELLED: "已取消",
}


class BatchEvent(StrEnum):
    """What can happen to a batch."""

    BUILT = "built"
    SIGNED = "signed"
    SENT = "sent"
    REFUSED = "refused"  # A bank will not read a file; the money has not moved.
    ACKED = "acked"
    RETURNED = "returned"
    CLOSED = "closed"
    CANCELLED = "cancelled"


_S, _E = BatchState, BatchEvent
STEPS: Final = Steps(
    "batch",
    {
        (_S.BUILDING, _E.BUILT): _S.BUILT,
        (_S.BUILDING, _E.CANCELLED): _S.CANCELLED,
        (_S.BUILT, _E.SIGNED): _S.SIGNED,
        (_S.BUILT, _E.CANCELLED): _S.CANCELLED,
        (_S.SIGNED, _E.SENT): _S.SENT,
        (_S.SIGNED, _E.CANCELLED): _S.CANCELLED,
        (_S.SENT, _E.REFUSED): _S.SIGNED,
        (_S.SENT, _E.ACKED): _S.ACKED,
        (_S.ACKED, _E.RETURNED): _S.RETURNED,
        (_S.RETURNED, _E.CLOSED): _S.CLOSED,
    },
)


@dataclass(frozen=True, slots=True)
class Batch:
    """One run: a scheme of a region on one day. Its seeds make the ids of its lines' orders."""

    region_code: str
    id: str
    scheme: str
    fund: Fund
    day: date
    format: str
    state: BatchState
    version: int
    built_by: str
    built_at: datetime
    order_seed: str
    attempt_seed: str
    after: str = ""  # The last person looked at while it is built.
    people: int = 0  # People with a mandate who were looked at.
    lines: int = 0
    amount: Money = ZERO
    signed_by: str = ""
    held_to: int = 0  # Up to this line, lines hold their bills.
    held: int = 0
    held_amount: Money = ZERO
    marked_to: int = 0  # Up to this line, lines are as good as sent.
    sent: int = 0
    sent_amount: Money = ZERO

    @property
    def holds_all(self) -> bool:
        """Whether every line has taken hold of its bills, or was let go."""
        return self.held_to >= self.lines

    def order_id(self, serial: int) -> str:
        """The order of a line."""
        return line_id(self.order_seed, serial)

    def attempt_id(self, serial: int) -> str:
        """The attempt of a line: the number its bank knows it by."""
        return line_id(self.attempt_seed, serial)


def line_id(seed: str, serial: int) -> str:
    """The id of what belongs to a line: the batch's seed, and the serial in its last digits.

    >>> line_id("att01JABCDEFGHJKMNPQRSTVWXYZ0", 17)
    'att01JABCDEFGHJKMNPQR00000017'
    """
    assert 0 < serial <= LINES_MAX
    return f"{seed[:_SEED]}{serial:08d}"


@dataclass(eq=False)
class BatchUnknown(Refusal):
    """There is no batch of this number here."""

    number: str


@dataclass(eq=False)
class SignedByBuilder(Refusal):
    """Whoever built a batch does not sign it too."""

    number: str


@dataclass(eq=False)
class BatchNotThere(Refusal):
    """A batch does not stand where this can be done with it."""

    number: str
    state: str


@dataclass(eq=False)
class BatchEmpty(Refusal):
    """Nobody has a mandate and a bill that could be collected."""

    scheme: str


@dataclass(eq=False)
class CollectedByBank(Refusal):
    """An order is a line of a batch: its bank collects it, and nobody pays it elsewhere."""

    order_id: str


@dataclass(eq=False)
class LineSent(Refusal):
    """A line has gone to its bank, and is not released any more."""

    day: date
