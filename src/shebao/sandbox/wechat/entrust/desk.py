"""Desk: WeChat's agreements as one value: terms, courier, and what shall go wrong next."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from shebao.sandbox.channel.courier import FORGED, Courier, Heard
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.channel.road import Road
from shebao.sandbox.faults import Plan, Twist
from shebao.sandbox.wechat.entrust import xml
from shebao.sandbox.wechat.entrust.terms import Terms

_HEADERS = {"Content-Type": "text/xml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What agreements are kept with."""

    terms: Terms
    courier: Courier
    plans: deque[Plan] = field(default_factory=deque)  # How the next payments go, in order.

    def next_plan(self) -> Plan:
        """How the payment that comes now goes."""
        return self.plans.popleft() if self.plans else Plan()


class EntrustWay:
    """How notices of the older wire travel: XML, answered by XML that says SUCCESS."""

    channel: ClassVar[str] = "entrust"
    ladder: ClassVar[tuple[int, ...]] = (15, 15, 30, 180, 600, 1200, 1800, 3600)
    at_once: ClassVar[int] = 16
    held_seconds: ClassVar[int] = 60
    preludes: ClassVar[Mapping[Twist, str]] = {Twist.FORGED_FIRST: FORGED}

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._road = Road(self.at_once)

    async def send(self, notice: Notice, manner: str) -> Heard:
        """Sign a notice in a manner and bring it there now."""
        body = notice.body.encode()
        if manner == FORGED:
            told = {name: value for name, value in xml.read(body).items() if name != "sign"}
            body = xml.packed(self._terms.key, told, forged=True)
        return await self._road.post(notice.url, body, _HEADERS)

    def is_yes(self, heard: Heard) -> bool:
        """Say whether an answer is the one that ends the telling."""
        return heard.status == 200 and "SUCCESS" in (heard.words or "")  # noqa: PLR2004

    async def close(self) -> None:
        """Hang up."""
        await self._road.close()
