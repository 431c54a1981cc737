"""Line (批扣明细): what one person owes to one scheme, collected once from one account.

A line waits, is sent, and comes back with the bank's word on it. What the bank does not know is
*unknown*: it goes on holding its bills and is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shebao.core.money import Money
from shebao.core.steps import Steps


class LineState(StrEnum):
    """Where a line stands."""

    QUEUED = "queued"  # 待扣款
    RELEASED = "released"  # 不再扣款
    SENT = "sent"  # 扣款中
    SUCCEEDED = "succeeded"  # 扣款成功
    FAILED = "failed"  # 扣款未成功
    UNKNOWN = "unknown"  # 结果待确认
    REVERSED = "reversed"  # 已冲正

    @property
    def label(self) -> str:
        """The state as offices put it."""
        return _STATES[self]


_STATES: Final[Mapping[LineState, str]] = {
    LineState.QUEUED: "待扣款",
    LineState.RELEASED: "不再扣款",
    LineState.SENT: "扣款中",
    LineState.SUCCEEDED: "扣款成功",
    LineState.FAILED: "未成功",
    LineState.UNKNOWN: "结果待确认",
    LineState.REVERSED: "已冲正",
}


class LineEvent(StrEnum):
    """What can happen to a line."""

    RELEASED = "released"
    SENT = "sent"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNANSWERED = "unanswered"
    REVERSED = "reversed"


_S, _E = LineState, LineEvent
STEPS: Final = Steps(
    "batch line",
    {
        (_S.QUEUED, _E.SENT): _S.SENT,
        (_S.QUEUED, _E.RELEASED): _S.RELEASED,
        (_S.SENT, _E.SUCCEEDED): _S.SUCCEEDED,
        (_S.SENT, _E.FAILED): _S.FAILED,
        (_S.SENT, _E.UNANSWERED): _S.UNKNOWN,
        (_S.UNKNOWN, _E.SUCCEEDED): _S.SUCCEEDED,
        (_S.UNKNOWN, _E.FAILED): _S.FAILED,
        (_S.SUCCEEDED, _E.REVERSED): _S.REVERSED,
    },
)


class Reason(StrEnum):
    """Why a line was not collected, or not sent at all: in the words of no one bank."""

    SHORT = "short"
    NAME_DIFFERS = "name_differs"
    NO_AGREEMENT = "no_agreement"
    FROZEN = "frozen"
    ACCOUNT_CLOSED = "account_closed"
    NO_ACCOUNT = "no_account"
    NOT_ALLOWED = "not_allowed"
    SET_ASIDE = "set_aside"  # Money came, and was another sum: it goes back.
    OTHER = "other"
    TAKEN_MEANWHILE = "taken_meanwhile"  # Paid, or in an order, before the batch was signed.
    MANDATE_ENDED = "mandate_ended"
    ASKED_FOR = "asked_for"  # The payer wants to pay by themselves.
    BATCH_CANCELLED = "batch_cancelled"
    UNWRITABLE = "unwritable"  # The bank's file has no sign for a character of the name.

    @property
    def label(self) -> str:
        """The reason, as banks and the tax authority put it."""
        return _LABELS[self]


_LABELS: Final[Mapping[Reason, str]] = {
    Reason.SHORT: "账户余额不足",
    Reason.NAME_DIFFERS: "户名不符",
    Reason.NO_AGREEMENT: "协议不存在",
    Reason.FROZEN: "账户冻结",
    Reason.ACCOUNT_CLOSED: "账户已销户",
    Reason.NO_ACCOUNT: "账号不存在",
    Reason.NOT_ALLOWED: "账户不允许扣款",
    Reason.SET_ASIDE: "扣款金额不符，款项退回",
    Reason.OTHER: "银行未能扣款",
    Reason.TAKEN_MEANWHILE: "已缴费或正在缴费",
    Reason.MANDATE_ENDED: "扣款协议已解约或暂停",
    Reason.ASKED_FOR: "本人要求自己缴费",
    Reason.BATCH_CANCELLED: "这一批已取消",
    Reason.UNWRITABLE: "姓名里有银行文件写不出的字",
}


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One line of a batch, under its serial."""

    region_code: str
    batch_id: str
    serial: int
    packet: int
    person_id: str
    mandate_id: str
    amount: Money
    bill_ids: tuple[str, ...]
    state: LineState
    version: int
    day: date
    reason: str = ""
    says: str = ""
