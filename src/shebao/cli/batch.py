"""Batch commands: a run is built, signed, sent, answered and looked at."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table

from shebao.app import opened
from shebao.cli.batch_demo import play
from shebao.cli.batch_watch import Bars
from shebao.config import Config
from shebao.core.deduction.batch import Batch
from shebao.core.deduction.line import Reason
from shebao.core.desk.clerk import Clerk, ClerkState, ClerkUnknown
from shebao.operations.batch.build import begin_batch, build_on, cancel_batch, day_to_build
from shebao.operations.batch.look import BatchSeen, look_at_batch, past_batches
from shebao.operations.batch.post import post_on
from shebao.operations.batch.sign import sign_batch
from shebao.operations.batch.take_in import take_in
from shebao.operations.desk.clerks import clerks_of
from shebao.operations.world import World
from shebao.store.server.embedded import database_url

Answer = TypeVar("Answer")
_REGION = click.option("--region", "region_code", required=True, help="地区代码，如 320400。")
_JSON = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，单位分。")
_CLERK = click.option("--clerk", "number", required=True, help="经办人工号。")


@click.group(help="批扣：制作、复核、送盘、回盘，查看。中断以后再执行一次就接着做。")
def batch() -> None:
    """Collect from many accounts in one run."""


@batch.command(help="制作一天的批扣。")
@_REGION
@_CLERK
@click.option("--scheme", required=True, help="险种，如 resident_medical。")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="扣款日；不写用下一个批扣日。")
@_JSON
@click.pass_obj
def build(
    config: Config, *, region_code: str, number: str, scheme: str, day: datetime | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Build the batch of a day."""

    async def act(world: World) -> BatchSeen:
        clerk = await _clerk(world, region_code, number)
        on = day.date() if day else day_to_build(world, region_code, scheme)
        begun = await begin_batch(world, clerk, scheme=scheme, day=on)
        async with aclosing(build_on(world, begun)) as going:
            async for _ in going:
                pass
        return await look_at_batch(world, region_code, begun.id)

    _tell(asyncio.run(_with(config, act)), as_json=as_json)


@batch.command(help="复核一批：制作人以外的经办人。复核后占用账单。")
@_REGION
@_CLERK
@click.argument("batch_id")
@_JSON
@click.pass_obj
def sign(config: Config, *, region_code: str, number: str, batch_id: str, as_json: bool) -> None:
    """Sign a batch."""

    async def act(world: World) -> BatchSeen:
        await sign_batch(world, await _clerk(world, region_code, number), batch_id)
        return await look_at_batch(world, region_code, batch_id)

    _tell(asyncio.run(_with(config, act)), as_json=as_json)


@batch.command(help="取消一批还没有送盘的。")
@_REGION
@_CLERK
@click.argument("batch_id")
@_JSON
@click.pass_obj
def cancel(config: Config, *, region_code: str, number: str, batch_id: str, as_json: bool) -> None:
    """Cancel a batch of which nothing was sent."""

    async def act(world: World) -> BatchSeen:
        await cancel_batch(world, await _clerk(world, region_code, number), batch_id)
        return await look_at_batch(world, region_code, batch_id)

    _tell(asyncio.run(_with(config, act)), as_json=as_json)


@batch.command(help="把一批办到不能再往前为止：占用账单、写文件、送盘、取回盘、入账。")
@_REGION
@click.argument("batch_id")
@_JSON
@click.pass_obj
def send(config: Config, *, region_code: str, batch_id: str, as_json: bool) -> None:
    """Take a batch as far as it goes."""

    async def act(world: World) -> BatchSeen:
        seen = await look_at_batch(world, region_code, batch_id)
        with Bars(quiet=as_json) as bars:
            await bars.watch(world, seen.batch)
        return await look_at_batch(world, region_code, batch_id)

    _tell(asyncio.run(_with(config, act)), as_json=as_json)


