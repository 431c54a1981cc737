"""Close: close days, export them, and prove them again from the books or from a file alone."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any, Final

import click

from shebao.cli.answers import DONE, REFUSED
from shebao.cli.books.words import (
    DayType,
    clerk_of,
    in_world,
    json_option,
    region_option,
    tell,
)
from shebao.config import Config
from shebao.core.books.close import Closed, Doubt
from shebao.operations.books.close_day import Without, close_day, close_due, verify
from shebao.operations.books.export import export, verify_export
from shebao.operations.world import World

_file_option: Final = click.option(
    "--file", type=click.Path(dir_okay=False, path_type=Path), help="导出的文件。"
)


@click.group(help="日结：逐日封账，导出，验证。")
def close() -> None:
    """Close days."""


@close.command(name="day", help="封一天的账；不写日期就把能封的都封上。")
@region_option
@click.option("--day", type=DayType(), help="日期。")
@click.option("--without", "why", help="账单不齐也要封：理由（要两个经办人）。")
@click.option("--clerk", help="提出的经办人工号。")
@click.option("--second", help="复核的经办人工号。")
@json_option
@click.pass_obj
def day_(config: Config, /, **facts: Any) -> None:
    """Close a day, or all that can be closed."""
    as_json = facts.pop("as_json")
    done = asyncio.run(in_world(config, lambda world: _close(world, **facts)))
    for one in done:
        if as_json:
            told = {"day": one.day, "entries": one.entries, "moved_fen": one.moved.fen}
            tell({**told, "hash": one.hash.hex(), "previous": one.previous.hex()})
        else:
            click.echo(f"{one.day}  {one.entries} 笔  {one.moved} 元  {one.hash.hex()[:16]}")
    if not done and not as_json:
        click.echo("没有可以封的日子；用 shebao statements missing 看缺什么。")


async def _close(world: World, **facts: Any) -> list[Closed]:
    region_code, day, why = facts["region_code"], facts["day"], facts["why"]
    if day is None:
        return await close_due(world, region_code)
    without = None
    if why is not None:
        if not facts["clerk"] or not facts["second"]:
            raise click.UsageError("--without 要和 --clerk、--second 一起写。")
        first = await clerk_of(world, region_code, facts["clerk"])
        second = await clerk_of(world, region_code, facts["second"])
        without = Without(why, first, second)
    return [await close_day(world, region_code=region_code, day=day, without=without)]


@close.command(name="verify", help="重新验证每个封过的日子；给出 --file 就只凭导出的文件。")
@click.option("--region", "region_code", help="地区代码；只凭文件时不用写。")
@_file_option
@json_option
@click.pass_obj
def verify_(config: Config, *, region_code: str | None, file: Path | None, as_json: bool) -> None:
    """Prove every closed day again."""
    count, doubts = _verified(config, region_code, file)
    if as_json:
        told = [{"day": one.day, "region": one.region_code, "what": one.what} for one in doubts]
        tell({"ok": not doubts, "days": count, "doubts": told})
    else:
        for one in doubts:
            click.echo(f"{one.region_code} {one.day}：{one.what}对不上")
        click.echo(f"验证了 {count} 天，{len(doubts)} 处对不上。")
    sys.exit(REFUSED if doubts else DONE)


def _verified(
    config: Config, region_code: str | None, file: Path | None
) -> tuple[int, list[Doubt]]:
    if file is not None:
        with file.open(encoding="utf-8") as lines:
            return verify_export(iter(lines))
    if region_code is None:
        raise click.UsageError("请写 --region 或 --file。")
    return asyncio.run(in_world(config, lambda world: verify(world, region_code)))


@close.command(name="export", help="导出封过的日子和它们的分录，一行一个 JSON。")
@region_option
@_file_option
@click.pass_obj
def export_(config: Config, *, region_code: str, file: Path | None) -> None:
    """Write every closed day with its entries, to a file or to the terminal."""

    async def work(world: World) -> int:
        count = 0
        with click.open_file(str(file or "-"), "w", encoding="utf-8") as out:
            async for line in export(world, region_code):
                out.write(line + "\n")
                count += 1
        return count

    count = asyncio.run(in_world(config, work))
    if file is not None:
        click.echo(f"{file}：{count} 行")
