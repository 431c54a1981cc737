"""Till: cash and cards in our own clerks' hands, as a channel that nobody has to ask.

What a clerk takes is written down with its attempt, so an attempt that is asked about waits for
its verdict and nothing else. Nothing goes back by itself: a person gives it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from shebao.core.channel import (
    Cashier,
    ChannelRefused,
    Charge,
    Forged,
    Method,
    Outcome,
    RefundOutcome,
    Return,
    ReturnTold,
    Told,
)


class Till:
    """The counters of our own clerks, for cash or for cards."""

    accepted: ClassVar[tuple[int, bytes]] = (404, b"")  # Nobody tells us by a message.

    def __init__(self, method: Method) -> None:
        self._method = method

    async def begin(self, charge: Charge) -> Cashier:
        """Nobody pays here without a clerk."""
        raise ChannelRefused(self._method, "at_counter_only", f"请到柜台办理：{charge.amount} 元")

    async def inquire(self, attempt_id: str) -> Told:
        """Its money is written down already, and waits to be judged."""
        return Told(attempt_id, Outcome.WAITING)

    async def close(self, attempt_id: str) -> Outcome:
        """What a clerk has taken is taken."""
        assert attempt_id
        return Outcome.WAITING

    async def give_back(self, asked: Return) -> ReturnTold:
        """A person gives it back."""
        return ReturnTold(asked.refund_id, RefundOutcome.ABNORMAL)

    async def inquire_return(self, refund_id: str, *, attempt_id: str) -> ReturnTold:
        """A person gives it back."""
        assert attempt_id
        return ReturnTold(refund_id, RefundOutcome.ABNORMAL)

    def open_notice(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Told:
        """Nobody may tell us of money that our own clerks hold."""
        assert now.tzinfo is not None
        raise Forged(f"nobody tells of {self._method}: {len(headers)} headers, {len(body)} bytes")
