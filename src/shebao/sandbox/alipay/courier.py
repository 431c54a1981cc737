"""Courier: brings Alipay's notices, up to eight times within 25 hours.

Only one answer is a yes: the seven characters ``success`` and nothing else.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.alipay import notices
from shebao.sandbox.alipay.keys import Keys
from shebao.sandbox.alipay.notices import Notice, NoticeState
from shebao.sandbox.alipay.road import Heard, Road
from shebao.sandbox.faults import Twist, read_plan
from shebao.sandbox.ledger import Ledger
from shebao.sandbox.timers import Timers

LADDER_SECONDS: Final = (240, 600, 600, 3600, 7200, 21600, 54000)
_AT_ONCE: Final = 32
_HELD_SECONDS: Final = 600
_COPIES: Final = 3
_YES: Final = (200, b"success")
_TRUE: Final = "true"
_FORGED: Final = "forged"


class Courier:
    """Many notices on the road at once."""

    def __init__(self, ledger: Ledger, keys: Keys, timers: Timers) -> None:
        self._ledger = ledger
        self._keys = keys
        self._timers = timers
        self._hands = asyncio.Semaphore(_AT_ONCE)
        self._held: dict[str, Notice] = {}
        self._road = Road(_AT_ONCE)

    def carry(self, notice: Notice | None) -> None:
        """Take a notice that is written down, and bring it when its time has come."""
        if notice is None or notice.state is not NoticeState.WAITING:
            return
        if Twist.OUT_OF_ORDER in read_plan(notice.plan) and notice.tries == 0:
            self._held[notice.id] = notice
            delay = self._timers.scaled_ms(_HELD_SECONDS)
            self._timers.after(delay, partial(self._release, notice))
        else:
            self._timers.after(notice.next_at - clock.now_ms(), partial(self._bring, notice))

    def resume(self) -> None:
        """Take up everything that was still to be told when the program ended."""
        for notice in notices.waiting(self._ledger):
            self.carry(notice)

    def again(self, notice: Notice, *, times: int) -> None:
        """Bring a notice once more, whatever became of it before."""
        for _ in range(times):
            self._timers.after(0, partial(self._repeat, notice))

    async def stop(self) -> None:
        """Close the road."""
        await self._road.close()

    async def _bring(self, notice: Notice) -> None:
        if notice.tries and not notices.is_waiting(self._ledger, notice.id):
            return  # Sent by hand meanwhile, and accepted.
        plan = read_plan(notice.plan)
        if notice.tries == 0 and Twist.FORGED_FIRST in plan:
            await self._send(notice, _FORGED)
        copies = _COPIES if Twist.CONCURRENTLY in plan and notice.tries == 0 else 1
        heard = await asyncio.gather(*(self._send(notice, _TRUE) for _ in range(copies)))
        after = self._judged(notice, heard)
        notices.save(self._ledger, after)
        if after.state is NoticeState.WAITING:
            self._timers.after(after.next_at - clock.now_ms(), partial(self._bring, after))
        elif Twist.TWICE in plan:
            delay = self._timers.scaled_ms(LADDER_SECONDS[0])
            self._timers.after(delay, partial(self._repeat, after))
        await self._let_go()

    def _judged(self, notice: Notice, heard: list[Heard | None]) -> Notice:
        tried = replace(notice, tries=notice.tries + 1, heard=_words(heard[-1]))
        if _YES in heard:
            return replace(tried, state=NoticeState.ACCEPTED)
        if tried.tries > len(LADDER_SECONDS):
            return replace(tried, state=NoticeState.GIVEN_UP)
        wait = self._timers.scaled_ms(LADDER_SECONDS[notice.tries])
        return replace(tried, next_at=clock.now_ms() + wait)

    async def _repeat(self, notice: Notice) -> None:
        heard = await self._send(notice, _TRUE)
        if heard == _YES and notice.state is not NoticeState.ACCEPTED:
            accepted = replace(notice, state=NoticeState.ACCEPTED, heard=_words(heard))
            notices.save(self._ledger, accepted)

    async def _release(self, notice: Notice) -> None:
        if self._held.pop(notice.id, None) is not None:
            await self._bring(notice)

    async def _let_go(self) -> None:
        for held in list(self._held.values()):
            await self._release(held)

    async def _send(self, notice: Notice, kind: str) -> Heard | None:
        async with self._hands:
            body = notice.body(self._keys.private, forged=kind == _FORGED)
            heard = await self._road.post(notice.url, body)
        notices.delivered(self._ledger, notice.id, kind, None if heard is None else heard[0])
        return heard


def _words(heard: Heard | None) -> str | None:
    return None if heard is None else heard[1].decode(errors="replace")
