"""Clerk (经办人): somebody who acts for a region, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    READ = "read"  # 查询
    KEEP_CLERKS = "keep_clerks"  # 管理经办人


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
