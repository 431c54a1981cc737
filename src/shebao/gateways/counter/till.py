"""Till: cash and cards in our own clerks' hands, as a channel that nobody has to ask.

What a clerk takes is written down with its attempt, so an attempt that is asked about waits for
its verdict and nothing else. Nothing goes back by itself: a person gives it back.
"""

from __future__ import annotations

from shebao.core.channel import Cashier, ChannelRefused, Charge, Outcome
from shebao.gateways.counter.unwired import Unwired


class Till(Unwired):
    """The counters of our own clerks, for cash or for cards."""

    async def begin(self, charge: Charge) -> Cashier:
        """Nobody pays here without a clerk."""
        raise ChannelRefused(self._method, "at_counter_only", f"请到柜台办理：{charge.amount} 元")

    async def close(self, attempt_id: str) -> Outcome:
        """What a clerk has taken is taken."""
        assert attempt_id
        return Outcome.WAITING
