"""Channel: what every gateway to money can do, whatever its wire looks like.

A new channel is a new module with these methods; nothing else in the house changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Protocol

from shebao.core.channel import Cashier, Charge, Outcome, Return, ReturnTold, Told


class Channel(Protocol):
    """Somebody who collects money for us and tells us about it."""

    # What a notice is answered with once it is written down: status and body. Anything else
    # makes the channel tell us again.
    accepted: ClassVar[tuple[int, bytes]]

    async def begin(self, charge: Charge) -> Cashier:
        """Ask the channel to collect, and learn where the payer goes on."""

    async def inquire(self, attempt_id: str) -> Told:
        """Ask what became of an attempt."""

    async def close(self, attempt_id: str) -> Outcome:
        """Ask the channel to let nobody pay an attempt any more."""

    async def give_back(self, asked: Return) -> ReturnTold:
        """Ask the channel to return money; asking again with the same number is safe."""

    async def inquire_return(self, refund_id: str, *, attempt_id: str) -> ReturnTold:
        """Ask what became of a refund of an attempt's money."""

    def open_notice(
        self,
        headers: Mapping[str, str],
        body: bytes,
        *,
        now: datetime,
    ) -> Told | ReturnTold:
        """Verify a notice and say what it tells; Forged when it is not the channel's."""
