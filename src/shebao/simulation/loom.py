"""Loom: the threads of a program, woven in an order the dice decide, so that it comes again.

Whatever runs at once is many tasks, but only one of them works at a time: before every
transaction, and on the way to and from a channel, a task waits until it is drawn. So every
order of commits and questions can happen, and the same seed makes the same one happen again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from typing import Any, Final

Task = asyncio.Task[Any]
Work = Coroutine[Any, Any, Any] | Generator[Any, None, Any]
_HOPS: Final = 6  # Turns of the event loop until nobody who need not wait still moves.


class Loom:
    """Draws one waiting task after another."""

    def __init__(self, dice: Random, ended: Callable[[str, Task], None]) -> None:
        self._dice = dice
        self._ended = ended
        self._waiting: list[asyncio.Future[None]] = []
        self._held: list[asyncio.Future[None]] = []  # Not drawn for a while.
        self._tasks: list[Task] = []
        self._running: dict[str, Task] = {}
        self._at_work = 0
        self._moved = asyncio.Event()
        self.cut_short = False  # The plug was pulled: nobody is drawn any more.

    async def turn(self) -> None:
        """Wait until one is drawn."""
        drawn = asyncio.get_running_loop().create_future()
        self._waiting.append(drawn)
        try:
            await drawn
        finally:
            for waiting in (self._waiting, self._held):
                if drawn in waiting:
                    waiting.remove(drawn)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """As long as the block lasts, nobody else is drawn."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1
            self._moved.set()

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        """Begin something of the program; it goes on when the loom weaves."""
        task = asyncio.create_task(self._begin(work))
        self._tasks.append(task)
        self._running[name] = task
        task.add_done_callback(lambda done: self._end(name, done))

    async def weave(self, most: int | None = None) -> None:
        """Draw until nobody waits, or so many times. Whoever waits then goes on another time."""
        loop = asyncio.get_running_loop()
        before = loop.get_task_factory()
        loop.set_task_factory(self._spawned)
        try:
            await self._settle()
            while self._waiting and most != 0 and not self.cut_short:
                drawn = self._waiting.pop(self._dice.randrange(len(self._waiting)))
                drawn.set_result(None)
                await self._settle()
                most = None if most is None else most - 1
        finally:
            loop.set_task_factory(before)
        self._tasks = [task for task in self._tasks if not task.done()]

    def hold(self) -> bool:
        """Draw somebody who waits no more until all are let go; False when nobody waits."""
        if self._waiting:
            self._held.append(self._waiting.pop(self._dice.randrange(len(self._waiting))))
            return True
        return False

    def let_go(self) -> bool:
        """Draw everybody again who waits; False when nobody was held."""
        held, self._held = self._held, []
        self._waiting += held
        return bool(held)

    async def cut(self) -> None:
        """End everything where it stands."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self.cut_short = False

    @property
    def unfinished(self) -> list[str]:
        """What has begun and not ended."""
        return [*self._running]

    async def _settle(self) -> None:
        """Wait until whoever was drawn has done its work, and whoever heard of it waits again."""
        still = 0
        while still < _HOPS:
            self._moved.clear()
            if self._at_work:
                await self._moved.wait()
            else:
                await asyncio.sleep(0)
            still = 0 if self._moved.is_set() else still + 1

    async def _begin(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            await self.turn()
        except asyncio.CancelledError:
            work.close()
            raise
        return await work

    def _spawned(self, loop: asyncio.AbstractEventLoop, work: Work, /, **how: Any) -> Task:
        """Begin a task of the program's own, and remember it."""
        task: Task = asyncio.Task(work, loop=loop, **how)
        self._tasks.append(task)
        task.add_done_callback(_heard)
        return task

    def _end(self, name: str, task: Task) -> None:
        del self._running[name]
        self._ended(name, task)


class _AtOnce(ThreadPoolExecutor):
    """Does everything where it is asked for: another thread's time would be nobody's dice's."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **how: Any) -> Future[Any]:
        """Do it now, and answer with what came of it; what fails, fails there."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **how))
        return done


@contextmanager
def one_thread() -> Iterator[None]:
    """As long as the block lasts, nothing of this event loop is done by another thread."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(_AtOnce(max_workers=1))
    try:
        yield
    finally:
        loop.set_default_executor(ThreadPoolExecutor())


def _heard(task: Task) -> None:
    """Whoever began it hears of its failure, or writes it to the log; if they still live."""
    if not task.cancelled():
        task.exception()
