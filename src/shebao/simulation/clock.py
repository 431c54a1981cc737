"""Clock: the time of a simulated day, which passes when the simulation says so.

The channel's clock is the truth. Ours may be some minutes off. Looking at a clock takes a
millisecond, so no two things happen at the same moment.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
BEGINS: Final = datetime(2024, 2, 6, 1, 0, tzinfo=UTC)  # Nine in the morning in China.


class Clock:
    """The channel's clock and ours."""

    def __init__(self) -> None:
        self._begins = (BEGINS - _EPOCH) // timedelta(milliseconds=1)
        self.ms = self._begins
        self.skew_ms = 0
        self.was_set = False

    def __call__(self) -> datetime:
        """The time by our clock."""
        self.ms += 1
        return _EPOCH + timedelta(milliseconds=self.ms + self.skew_ms)

    def nanoseconds(self) -> int:
        """The time by the channel's clock."""
        return self.ms * 1_000_000

    def said(self) -> str:
        """How long the day has lasted, such as 02:05:09.123."""
        seconds, ms = divmod(self.ms - self._begins, 1000)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"
