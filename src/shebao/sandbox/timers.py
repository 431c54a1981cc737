"""Timers: things that happen later, by themselves, in a world that runs faster than ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from fractions import Fraction


class Timers:
    """Actions that wait for their time. All end with the program; the ledger remembers them."""

    def __init__(self, factor: Fraction) -> None:
        assert factor > 0
        self._factor = factor
        self._tasks: set[asyncio.Task[None]] = set()

    def scaled_ms(self, seconds: int) -> int:
        """How long so many seconds of the real world take here."""
        return int(seconds * 1000 * self._factor)

    def after(self, delay_ms: int, action: Callable[[], Awaitable[None]]) -> None:
        """Do something once, some milliseconds from now."""
        task = asyncio.create_task(self._wait(delay_ms, action))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @staticmethod
    async def _wait(delay_ms: int, action: Callable[[], Awaitable[None]]) -> None:
        if delay_ms > 0:
            await asyncio.sleep(delay_ms / 1000)
        await action()

    async def stop(self) -> None:
        """Let nothing more happen."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
