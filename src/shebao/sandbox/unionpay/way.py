"""Way: how UnionPay's notices travel: signed forms, up to six times within a quarter of an hour.

Any answer of 200 within ten seconds is a yes, whatever it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from shebao.sandbox.channel.courier import FORGED, Heard
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.channel.road import Road
from shebao.sandbox.faults import Twist
from shebao.sandbox.unionpay.keys import Keys
from shebao.sandbox.unionpay.notices import CHANNEL, written

_PATIENCE_SECONDS: Final = 10


class UnionPayWay:
    """The road to merchants, and the key that signs what is told on it."""

    channel: ClassVar[str] = CHANNEL
    ladder: ClassVar[tuple[int, ...]] = (60, 120, 240, 300, 300)
    at_once: ClassVar[int] = 16
    held_seconds: ClassVar[int] = 60
    preludes: ClassVar[Mapping[Twist, str]] = {Twist.FORGED_FIRST: FORGED}

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._road = Road(self.at_once, patience_seconds=_PATIENCE_SECONDS)

    async def send(self, notice: Notice, manner: str) -> Heard:
        """Sign a notice in a manner and bring it there now."""
        body = written(self._keys, notice, forged=manner == FORGED)
        return await self._road.post(notice.url, body)

    def is_yes(self, heard: Heard) -> bool:
        """Say whether an answer is the one that ends the telling."""
        return heard.status == 200  # noqa: PLR2004  The wire says so.

    async def close(self) -> None:
        """Hang up."""
        await self._road.close()
