"""Way: how WeChat's notices travel: headers that vouch for a sealed body, told for a day.

The ladder is WeChat's: fifteen attempts more over a day, here in the world's faster time. A
notice is accepted by 200 or 204 within five seconds and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from shebao.sandbox.channel.courier import Heard
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.faults import Twist
from shebao.sandbox.wechat.road import Road
from shebao.sandbox.wechat.signing import Manner, Seal, Signer


class WeChatWay:
    """The road to merchants, and the seal that goes with every body."""

    channel: ClassVar[str] = "wechat"
    ladder: ClassVar[tuple[int, ...]] = (
        *(15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600),
        *(10_800, 10_800, 10_800, 21_600, 21_600),
    )
    at_once: ClassVar[int] = 16
    held_seconds: ClassVar[int] = 60
    preludes: ClassVar[Mapping[Twist, str]] = {
        Twist.PROBE_FIRST: Manner.PROBE,
        Twist.FORGED_FIRST: Manner.FORGED,
        Twist.STALE_FIRST: Manner.STALE,
    }

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._road = Road(self.at_once)

    async def send(self, notice: Notice, manner: str) -> Heard:
        """Sign a notice in a manner and bring it there now."""
        body = notice.body.encode()
        headers = self._seal.headers(body, Signer(notice.signer), Manner(manner))
        headers["Content-Type"] = "application/json"
        headers["User-Agent"] = "Mozilla/4.0"  # What WeChat's own courier says it is.
        return Heard(await self._road.post(notice.url, body, headers))

    def is_yes(self, heard: Heard) -> bool:
        """Say whether an answer is the one that ends the telling."""
        return heard.status in (200, 204)

    async def close(self) -> None:
        """Hang up."""
        await self._road.close()
