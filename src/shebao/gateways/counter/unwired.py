"""Unwired: a way of money that no message tells of and no wire sends back; people do both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from shebao.core.channel import Forged, Method, Outcome, RefundOutcome, Return, ReturnTold, Told


class Unwired:
    """What every such way answers, whoever takes its money."""

    accepted: ClassVar[tuple[int, bytes]] = (404, b"")  # Nobody tells us by a message.

    def __init__(self, method: Method) -> None:
        self._method = method

    async def inquire(self, attempt_id: str) -> Told:
        """What there is to know is written down by a clerk or a bank's file, and waits for that."""
        return Told(attempt_id, Outcome.WAITING)

    async def give_back(self, asked: Return) -> ReturnTold:
        """A person gives it back."""
        return ReturnTold(asked.refund_id, RefundOutcome.ABNORMAL)

    async def inquire_return(self, refund_id: str, *, attempt_id: str) -> ReturnTold:
        """A person gives it back."""
        assert attempt_id
        return ReturnTold(refund_id, RefundOutcome.ABNORMAL)

    def open_notice(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Told:
        """Nobody may tell us of this money. Raises Forged."""
        assert now.tzinfo is not None
        raise Forged(f"nobody tells of {self._method}: {len(headers)} headers, {len(body)} bytes")
