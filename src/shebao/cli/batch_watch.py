"""Batch watch: a batch goes as far as it can, with a bar for each stage."""

from __future__ import annotations

from contextlib import aclosing
from typing import Final

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
from shebao.operations.batch.run import go_on
from shebao.operations.world import World

STAGES: Final = {
    "build": "制作", "hold": "占用账单", "send": "标记送盘", "write": "写文件", "post": "入账",
}  # fmt: skip


async def watched_aloud(world: World, batch: Batch) -> None:
    """Take a batch as far as it goes, with a bar a stage."""
    await watched(world, batch, quiet=False)


async def watched_quietly(world: World, batch: Batch) -> None:
    """Take a batch as far as it goes, and say nothing."""
    await watched(world, batch, quiet=True)


async def watched(world: World, batch: Batch, *, quiet: bool) -> None:
    """Take a batch as far as it goes: how far each stage is, how fast, how much longer."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Speed("笔"),
        TimeRemainingColumn(),
    )  # fmt: skip
    bars: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as shown:
        async with aclosing(go_on(world, batch)) as going:
            async for now in going:
                if now.stage not in bars:
                    bars[now.stage] = shown.add_task(STAGES[now.stage], total=now.total)
                shown.update(bars[now.stage], completed=now.done, total=now.total)
