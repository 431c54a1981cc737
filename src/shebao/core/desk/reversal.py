"""Reversal (冲回): a paid bill's money leaves the funds again, leg by leg, and is due to its payer.

What government had put in goes back to government; what the person paid is due until it has
gone back by the way it came, or by hand.
"""

from __future__ import annotations

from datetime import datetime

from shebao.core.bill import Bill, BillState
from shebao.core.collection import into_funds
from shebao.core.journal import REFUND_DUE, Entry, Line
from shebao.core.money import ZERO, Money


def taken_out(bill: Bill, *, request_id: str, at: datetime) -> Entry:
    """The entry that takes a bill's shares out of the funds again."""
    shares = [Line(account, Money(-fen)) for account, fen in into_funds([bill]).items() if fen]
    assert bill.amount != ZERO
    lines = (*shares, Line(REFUND_DUE, -bill.amount))
    return Entry(bill.region_code, f"reversal:{request_id}", at, lines)


def goes_back_the_way_it_came(bill: Bill) -> bool:
    """Whether the channel can give the money back: not once it has handed it over (已清算).

    Afterwards it is in the office's account or in the treasury, and is paid out from there.
    """
    return bill.state is BillState.PAID
