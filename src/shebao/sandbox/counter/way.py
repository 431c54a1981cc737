"""Way: how the bank's notices travel: JSON with a signature beside it, for a working day.

Only 200 is a yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from shebao.sandbox.channel.courier import FORGED, Heard
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.channel.road import Road
from shebao.sandbox.counter.keys import Keys
from shebao.sandbox.counter.letters import CHANNEL, signed
from shebao.sandbox.faults import Twist


class CounterWay:
    """The road to merchants, and the key that signs what is told on it."""

    channel: ClassVar[str] = CHANNEL
    ladder: ClassVar[tuple[int, ...]] = (60, 300, 900, 3600, 10_800)
    at_once: ClassVar[int] = 8
    held_seconds: ClassVar[int] = 60
    preludes: ClassVar[Mapping[Twist, str]] = {Twist.FORGED_FIRST: FORGED}

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._road = Road(self.at_once)

    async def send(self, notice: Notice, manner: str) -> Heard:
        """Sign a notice in a manner and bring it there now."""
        body = notice.body.encode()
        headers = signed(self._keys.private, body, forged=manner == FORGED)
        return await self._road.post(notice.url, body, headers)

    def is_yes(self, heard: Heard) -> bool:
        """Say whether an answer is the one that ends the telling."""
        return heard.status == 200  # noqa: PLR2004  The wire says so.

    async def close(self) -> None:
        """Hang up."""
        await self._road.close()
