"""Way: how Alipay's notices travel: signed forms, up to eight times within 25 hours.

Only one answer is a yes: the seven characters ``success`` and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from shebao.sandbox.alipay.keys import Keys
from shebao.sandbox.alipay.notices import written
from shebao.sandbox.channel.courier import FORGED, Heard
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.channel.road import Road
from shebao.sandbox.faults import Twist


class AlipayWay:
    """The road to merchants, and the key that signs what is told on it."""

    channel: ClassVar[str] = "alipay"
    ladder: ClassVar[tuple[int, ...]] = (240, 600, 600, 3600, 7200, 21_600, 54_000)
    at_once: ClassVar[int] = 32
    held_seconds: ClassVar[int] = 600
    preludes: ClassVar[Mapping[Twist, str]] = {Twist.FORGED_FIRST: FORGED}

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._road = Road(self.at_once)

    async def send(self, notice: Notice, manner: str) -> Heard:
        """Sign a notice in a manner and bring it there now."""
        body = written(self._keys.private, notice, forged=manner == FORGED)
        return await self._road.post(notice.url, body)

    def is_yes(self, heard: Heard) -> bool:
        """Say whether an answer is the one that ends the telling."""
        return (heard.status, heard.words) == (200, "success")

    async def close(self) -> None:
        """Hang up."""
        await self._road.close()