@batch.command("take-in", help="采用一份人工送来的回盘文件，并入账。")
@_REGION
@click.option("--format", "format_name", default="pipe", show_default=True, help="文件格式。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_JSON
@click.pass_obj
def take_in_file(
    config: Config, *, region_code: str, format_name: str, file: Path, as_json: bool
) -> None:
    """Take in an answer that somebody brought."""

    async def act(world: World) -> BatchSeen:
        taken = await take_in(world, region_code, file, format_name=format_name)
        seen = await look_at_batch(world, region_code, taken.batch_id)
        async with aclosing(post_on(world, seen.batch)) as posting:
            async for _ in posting:
                pass
        return await look_at_batch(world, region_code, taken.batch_id)

    _tell(asyncio.run(_with(config, act)), as_json=as_json)


@batch.command(help="从头到尾演一遍：--demo N 个人，用完即弃的账和演练银行。")
@_REGION
@click.option("--scheme", required=True, help="险种，如 resident_medical。")
@click.option("--demo", "people", type=click.IntRange(1, 5_000_000), required=True, help="多少人。")
@_JSON
@click.pass_obj
def run(config: Config, *, region_code: str, scheme: str, people: int, as_json: bool) -> None:
    """Play a whole run."""
    with Bars(quiet=as_json) as bars:
        told = asyncio.run(
            play(config, region_code=region_code, scheme=scheme, people=people, bars=bars)
        )
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        click.echo(f"{name}: {value}")


@batch.command("list", help="列出一个地区的批扣。")
@_REGION
@_JSON
@click.pass_obj
def past(config: Config, *, region_code: str, as_json: bool) -> None:
    """Print the batches of a region."""

    async def act(world: World) -> list[Batch]:
        return await past_batches(world, region_code)

    found = asyncio.run(_with(config, act))
    if as_json:
        click.echo(json.dumps([_facts(one) for one in found], ensure_ascii=False))
        return
    table = Table("批次", "险种", "扣款日", "笔数", "金额（元）", "状态")
    for one in found:
        table.add_row(
            one.id, one.scheme, str(one.day), str(one.lines), str(one.amount), one.state.label
        )
    Console().print(table)


@batch.command(help="看一批办到了哪一步，每种结果多少笔。")
@_REGION
@click.argument("batch_id")
@_JSON
@click.pass_obj
def show(config: Config, *, region_code: str, batch_id: str, as_json: bool) -> None:
    """Print a batch."""

    async def act(world: World) -> BatchSeen:
        return await look_at_batch(world, region_code, batch_id)

    _tell(asyncio.run(_with(config, act)), as_json=as_json)


def report(seen: BatchSeen) -> dict[str, Any]:
    """A batch in figures."""
    counts: dict[str, int] = {}
    for one in seen.counts:
        name = f"{one.state}:{one.reason}" if one.reason else str(one.state)
        counts[name] = one.lines
    packets = [
        {
            "bank": one.bank,
            "number": one.number,
            "lines": one.lines,
            "amount_fen": one.amount.fen,
            "standing": one.standing,
            "says": one.says,
        }
        for one in seen.packets
    ]
    return {**_facts(seen.batch), "packets": packets, "counts": counts}


def _facts(one: Batch) -> dict[str, Any]:
    return {
        "batch": one.id,
        "region": one.region_code,
        "scheme": one.scheme,
        "day": one.day.isoformat(),
        "state": one.state,
        "people": one.people,
        "lines": one.lines,
        "amount_fen": one.amount.fen,
        "held": one.held,
        "sent": one.sent,
        "sent_fen": one.sent_amount.fen,
    }


def _tell(seen: BatchSeen, *, as_json: bool) -> None:
    told = report(seen)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    one = seen.batch
    click.echo(f"{one.id}  {one.day}  {one.state.label}  {one.lines} 笔，{one.amount} 元")
    for counted in seen.counts:
        why = f"（{Reason(counted.reason).label}）" if counted.reason else ""
        click.echo(f"  {counted.state.label}{why}：{counted.lines} 笔，{counted.amount} 元")


async def _with(config: Config, act: Callable[[World], Awaitable[Answer]]) -> Answer:
    async with database_url(config) as url, opened(config, url) as world:
        return await act(world)


async def _clerk(world: World, region_code: str, number: str) -> Clerk:
    """A clerk by their number. Raises ClerkUnknown."""
    for row in await clerks_of(world, region_code):
        if row.number == number and row.state is ClerkState.ACTIVE:
            return row.clerk
    raise ClerkUnknown(number)
