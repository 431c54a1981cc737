"""Way: how the bank's notices travel: signed JSON, up to seven times within a few hours.

Only one answer is a yes: 200 with ``{"retCd":"00000"}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from shebao.sandbox.bank import signing
from shebao.sandbox.bank.keys import Keys
from shebao.sandbox.bank.notices import CHANNEL, written
from shebao.sandbox.channel.courier import FORGED, Heard
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.channel.road import Road
from shebao.sandbox.faults import Twist


class BankWay:
    """The road to merchants, and the key that signs what is told on it."""

    channel: ClassVar[str] = CHANNEL
    ladder: ClassVar[tuple[int, ...]] = (15, 60, 300, 900, 3600, 7200)
    at_once: ClassVar[int] = 16
    held_seconds: ClassVar[int] = 60
    preludes: ClassVar[Mapping[Twist, str]] = {Twist.FORGED_FIRST: FORGED}

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._road = Road(self.at_once)

    async def send(self, notice: Notice, manner: str) -> Heard:
        """Sign a notice in a manner and bring it there now."""
        body = written(self._keys.merchant_no, notice)
        signature = signing.signed(self._keys.private, body, forged=manner == FORGED)
        headers = {
            "Content-Type": "application/json;charset=utf-8",
            signing.HEADER: signature,
        }
        return await self._road.post(notice.url, body, headers)

    def is_yes(self, heard: Heard) -> bool:
        """Say whether an answer is the one that ends the telling."""
        return (heard.status, heard.words) == (200, '{"retCd":"00000"}')

    async def close(self) -> None:
        """Hang up."""
        await self._road.close()
