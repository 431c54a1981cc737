"""Batch watch: a batch goes as far as it can, with a bar for each stage."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from shebao.cli.speed import Speed
from shebao.core.deduction.batch import Batch
from shebao.operations.batch.run import Progress as StageDone
from shebao.operations.batch.run import go_on
from shebao.operations.world import World

STAGES: Final = {
    "settle": "演练人员", "levy": "核定账单", "build": "制作", "hold": "占用账单",
    "send": "标记送盘", "write": "写文件", "read": "读回盘", "post": "入账",
}  # fmt: skip


_NS_A_MS: Final = 1_000_000


class Bars:
    """A bar for each stage of a run: how far, how fast, how much longer; and what each took."""

    def __init__(self, *, quiet: bool) -> None:
        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Speed("笔"),
            TimeRemainingColumn(),
        )  # fmt: skip
        self._shown = Progress(*columns, console=Console(stderr=True), disable=quiet)
        self._bars: dict[str, TaskID] = {}
        self._since = time.perf_counter_ns()
        self.ms: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._shown.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._shown.stop()

    async def watch(self, world: World, batch: Batch) -> None:
        """Take a batch as far as it goes."""
        await self.follow(go_on(world, batch))

    async def follow(self, going: AsyncGenerator[StageDone, None]) -> None:
        """Watch stages to their end."""
        self._since = time.perf_counter_ns()
        async with aclosing(going) as stages:
            async for now in stages:
                self._go(now)

    def _go(self, now: StageDone) -> None:
        """A stage has come further."""
        if now.stage not in self._bars:
            self._bars[now.stage] = self._shown.add_task(STAGES[now.stage], total=now.total)
        self._shown.update(self._bars[now.stage], completed=now.done, total=now.total)
        took, self._since = time.perf_counter_ns() - self._since, time.perf_counter_ns()
        self.ms[now.stage] = self.ms.get(now.stage, 0) + took // _NS_A_MS
