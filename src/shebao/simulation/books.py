"""Books: the real database, with a plug that can be pulled between any two commits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from shebao.simulation.loom import Loom
from shebao.store.database import Database, Tx


class PulledPlug(BaseException):
    """The program is no more."""


class Mishap(StrEnum):
    """What can befall a commit."""

    DIES_BEFORE = "断电在提交之前"
    DIES_AFTER = "断电在提交之后"
    BREAKS_BEFORE = "断线在提交之前"
    BREAKS_AFTER = "断线在提交之后"

    @property
    def dies(self) -> bool:
        """Whether the program ends; else it only loses the connection."""
        return self in {Mishap.DIES_BEFORE, Mishap.DIES_AFTER}


class Socket:
    """Where the plug is: a mishap waits for one of the next commits."""

    def __init__(self, loom: Loom) -> None:
        self._loom = loom
        self._mishap: Mishap | None = None
        self._commits = 0

    def arm(self, mishap: Mishap, *, commits: int) -> None:
        """Let something befall a commit: the next one when `commits` is nought."""
        self._mishap, self._commits = mishap, commits

    def disarm(self) -> None:
        """Let nothing more befall anybody."""
        self._mishap = None

    def before_commit(self) -> None:
        """Strike before this commit, if it is the one."""
        if self._commits == 0:
            self._strike(Mishap.DIES_BEFORE, Mishap.BREAKS_BEFORE)

    def after_commit(self) -> None:
        """Strike after this commit, if it is the one; else count it."""
        if self._commits == 0:
            self._strike(Mishap.DIES_AFTER, Mishap.BREAKS_AFTER)
        self._commits = max(0, self._commits - 1)

    def _strike(self, *now: Mishap) -> None:
        if self._mishap not in now:
            return
        dies, self._mishap = self._mishap.dies, None
        if dies:
            self._loom.cut_short = True
            raise PulledPlug
        raise ConnectionResetError("the connection to the books broke")


class WovenBooks(Database):
    """The books as a simulated program sees them: every transaction waits until it is drawn."""

    loom: Loom
    socket: Socket

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """Everything inside happens, or none of it does; whoever wrote may never hear which."""
        await self.loom.turn()
        with self.loom.at_work():
            async with super().transaction() as tx:
                yield tx
                self.socket.before_commit()
            self.socket.after_commit()

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[Tx]:
        """A statement that is a transaction of its own."""
        async with self.transaction() as tx:
            yield tx

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """A connection to look with."""
        await self.loom.turn()
        with self.loom.at_work():
            async with super().reading() as tx:
                yield tx

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Tx]:
        """Everything as it is at one moment, to look at."""
        await self.loom.turn()
        with self.loom.at_work():
            async with super().snapshot() as tx:
                yield tx
