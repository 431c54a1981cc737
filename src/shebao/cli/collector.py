"""Collector commands: who collects for many in a region, and what each may collect."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
from rich.console import Console
from rich.table import Table

from shebao.app import opened
from shebao.config import Config
from shebao.core.roster.collector import Collector, CollectorKind, CollectorState, Scope
from shebao.operations.roster.collectors import (
    NewCollector,
    add_collector,
    close_collector,
    collectors_of,
    give_scopes,
    open_collector,
)
from shebao.operations.world import World
from shebao.store.server.embedded import database_url

Answer = TypeVar("Answer")
STATES = {CollectorState.ACTIVE: "在用", CollectorState.CLOSED: "已停用"}
_KIND = click.Choice([str(kind) for kind in CollectorKind])
_JSON = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
_SCOPE = click.option(
    "--collects", "scopes", multiple=True, required=True,
    help="可收什么：险种[:人员类别[:区县]]，如 resident_medical:高校大学生；可以写多次。",
)  # fmt: skip


@click.group(help="代收单位：登记、可收项目、停用。")
def collector() -> None:
    """Look after the collectors of a region."""


@collector.command(help="在 REGION 登记代收单位 OFFICE（代号，和它的经办人的单位相同）。")
@click.argument("region")
@click.argument("office")
@click.option("--name", required=True, help="名称。")
@click.option("--kind", type=_KIND, required=True, help="学校、村、社区、单位代办。")
@_SCOPE
@_JSON
@click.pass_obj
def add(  # noqa: PLR0913  one option each
    config: Config,
    *,
    region: str,
    office: str,
    name: str,
    kind: str,
    scopes: tuple[str, ...],
    as_json: bool,
) -> None:
    """Add a collector."""
    new = NewCollector(office, name, CollectorKind(kind), tuple(map(_scope, scopes)))
    added = _in_world(config, lambda world: add_collector(world, region_code=region, new=new))
    _tell([added], as_json=as_json)


@collector.command("list", help="列出 REGION 的代收单位。")
@click.argument("region")
@_JSON
@click.pass_obj
def list_(config: Config, region: str, *, as_json: bool) -> None:
    """Print the collectors of a region."""
    _tell(_in_world(config, lambda world: collectors_of(world, region)), as_json=as_json)


@collector.command(help="重新给定代收单位 OFFICE 的可收项目。")
@click.argument("region")
@click.argument("office")
@_SCOPE
@click.pass_obj
def scopes(config: Config, *, region: str, office: str, scopes: tuple[str, ...]) -> None:
    """Let a collector collect these and nothing else."""
    given = [_scope(text) for text in scopes]
    _in_world(
        config, lambda world: give_scopes(world, region_code=region, office=office, scopes=given)
    )
    click.echo(f"代收单位 {office} 的可收项目已改。")


@collector.command(help="停用代收单位 OFFICE；加 --off 恢复。")
@click.argument("region")
@click.argument("office")
@click.option("--off", is_flag=True, help="恢复使用。")
@click.pass_obj
def close(config: Config, region: str, office: str, *, off: bool) -> None:
    """Let a collector collect no more, or again."""
    turned = open_collector if off else close_collector
    _in_world(config, lambda world: turned(world, region_code=region, office=office))
    click.echo(f"代收单位 {office} 已{'恢复' if off else '停用'}。")


def _scope(text: str) -> Scope:
    scheme, _, rest = text.partition(":")
    category, _, district = rest.partition(":")
    return Scope(scheme, category or None, district or None)


def _tell(found: list[Collector], *, as_json: bool) -> None:
    if as_json:
        told = [
            {
                "office": one.office,
                "name": one.name,
                "kind": str(one.kind),
                "state": str(one.state),
                "collects": [[it.scheme, it.category, it.district] for it in one.scopes],
            }
            for one in found
        ]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    table = Table("代号", "名称", "类型", "状态", "可收")
    for one in found:
        collects = "、".join(
            ":".join(filter(None, (it.scheme, it.category, it.district))) for it in one.scopes
        )
        table.add_row(one.office, one.name, one.kind.label, STATES[one.state], collects)
    Console().print(table)


def _in_world(config: Config, work: Callable[[World], Awaitable[Answer]]) -> Answer:
    async def inside() -> Answer:
        async with database_url(config) as url, opened(config, url) as world:
            return await work(world)

    return asyncio.run(inside())
