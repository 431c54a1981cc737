"""Simulate: market days played from seeds, each to its end, and every fen looked for."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Final

import click

from shebao.cli.answers import DONE, REFUSED
from shebao.simulation.day import Day, play
from shebao.simulation.ground import standing
from shebao.store.server.embedded import EmbeddedServer

_LAST: Final = 30  # Events that are shown of a day that broke a promise.


@click.command(
    help="模拟缴费日：付款人、渠道、断电都由种子决定，收市后逐分核对；有差错的退出码为 1。"
)
@click.option("--seed", "first", type=int, default=1, show_default=True, help="第一个种子。")
@click.option(
    "--seeds", "count", type=click.IntRange(min=1), help="连续演多少个；不写只演一个，列出经过。"
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def simulate(first: int, count: int | None, *, as_json: bool) -> None:
    """Play days, and tell of those that broke a promise; of a single one, tell everything."""
    broken = asyncio.run(_play(first, count or 1, as_json=as_json, whole=count is None))
    if as_json:
        told = {"first": first, "seeds": count or 1, "broken": broken, "ok": not broken}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(f"演了 {count or 1} 天，{len(broken)} 天有差错。")
    sys.exit(REFUSED if broken else DONE)


async def _play(first: int, count: int, *, as_json: bool, whole: bool) -> list[int]:
    """Play, tell as it goes, and return the seeds that broke a promise."""
    broken = []
    async with aclosing(_days(first, count)) as days:
        async for day in days:
            if not day.kept:
                broken.append(day.seed)
            if whole or not day.kept:
                _tell(day, as_json=as_json, most=None if whole else _LAST)
    return broken


async def _days(first: int, count: int) -> AsyncGenerator[Day, None]:
    """Days on books of their own: no installation is touched."""
    with tempfile.TemporaryDirectory(prefix="shebao-simulation-") as folder:
        async with EmbeddedServer(Path(folder)) as url, standing(url) as ground:
            for seed in range(first, first + count):
                yield await play(ground, seed)


def _tell(day: Day, *, as_json: bool, most: int | None) -> None:
    events = day.events if most is None else day.events[-most:]
    if as_json:
        told = {"seed": day.seed, "events": events, "broken": day.broken, "ok": day.kept}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"种子 {day.seed}")
    for line in events:
        click.echo(f"  {line}")
    for what in day.broken:
        click.echo(f"  差错  {what}")
    if not day.kept and most is not None:
        click.echo(f"  从头看一遍：shebao simulate --seed {day.seed}")
