"""Courier: brings notices to the merchant, again and again, until they are accepted.

The ladder is WeChat's: fifteen attempts more over a day, here in the world's faster time. A
notice is accepted by 200 or 204 within five seconds and by nothing else.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.faults import Twist, read_plan
from shebao.sandbox.ledger import Ledger
from shebao.sandbox.timers import Timers
from shebao.sandbox.wechat import notices
from shebao.sandbox.wechat.notices import Notice, NoticeState
from shebao.sandbox.wechat.road import Road
from shebao.sandbox.wechat.signing import Manner, Seal

LADDER_SECONDS: Final = (
    *(15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600),
    *(10_800, 10_800, 10_800, 21_600, 21_600),
)
_AT_ONCE: Final = 16
_COPIES: Final = 3
_HELD_SECONDS: Final = 60
_PRELUDES: Final = {
    Twist.PROBE_FIRST: Manner.PROBE,
    Twist.FORGED_FIRST: Manner.FORGED,
    Twist.STALE_FIRST: Manner.STALE,
}


class Courier:
    """Many notices on the road at once."""

    def __init__(self, ledger: Ledger, seal: Seal, timers: Timers) -> None:
        self._ledger = ledger
        self._seal = seal
        self._timers = timers
        self._hands = asyncio.Semaphore(_AT_ONCE)
        self._held: dict[str, Notice] = {}
        self._road = Road(_AT_ONCE)

    def carry(self, notice: Notice) -> None:
        """Take a notice that is written down, and bring it when its time has come."""
        if notice.state is not NoticeState.WAITING:
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
        if notice.tries == 0:
            for twist, manner in _PRELUDES.items():
                if twist in plan:
                    await self._send(notice, manner)
        copies = _COPIES if Twist.CONCURRENTLY in plan and notice.tries == 0 else 1
        answers = await asyncio.gather(*(self._post(notice, Manner.TRUE) for _ in range(copies)))
        after = self._judged(notice, accepted=any(_is_yes(answer) for answer in answers))
        with self._ledger.together():
            for answer in answers:
                notices.delivered(self._ledger, notice.id, Manner.TRUE, answer)
            notices.save(self._ledger, after)
        if after.state is NoticeState.WAITING:
            self._timers.after(after.next_at - clock.now_ms(), partial(self._bring, after))
        elif Twist.TWICE in plan:
            delay = self._timers.scaled_ms(LADDER_SECONDS[0])
            self._timers.after(delay, partial(self._repeat, after))
        await self._let_go()

    def _judged(self, notice: Notice, *, accepted: bool) -> Notice:
        tried = notice.tries + 1
        if accepted:
            return replace(notice, state=NoticeState.ACCEPTED, tries=tried)
        if tried > len(LADDER_SECONDS):
            return replace(notice, state=NoticeState.GIVEN_UP, tries=tried)
        wait = self._timers.scaled_ms(LADDER_SECONDS[tried - 1])
        return replace(notice, tries=tried, next_at=clock.now_ms() + wait)

    async def _repeat(self, notice: Notice) -> None:
        answer = await self._send(notice, Manner.TRUE)
        if _is_yes(answer) and notice.state is not NoticeState.ACCEPTED:
            notices.save(self._ledger, replace(notice, state=NoticeState.ACCEPTED))

    async def _release(self, notice: Notice) -> None:
        if self._held.pop(notice.id, None) is not None:
            await self._bring(notice)

    async def _let_go(self) -> None:
        for held in list(self._held.values()):
            await self._release(held)

    async def _send(self, notice: Notice, manner: Manner) -> int | None:
        answer = await self._post(notice, manner)
        notices.delivered(self._ledger, notice.id, manner, answer)
        return answer

    async def _post(self, notice: Notice, manner: Manner) -> int | None:
        async with self._hands:
            body = notice.body.encode()
            headers = self._seal.headers(body, notice.signer, manner)
            headers["Content-Type"] = "application/json"
            headers["User-Agent"] = "Mozilla/4.0"  # What WeChat's own courier says it is.
            return await self._road.post(notice.url, body, headers)


def _is_yes(answer: int | None) -> bool:
    return answer in (200, 204)
