"""Courier: brings a channel's notices to the merchant, again and again, until they are accepted.

How a notice is sent, what counts as a yes and how long to wait for the next try is the
channel's own way; everything that can be strange about a delivery is the same for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Final, Protocol

from shebao.sandbox import clock
from shebao.sandbox.channel import notices
from shebao.sandbox.channel.notices import Notice, NoticeState
from shebao.sandbox.faults import Twist, read_plan
from shebao.sandbox.ledger import Ledger
from shebao.sandbox.timers import Timers

TRUE: Final = "true"
FORGED: Final = "forged"
_COPIES: Final = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """What a merchant answered; no status when nothing came."""

    status: int | None
    words: str | None = None  # Only of a channel that believes words.


class Way(Protocol):
    """How one channel brings its notices."""

    channel: ClassVar[str]
    ladder: ClassVar[tuple[int, ...]]  # Seconds until the next try, in the world's own time.
    at_once: ClassVar[int]  # How many notices are on the road together.
    held_seconds: ClassVar[int]  # How long a notice out of order lets others go first.
    preludes: ClassVar[Mapping[Twist, str]]  # Lies that may be told before the truth.

    async def send(self, notice: Notice, manner: str) -> Heard:
        """Sign a notice in a manner and bring it there now."""

    def is_yes(self, heard: Heard) -> bool:
        """Say whether an answer is the one that ends the telling."""

    async def close(self) -> None:
        """Hang up."""


class Courier:
    """Many notices on the road at once."""

    def __init__(self, ledger: Ledger, timers: Timers, way: Way) -> None:
        self._ledger = ledger
        self._timers = timers
        self._way = way
        self._hands = asyncio.Semaphore(way.at_once)
        self._held: dict[str, Notice] = {}

    def carry(self, notice: Notice) -> None:
        """Take a notice that is written down, and bring it when its time has come."""
        if notice.state is not NoticeState.WAITING:
            return
        if Twist.OUT_OF_ORDER in read_plan(notice.plan) and notice.tries == 0:
            self._held[notice.id] = notice
            delay = self._timers.scaled_ms(self._way.held_seconds)
            self._timers.after(delay, partial(self._release, notice))
        else:
            self._timers.after(notice.next_at - clock.now_ms(), partial(self._bring, notice))

    def resume(self) -> None:
        """Take up everything that was still to be told when the program ended."""
        for notice in notices.waiting(self._ledger, self._way.channel):
            self.carry(notice)

    def again(self, notice: Notice, *, times: int) -> None:
        """Bring a notice once more, whatever became of it before."""
        for _ in range(times):
            self._timers.after(0, partial(self._repeat, notice))

    async def stop(self) -> None:
        """Close the road."""
        await self._way.close()

    async def _bring(self, notice: Notice) -> None:
        if notice.tries and not notices.is_waiting(self._ledger, notice.id):
            return  # Sent by hand meanwhile, and accepted.
        plan = read_plan(notice.plan)
        if notice.tries == 0:
            for twist, manner in self._way.preludes.items():
                if twist in plan:
                    await self._send(notice, manner)
        copies = _COPIES if Twist.CONCURRENTLY in plan and notice.tries == 0 else 1
        answers = await asyncio.gather(*(self._post(notice, TRUE) for _ in range(copies)))
        after = self._judged(notice, answers)
        with self._ledger.together():
            for heard in answers:
                notices.delivered(self._ledger, notice.id, TRUE, heard.status)
            notices.save(self._ledger, after)
        if after.state is NoticeState.WAITING:
            self._timers.after(after.next_at - clock.now_ms(), partial(self._bring, after))
        elif Twist.TWICE in plan:
            delay = self._timers.scaled_ms(self._way.ladder[0])
            self._timers.after(delay, partial(self._repeat, after))
        await self._let_go()

    def _judged(self, notice: Notice, answers: list[Heard]) -> Notice:
        tried = replace(notice, tries=notice.tries + 1, heard=answers[-1].words)
        if any(self._way.is_yes(heard) for heard in answers):
            return replace(tried, state=NoticeState.ACCEPTED)
        if tried.tries > len(self._way.ladder):
            return replace(tried, state=NoticeState.GIVEN_UP)
        wait = self._timers.scaled_ms(self._way.ladder[notice.tries])
        return replace(tried, next_at=clock.now_ms() + wait)

    async def _repeat(self, notice: Notice) -> None:
        heard = await self._send(notice, TRUE)
        if self._way.is_yes(heard) and notice.state is not NoticeState.ACCEPTED:
            accepted = replace(notice, state=NoticeState.ACCEPTED, heard=heard.words)
            notices.save(self._ledger, accepted)

    async def _release(self, notice: Notice) -> None:
        if self._held.pop(notice.id, None) is not None:
            await self._bring(notice)

    async def _let_go(self) -> None:
        for held in list(self._held.values()):
            await self._release(held)

    async def _send(self, notice: Notice, manner: str) -> Heard:
        heard = await self._post(notice, manner)
        notices.delivered(self._ledger, notice.id, manner, heard.status)
        return heard

    async def _post(self, notice: Notice, manner: str) -> Heard:
        async with self._hands:
            return await self._way.send(notice, manner)
