"""Transfer (对公转账): money an office sends to our account, under the number we gave it.

There is nobody to ask: only the bank's own statement tells that it came. What is closed here is
taken all the same when it comes; whether it still fits is judged then. Nothing goes back by a
message: a person sends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final

from shebao.core.channel import (
    Cashier,
    Charge,
    Forged,
    Outcome,
    RefundOutcome,
    Return,
    ReturnTold,
    Told,
)
from shebao.core.desk.payment_notice import notice_number

_REGION: Final = -6  # A notice's address ends with the region it is of.


class Transfer:
    """Our own account at the bank, for whoever transfers to it."""

    accepted: ClassVar[tuple[int, bytes]] = (404, b"")  # Nobody tells us by a message.

    async def begin(self, charge: Charge) -> Cashier:
        """The number that is to be written beside the transfer."""
        return Cashier(code=notice_number(charge.notify_url[_REGION:], charge.attempt_id))

    async def inquire(self, attempt_id: str) -> Told:
        """The statement will tell."""
        return Told(attempt_id, Outcome.WAITING)

    async def close(self, attempt_id: str) -> Outcome:
        """We do not wait for it any more."""
        assert attempt_id
        return Outcome.CLOSED

    async def give_back(self, asked: Return) -> ReturnTold:
        """A person sends it back."""
        return ReturnTold(asked.refund_id, RefundOutcome.ABNORMAL)

    async def inquire_return(self, refund_id: str, *, attempt_id: str) -> ReturnTold:
        """A person sends it back."""
        assert attempt_id
        return ReturnTold(refund_id, RefundOutcome.ABNORMAL)

    def open_notice(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Told:
        """Nobody tells of our own account but the bank's file."""
        assert now.tzinfo is not None
        raise Forged(f"nobody tells of transfers: {len(headers)} headers, {len(body)} bytes")
