"""Payout (退付现金): money that came as cash and does not fit is given back over the counter.

It leaves the till of who pays it out, against the payer's signature. What goes back by transfer
is the refunds' own business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shebao.core.money import Money
from shebao.core.refusals import Refusal


@dataclass(frozen=True, slots=True)
class CashPayout:
    """One sum given back in cash, with the name of who signed for it."""

    region_code: str
    refund_id: str
    office: str
    clerk_id: str
    amount: Money
    signed_by: str
    paid_at: datetime


@dataclass(eq=False)
class PayoutNotDue(Refusal):
    """This refund does not wait for cash: it is on its way by itself, or at its end."""

    refund_id: str
    state: str


@dataclass(eq=False)
class SignatureNeeded(Refusal):
    """Cash is given back only against a signature: the name of who signed is missing."""
