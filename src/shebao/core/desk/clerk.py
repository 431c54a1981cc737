"""Clerk (经办人): somebody who acts for a region, and what they may do there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class Duty(StrEnum):
    """What a clerk may do (岗位权限)."""

    COUNTER = "counter"  # 收现金、刷卡、登记银行柜台缴款
    CASHIER = "cashier"  # 清点并交存现金
    REFUND_ASK = "refund_ask"  # 提出退费
    REFUND_APPROVE = "refund_approve"  # 复核退费
    BOOKS_PROPOSE = "books_propose"  # 提出对账处理
    BOOKS_APPROVE = "books_approve"  # 复核对账处理
    BATCH_BUILD = "batch_build"  # 制作批扣
    BATCH_SIGN = "batch_sign"  # 复核批扣
    ROSTER = "roster"  # 代收代缴
    OBJECTIONS = "objections"  # 答复异议
    PROOFS = "proofs"  # 撤销缴费证明
    ENROL = "enrol"  # 登记参保决定
    READ = "read"  # 查询
    KEEP_CLERKS = "keep_clerks"  # 管理经办人

    @property
    def label(self) -> str:
        """The duty as offices call it."""
        return _LABELS[self]


_LABELS: Final[Mapping[Duty, str]] = {
    Duty.COUNTER: "柜台收款",
    Duty.CASHIER: "现金交存",
    Duty.REFUND_ASK: "提出退费",
    Duty.REFUND_APPROVE: "复核退费",
    Duty.BOOKS_PROPOSE: "提出对账处理",
    Duty.BOOKS_APPROVE: "复核对账处理",
    Duty.BATCH_BUILD: "制作批扣",
    Duty.BATCH_SIGN: "复核批扣",
    Duty.ROSTER: "代收代缴",
    Duty.OBJECTIONS: "答复异议",
    Duty.PROOFS: "撤销缴费证明",
    Duty.ENROL: "参保登记",
    Duty.READ: "查询",
    Duty.KEEP_CLERKS: "管理经办人",
}


class ClerkState(StrEnum):
    """Where a clerk stands."""

    ACTIVE = "active"  # 在岗
    LOCKED = "locked"  # 已停用


class ClerkEvent(StrEnum):
    """What can happen to a clerk."""

    ADDED = "added"
    DUTIES_GIVEN = "duties_given"
    RENEWED = "renewed"  # A new password and a new second step.
    LOCKED = "locked"
    UNLOCKED = "unlocked"


_S, _E = ClerkState, ClerkEvent
STEPS: Final = Steps(
    "clerk",
    {
        (_S.ACTIVE, _E.DUTIES_GIVEN): _S.ACTIVE,
        (_S.ACTIVE, _E.RENEWED): _S.ACTIVE,
        (_S.ACTIVE, _E.LOCKED): _S.LOCKED,
        (_S.LOCKED, _E.UNLOCKED): _S.ACTIVE,
    },
)


@dataclass(frozen=True, slots=True)
class Clerk:
    """A person at work: in one region, one office, with the duties they were given."""

    region_code: str
    id: str
    name: str
    office: str
    duties: frozenset[Duty]

    def may(self, duty: Duty) -> bool:
        """Whether this duty was given to them."""
        return duty in self.duties

    def must(self, duty: Duty) -> None:
        """See that this duty was given to them. Raises DutyMissing."""
        if not self.may(duty):
            raise DutyMissing(duty.label)


@dataclass(eq=False)
class DutyMissing(Refusal):
    """A clerk was not given the duty that this needs."""

    duty: str


@dataclass(eq=False)
class ClerkUnknown(Refusal):
    """The region has no clerk of this number."""

    number: str


@dataclass(eq=False)
class NumberTaken(Refusal):
    """Another clerk of the region has this number."""

    number: str
