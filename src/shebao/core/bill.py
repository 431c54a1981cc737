"""Bill (应缴): what one person owes to one scheme for one period, and why.

A bill is paid at most once: an order reserves it, and only the money of that order pays it.
Paid is not settled (the channel has not cleared it yet), and settled is not remitted (入库).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shebao.core.money import Money
from shebao.core.period import Period
from shebao.core.refusals import Refusal
from shebao.core.steps import Steps


class BillKind(StrEnum):
    """How a bill came to be: chosen or levied, or decided by the agency (核定)."""

    YEARLY = "yearly"  # 年度缴费
    MONTHLY = "monthly"  # 按月缴费
    BACK_PAY = "back_pay"  # 补缴
    LUMP_SUM = "lump_sum"  # 趸缴
    PAID_FOR = "paid_for"  # 代缴
    TOP_UP = "top_up"  # 个人账户充值: owed by nobody

    @property
    def special(self) -> bool:
        """Whether the agency decided the amount (特殊缴费)."""
        return self in {BillKind.BACK_PAY, BillKind.LUMP_SUM, BillKind.PAID_FOR}


class BillState(StrEnum):
    """Where a bill stands."""

    DRAFT = "draft"  # 待核定
    PAYABLE = "payable"  # 待缴费
    RESERVED = "reserved"  # 缴费中
    PAID = "paid"  # 已缴费
    SETTLED = "settled"  # 已清算
    REMITTED = "remitted"  # 已入库
    VOID = "void"  # 已作废
    LAPSED = "lapsed"  # 已过期
    REVERSING = "reversing"  # 退费中
    REVERSED = "reversed"  # 已退费


class BillEvent(StrEnum):
    """What can happen to a bill."""

    ISSUED = "issued"
    RESERVED = "reserved"
    RELEASED = "released"
    PAID = "paid"
    PAID_LATE = "paid_late"  # Money came after its order had expired, and still fits.
    SETTLED = "settled"
    REMITTED = "remitted"
    VOIDED = "voided"
    LAPSED = "lapsed"
    REVERSAL_BEGUN = "reversal_begun"
    REVERSED = "reversed"


_S, _E = BillState, BillEvent
STEPS: Final = Steps(
    "bill",
    {
        (_S.DRAFT, _E.ISSUED): _S.PAYABLE,
        (_S.PAYABLE, _E.RESERVED): _S.RESERVED,
        (_S.RESERVED, _E.RELEASED): _S.PAYABLE,
        (_S.RESERVED, _E.PAID): _S.PAID,
        (_S.PAYABLE, _E.PAID_LATE): _S.PAID,
        (_S.PAYABLE, _E.VOIDED): _S.VOID,
        (_S.PAYABLE, _E.LAPSED): _S.LAPSED,
        (_S.PAID, _E.SETTLED): _S.SETTLED,
        (_S.SETTLED, _E.REMITTED): _S.REMITTED,
        (_S.PAID, _E.REVERSAL_BEGUN): _S.REVERSING,
        (_S.SETTLED, _E.REVERSAL_BEGUN): _S.REVERSING,
        (_S.REMITTED, _E.REVERSAL_BEGUN): _S.REVERSING,
        (_S.REVERSING, _E.REVERSED): _S.REVERSED,
    },
)


@dataclass(frozen=True, slots=True)
class ShareOfBill:
    """Whose money goes to which fund: fund, payer (personal, subsidy, government), amount."""

    fund: str
    payer: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a bill is what it is: the version of the policy, its source, the arithmetic."""

    version: str
    source: str
    arithmetic: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bill:
    """One amount owed. `amount` is what the person pays; the shares say where all of it goes."""

    region_code: str
    id: str
    person_id: str
    enrolment_id: str
    scheme: str
    period: Period
    kind: BillKind
    amount: Money
    shares: tuple[ShareOfBill, ...]
    state: BillState
    version: int
    held_by: str | None
    payable_until: date | None
    label: str  # What was chosen or decided, such as 5,000 元档.

    def __post_init__(self) -> None:
        personal = sum([one.amount.fen for one in self.shares if one.payer == "personal"])
        assert personal == self.amount.fen, "the shares of a bill are its amount"


@dataclass(eq=False)
class BillNotOpen(Refusal):
    """A bill is already paid, already in another order, or withdrawn."""

    bill_id: str
    state: str


@dataclass(eq=False)
class SpecialBillFirst(Refusal):
    """先缴特殊缴费: what the agency decided is paid before the current year."""

    bill_id: str
