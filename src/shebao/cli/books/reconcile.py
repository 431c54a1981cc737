"""Reconcile: compare files with our books, look at what differs, and put it right by two people."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import date, timedelta
from typing import Any, Final

import click

from shebao.cli.answers import DONE, REFUSED
from shebao.cli.books.words import (
    KINDS,
    REMEDIES,
    STATES,
    DayType,
    clerk_of,
    in_world,
    json_option,
    region_option,
    source_name,
    tell,
)
from shebao.config import Config
from shebao.core.books.repair import Remedy
from shebao.operations.books import mend
from shebao.operations.books.compare import Compared, compare, compare_waiting
from shebao.operations.books.look import (
    DifferenceSeen,
    look_at_days,
    look_at_differences,
    repairs_waiting,
)
from shebao.operations.world import SHANGHAI, World

_LOOK_BACK: Final = timedelta(days=30)
_clerk_option: Final = click.option("--clerk", "number", required=True, help="经办人工号。")


@click.group(help="对账：逐笔核对账单和总账，查看并处理差异。")
def reconcile() -> None:
    """Find and mend differences."""


@reconcile.command(help="核对；不写来源和日期，就核对所有新的账单。有差异的退出码为 1。")
@region_option
@click.option("--source", help="来源，如 wechat。")
@click.option("--day", type=DayType(), help="账单日期。")
@json_option
@click.pass_obj
def run(
    config: Config, *, region_code: str, source: str | None, day: date | None, as_json: bool
) -> None:
    """Compare one source and day, or whatever waits."""
    if (source is None) != (day is None):
        raise click.UsageError("--source 和 --day 要一起写。")

    async def work(world: World) -> list[Compared]:
        if source is None or day is None:
            return await compare_waiting(world, region_code)
        return [await compare(world, region_code=region_code, source=source, day=day)]

    done = asyncio.run(in_world(config, work))
    for one in done:
        if as_json:
            tell({"source": one.source, "day": one.day, "found": one.found})
        else:
            click.echo(f"{one.day} {source_name(one.source)}：{one.found} 笔差异")
    if not done and not as_json:
        click.echo("没有新的账单要核对。")
    sys.exit(REFUSED if any(one.found for one in done) else DONE)


@reconcile.command(help="最近几天的账：账单到没到、有多少差异、封没封。")
@region_option
@click.option("--days", "most", type=click.IntRange(min=1), default=14, show_default=True)
@json_option
@click.pass_obj
def days(config: Config, *, region_code: str, most: int, as_json: bool) -> None:
    """Show the last days."""
    seen = asyncio.run(
        in_world(config, lambda world: look_at_days(world, region_code=region_code, most=most))
    )
    for one in seen:
        sources = {each.source: each.ready for each in one.day.sources}
        if as_json:
            told = {"day": one.day.day, "files": sources, "open": one.open}
            tell({**told, "closed": one.closed is not None})
            continue
        files = " ".join(f"{source_name(name)}{'✓' if ok else '✗'}" for name, ok in sources.items())
        closed = "已日结" if one.closed else "未日结"
        click.echo(f"{one.day.day}  {closed}  待处理 {one.open}  {files}".rstrip())


@reconcile.command(name="list", help="列出差异，待处理的在前。")
@region_option
@click.option("--from", "first", type=DayType(), help="从哪天起，默认 30 天前。")
@click.option("--to", "last", type=DayType(), help="到哪天止，默认今天。")
@click.option("--source", help="只看一个来源。")
@click.option("--open", "only_open", is_flag=True, help="只看待处理的。")
@json_option
@click.pass_obj
def list_(config: Config, /, **facts: Any) -> None:
    """List differences."""
    as_json = facts.pop("as_json")
    found = asyncio.run(in_world(config, lambda world: _list(world, **facts)))
    if as_json:
        for seen in found:
            tell(_told(seen))
        return
    for seen in found:
        one = seen.difference
        what = f"{one.day}  {source_name(one.source)}  {KINDS[one.kind]}  {one.number}"
        amounts = f"对方 {one.theirs}  我方 {one.ours}"
        click.echo(f"{one.id}  {what}  {amounts}  {STATES[one.state]}")


async def _list(world: World, **facts: Any) -> list[DifferenceSeen]:
    today = world.now().astimezone(SHANGHAI).date()
    span = facts.pop("first") or today - _LOOK_BACK, facts.pop("last") or today
    return await look_at_differences(world, span, **facts)


@reconcile.command(help="看一笔差异可以怎样处理，各会记什么账。")
@click.argument("difference_id")
@region_option
@json_option
@click.pass_obj
def preview(config: Config, *, difference_id: str, region_code: str, as_json: bool) -> None:
    """Show what each remedy would post."""
    found = asyncio.run(
        in_world(
            config,
            lambda world: mend.options(world, region_code=region_code, difference_id=difference_id),
        )
    )
    for option in found:
        lines = [(line.account, line.amount) for line in option.entry.lines] if option.entry else []
        if as_json:
            entry = [[account, amount.fen] for account, amount in lines]
            tell({"remedy": option.remedy, "entry": entry or None})
            continue
        click.echo(f"{option.remedy}（{REMEDIES[option.remedy]}）")
        for account, amount in lines:
            click.echo(f"  {account}  {amount}")
        if not lines:
            click.echo("  按正常收款、退款处理，由系统判断记账")
    if not found and not as_json:
        click.echo("这笔差异不用处理。")


@reconcile.command(help="提出一笔差异的处理办法，等另一人复核。")
@click.argument("difference_id")
@region_option
@click.option(
    "--remedy",
    type=click.Choice([str(remedy) for remedy in Remedy]),
    required=True,
    help="处理方式。",
)
@click.option("--says", required=True, help="理由。")
@_clerk_option
@click.pass_obj
def propose(config: Config, /, difference_id: str, **facts: Any) -> None:
    """Propose a remedy."""

    async def work(world: World) -> str:
        clerk = await clerk_of(world, facts["region_code"], facts["number"])
        remedy = Remedy(facts["remedy"])
        return await mend.propose(world, clerk, difference_id, remedy=remedy, says=facts["says"])

    click.echo(asyncio.run(in_world(config, work)))


@reconcile.command(name="by-hand", help="提出：一笔转人工的退款已经线下退还，等另一人复核。")
@click.argument("refund_id")
@region_option
@click.option("--reference", required=True, help="线下付款的流水号。")
@click.option("--says", required=True, help="理由。")
@_clerk_option
@click.pass_obj
def by_hand(config: Config, /, refund_id: str, **facts: Any) -> None:
    """Propose that a refund was sent by hand."""

    async def work(world: World) -> str:
        clerk = await clerk_of(world, facts["region_code"], facts["number"])
        return await mend.propose_sent_by_hand(
            world, clerk, refund_id, reference=facts["reference"], says=facts["says"]
        )

    click.echo(asyncio.run(in_world(config, work)))


def _decision(name: str, help_: str, does: Any, done: str) -> click.Command:
    """A command by which a clerk decides about a proposal."""

    @click.command(name=name, help=help_)
    @click.argument("repair_id")
    @region_option
    @_clerk_option
    @click.pass_obj
    def decide(config: Config, *, repair_id: str, region_code: str, number: str) -> None:
        async def work(world: World) -> None:
            await does(world, await clerk_of(world, region_code, number), repair_id)

        asyncio.run(in_world(config, work))
        click.echo(done)

    return decide


reconcile.add_command(_decision("approve", "复核同意，立即执行。", mend.approve, "已执行。"))
reconcile.add_command(_decision("decline", "不同意，或撤回。", mend.decline, "已退回。"))
reconcile.add_command(_decision("undo", "冲回已经挂的账。", mend.undo, "已冲回。"))


@reconcile.command(help="列出等待复核的处理办法。")
@region_option
@json_option
@click.pass_obj
def waiting(config: Config, *, region_code: str, as_json: bool) -> None:
    """List what waits for a second person."""
    found = asyncio.run(in_world(config, lambda world: repairs_waiting(world, region_code)))
    for one in found:
        about = one.difference_id or one.refund_id
        if as_json:
            told = {"id": one.id, "about": about, "remedy": one.remedy, "says": one.says}
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            click.echo(f"{one.id}  {about}  {REMEDIES[one.remedy]}  {one.says}")


def _told(seen: DifferenceSeen) -> dict[str, Any]:
    one = seen.difference
    return {
        "id": one.id,
        "source": one.source,
        "day": one.day,
        "subject": one.subject,
        "kind": one.kind,
        "number": one.number,
        "our_id": one.our_id,
        "theirs_fen": one.theirs.fen,
        "ours_fen": one.ours.fen,
        "state": one.state,
        "stands": one.stands,
        "repairs": [{"id": each.id, "state": each.state} for each in seen.repairs],
    }
