"""Statements: the files of channels, bank and treasury: fetched, read, and watched for."""

from __future__ import annotations

import asyncio
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from shebao.cli.answers import DONE, REFUSED
from shebao.cli.books.words import (
    DayType,
    in_world,
    json_option,
    region_option,
    source_name,
    tell,
)
from shebao.config import Config
from shebao.core.channel import Method
from shebao.operations.books.expect import FileDay, book_days
from shebao.operations.books.fetch import fetch, read_dropped
from shebao.operations.books.read_statements import (
    altered_files,
    keep_file,
    read_file,
    replace_file,
    unplaced_files,
)
from shebao.operations.world import SHANGHAI, World

_LOOK_BACK: Final = 30
_SAYS: Final = {
    "": "没有收到",
    "under_way": "正在取",
    "not_ready": "对方还没有出账单",
    "unanswered": "对方没有回音",
    "statement_unreadable": "文件读不懂",
    "statement_lines_unreadable": "有读不懂的行",
    "statement_altered": "读过之后被改动了",
}


@click.group(help="对账单：向渠道取，或放进文件夹；看还缺哪些。")
def statements() -> None:
    """Look after the files of others."""


@statements.command(name="read", help="读入一个对账单文件；读过的不会再读第二遍。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@region_option
@click.option("--source", required=True, help="来源：wechat alipay unionpay bank treasury 等。")
@click.option("--day", type=DayType(), required=True, help="账单日期。")
@click.option("--replaces", is_flag=True, help="对方重出了这份账单，用它代替原来的。")
@json_option
@click.pass_obj
def read(config: Config, /, file: Path, **facts: Any) -> None:
    """Keep a file where statements lie, and read it."""
    as_json, replaces = facts.pop("as_json"), facts.pop("replaces")
    columns = (SpinnerColumn(), TextColumn("{task.completed} 行"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=as_json) as bar:
        task = bar.add_task("")

        async def work(world: World) -> Any:
            place = await keep_file(world, file, **facts)
            if replaces:
                return await replace_file(world, place)
            return await read_file(
                world, place, progress=lambda count: bar.update(task, completed=count)
            )

        done = asyncio.run(in_world(config, work))
    if as_json:
        tell({"file": done.place.name, "lines": done.lines, "new": done.is_new})
        return
    click.echo(f"{done.place.name}：{done.lines} 行{'' if done.is_new else '，以前读过'}")


@statements.command(name="fetch", help="向渠道取一天的账单，取到就读入。默认昨天。")
@click.option("--day", type=DayType(), help="账单日期。")
@json_option
@click.pass_obj
def fetch_(config: Config, *, day: date | None, as_json: bool) -> None:
    """Ask every channel for its file of a day."""
    told = asyncio.run(in_world(config, lambda world: _fetch(world, day)))
    if as_json:
        tell(told)
        return
    for method, came in told["came"].items():
        click.echo(f"{source_name(method)}：{'取到了' if came else '没有新的'}")
    click.echo(f"读入 {told['read']} 份")


async def _fetch(world: World, day: date | None) -> dict[str, Any]:
    on = day or world.now().astimezone(SHANGHAI).date() - timedelta(days=1)
    came = {
        str(method): await fetch(world, Method(method), on, again_after=timedelta())
        for method in world.statements
    }
    return {"day": on, "came": came, "read": len(await read_dropped(world))}


@statements.command(help="哪些天缺哪些账单、哪些文件被改动过；有缺的退出码为 1。")
@click.option("--region", "region_code", help="只看一个地区。")
@click.option("--days", type=click.IntRange(min=1), default=_LOOK_BACK, show_default=True)
@json_option
@click.pass_obj
def missing(config: Config, *, region_code: str | None, days: int, as_json: bool) -> None:
    """Name every file that is not here or not compared, and every one that changed."""
    lacking, changed, unplaced = asyncio.run(
        in_world(config, lambda world: _missing(world, region_code, days))
    )
    if as_json:
        tell(
            {
                "missing": [_told(one) for one in lacking],
                "altered": changed,
                "unplaced": unplaced,
            }
        )
    else:
        table = Table("地区", "日期", "来源", "情况")
        for one in lacking:
            table.add_row(one.region_code, str(one.day), source_name(one.source), _state(one))
        Console().print(table if lacking else "账单齐了。")
        for name in changed:
            click.echo(f"读过之后被改动或丢失：{name}")
        for name in unplaced:
            click.echo(f"放错了地方，或文件名里没有日期：{name}")
    sys.exit(REFUSED if lacking or changed or unplaced else DONE)


async def _missing(
    world: World, region_code: str | None, days: int
) -> tuple[list[FileDay], list[str], list[str]]:
    last = world.now().astimezone(SHANGHAI).date() - timedelta(days=1)
    first = last - timedelta(days=days - 1)
    lacking = [
        one
        for code in ([region_code] if region_code else sorted(world.regions))
        for day in await book_days(world, region_code=code, first=first, last=last)
        for one in day.missing
    ]
    return lacking, await altered_files(world), unplaced_files(world)


def _state(one: FileDay) -> str:
    return "还没有核对" if one.files else _SAYS.get(one.says, one.says)


def _told(one: FileDay) -> dict[str, Any]:
    return {
        "region": one.region_code,
        "day": one.day,
        "source": one.source,
        "read": bool(one.files),
        "says": one.says,
    }
