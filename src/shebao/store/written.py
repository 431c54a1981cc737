"""Written: how the words of a bill rest in its row, and what they are.

Bills speak of few periods and prices, and a price has the same shares in every bill: what was
read once is kept, and the same text is the same value. Looking a state up takes a tenth of
asking its enum.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final

from shebao.core.bill import BillKind, BillState, ShareOfBill
from shebao.core.money import Money
from shebao.core.period import Period

BILL_KINDS: Final = {str(kind): kind for kind in BillKind}
BILL_STATES: Final = {str(state): state for state in BillState}
_KEPT: Final = 4096


@lru_cache(maxsize=_KEPT)
def period_of(text: str) -> Period:
    """A period as it is written."""
    return Period.parse(text)


@lru_cache(maxsize=_KEPT)
def amount_of(fen: int) -> Money:
    """An amount as it is written."""
    return Money(fen)


@lru_cache(maxsize=_KEPT)
def shares_of(text: str) -> tuple[ShareOfBill, ...]:
    """Shares as they are written."""
    return tuple(ShareOfBill(fund, payer, Money(fen)) for fund, payer, fen in json.loads(text))
