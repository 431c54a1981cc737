"""Receipt (缴费凭证): proof that one bill was paid, with a number and a code to check it by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shebao.core.money import Money
from shebao.core.policy.returning import Ground
from shebao.core.steps import Steps


class ReceiptState(StrEnum):
    """Where a receipt stands."""

    ISSUED = "issued"  # 有效
    VOIDED = "voided"  # 已作废


class ReceiptEvent(StrEnum):
    """What can happen to a receipt."""

    ISSUED = "issued"
    VOIDED = "voided"


TAKEN_BACK: Final = "taken_back"  # The bank took the money back (冲正).


def why_voided(reason: str) -> str:
    """Why a receipt was voided, in words: the ground of a request, or the bank."""
    return "银行冲正" if reason == TAKEN_BACK else Ground(reason).label


STEPS: Final = Steps("receipt", {(ReceiptState.ISSUED, ReceiptEvent.VOIDED): ReceiptState.VOIDED})


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt. The tax ticket's number (税票号) comes later than the money does."""

    region_code: str
    number: str
    bill_id: str
    order_id: str
    amount: Money
    issued_at: datetime
    state: ReceiptState
    ticket_number: str | None
    void_reason: str = ""  # The ground of a request, or TAKEN_BACK, when it was voided.
    voided_at: datetime | None = None
