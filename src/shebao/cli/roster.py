"""Roster commands: the template, what is wrong with a file, taking it in, how far it has come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from rich.console import Console
from rich.table import Table

from shebao.app import opened
from shebao.config import Config
from shebao.core.desk.clerk import Clerk, ClerkState, ClerkUnknown
from shebao.core.period import Period
from shebao.core.roster.line import LineState
from shebao.operations.desk.clerks import clerks_of
from shebao.operations.roster.check import Checked, Upload, check_file, keep_file
from shebao.operations.roster.collectors import who_collects
from shebao.operations.roster.look import Progress, look_at_roster, rosters_of, with_reasons
from shebao.operations.roster.take_in import discard, take_in
from shebao.operations.roster.template import template_of
from shebao.operations.world import World
from shebao.store.server.embedded import database_url
from shebao.web.collector.wording import reason_of

Answer = TypeVar("Answer")
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_REGION = click.option("--region", "region_code", required=True, help="地区代码，如 320400。")
_CLERK = click.option("--clerk", "number", required=True, help="代收单位的经办人工号。")
_JSON = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，单位分。")
_OUT = click.option("--out", type=click.Path(path_type=Path), help="把带原因的文件写到这里。")
_SCHEME = click.option("--scheme", default="resident_medical", show_default=True, help="险种。")
_PERIOD = click.option("--period", required=True, help="所属期，如 2024。")
_YEARS = click.option(
    "--years", type=click.IntRange(1, 6), default=1, help="一次缴几年（预缴的大学生）。"
)
_SHOWN: Final = {
    LineState.LISTED: "可以收",
    LineState.APPLYING: "转参保登记",
    LineState.EXEMPT: "政府代缴，不收",
    LineState.REPEATED: "以前的名册里已有",
    LineState.REFUSED: "不能收",
    LineState.LEFT: "已离开",
}


@click.group(help="名册：模板、核对、收下、进度。")
def roster() -> None:
    """Collect for many people at once."""


@roster.command(help="写出名册模板（Excel）。")
@_REGION
@_CLERK
@_SCHEME
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def template(config: Config, *, region_code: str, number: str, scheme: str, file: Path) -> None:
    """Write the template."""

    async def act(world: World) -> bytes:
        collector = await who_collects(world, await _clerk(world, region_code, number))
        return template_of(world, collector, scheme)

    file.write_bytes(asyncio.run(_with(config, act)))
    click.echo(f"已写到 {file}。")


@roster.command(help="核对一个文件，什么都不改；有行不能收时退出码为 1。")
@_REGION
@_CLERK
@_SCHEME
@_PERIOD
@_YEARS
@_OUT
@_JSON
@_FILE
@click.pass_context
def check(context: click.Context, /, **told: Any) -> None:
    """Judge a file, and keep nothing."""
    checked = asyncio.run(_with(context.obj, lambda world: _checked(world, told, check_file)))
    _give_back(checked, told)
    _tell(judged(checked), as_json=told["as_json"])
    if checked.count(LineState.REFUSED):
        context.exit(1)


@roster.command("import", help="核对并收下一个文件里能收的行。")
@_REGION
@_CLERK
@_SCHEME
@_PERIOD
@_YEARS
@_OUT
@_JSON
@_FILE
@click.pass_context
def import_(context: click.Context, /, **told: Any) -> None:
    """Judge a file, and let its good lines go on."""

    async def act(world: World) -> Checked:
        checked = await _checked(world, told, keep_file)
        clerk = await _clerk(world, told["region_code"], told["number"])
        if checked.count(LineState.LISTED, LineState.APPLYING):
            await take_in(world, clerk, checked.roster.id)
        else:
            await discard(world, clerk, checked.roster.id)
        return checked

    checked = asyncio.run(_with(context.obj, act))
    _give_back(checked, told)
    _tell(judged(checked), as_json=told["as_json"])


@roster.command("list", help="列出代收单位的名册。")
@_REGION
@_CLERK
@_JSON
@click.pass_obj
def past(config: Config, *, region_code: str, number: str, as_json: bool) -> None:
    """Print the rosters of a collector."""

    async def act(world: World) -> list[dict[str, Any]]:
        clerk = await _clerk(world, region_code, number)
        _, found = await rosters_of(world, clerk)
        return [
            {"roster": one.id, "title": one.title, "lines": one.lines, "state": str(one.state)}
            for one in found
        ]

    found = asyncio.run(_with(config, act))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table("名册", "名称", "行数", "状态")
    for one in found:
        table.add_row(*(str(value) for value in one.values()))
    Console().print(table)


@roster.command(help="看一份名册收到哪一步。")
@_REGION
@_CLERK
@_JSON
@click.argument("roster_id")
@click.pass_obj
def show(config: Config, *, region_code: str, number: str, roster_id: str, as_json: bool) -> None:
    """Print how far a roster has come."""

    async def act(world: World) -> Progress:
        return await look_at_roster(world, await _clerk(world, region_code, number), roster_id)

    _tell(progress(asyncio.run(_with(config, act))), as_json=as_json)


def judged(checked: Checked) -> dict[str, Any]:
    """A judged file in figures, with every line that has something against it."""
    return {
        "roster": checked.roster.id,
        "lines": checked.roster.lines,
        **{str(state): checked.count(state) for state in LineState if state is not LineState.LEFT},
        "faults": [
            {"line": one.line, "code": one.reason, "says": one.says}
            for one in checked.lines
            if one.reason
        ],
    }


def progress(seen: Progress) -> dict[str, Any]:
    """How far a roster has come, in figures."""
    standings = sorted({one.standing for one in seen.tallies})
    return {
        "roster": seen.roster.id,
        "title": seen.roster.title,
        "state": str(seen.roster.state),
        **{one: {"lines": seen.lines(one), "fen": seen.amount(one).fen} for one in standings},
        "payments": [
            {
                "order": one.order_id,
                "state": str(one.state),
                "number": one.number,
                "fen": one.amount.fen,
                "bills": one.bills,
            }
            for one in seen.orders
        ],
    }


Check = Callable[..., Awaitable[Checked]]


async def _checked(world: World, told: Mapping[str, Any], judge: Check) -> Checked:
    clerk = await _clerk(world, told["region_code"], told["number"])
    file: Path = told["file"]
    content = await asyncio.to_thread(file.read_bytes)
    try:
        first = Period.parse(told["period"])
    except ValueError:
        raise click.BadParameter("所属期写成 2024", param_hint="--period") from None
    upload = Upload(
        scheme=told["scheme"],
        first=first,
        years=told["years"],
        title=file.stem,
        file_name=file.name,
        content=content,
    )
    return await judge(world, clerk, upload, says=reason_of)


def _give_back(checked: Checked, told: Mapping[str, Any]) -> None:
    if told["out"] is None:
        return
    reasons = {one.line: one.says for one in checked.lines if one.says}
    back = with_reasons(told["file"].read_bytes(), reasons, only=False)
    told["out"].write_bytes(back.content)


def _tell(told: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        if name == "faults":
            for fault in value:
                click.echo(f"第 {fault['line']} 行：{fault['says']}")
        elif name != "payments":
            shown = _SHOWN.get(LineState(name), name) if name in set(LineState) else name
            click.echo(f"{shown}: {value}")
    for payment in told.get("payments", ()):
        click.echo(f"缴费单 {payment['number'] or payment['order']}: {payment['state']}")


async def _clerk(world: World, region_code: str, number: str) -> Clerk:
    for row in await clerks_of(world, region_code):
        if row.number == number and row.state is ClerkState.ACTIVE:
            return row.clerk
    raise ClerkUnknown(number)


async def _with(config: Config, act: Callable[[World], Awaitable[Answer]]) -> Answer:
    async with database_url(config) as url, opened(config, url) as world:
        return await act(world)
