"""Clerk commands: who works for a region, what they may do, and their keys, shown once."""

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
from shebao.core.desk.clerk import ClerkState, Duty
from shebao.operations.desk.clerks import (
    Appointment,
    Keys,
    add_clerk,
    clerks_of,
    give_duties,
    lock_clerk,
    renew_keys,
    unlock_clerk,
)
from shebao.operations.desk.proofs import address_of
from shebao.operations.world import World
from shebao.store.desk.clerks import ClerkRow
from shebao.store.server.embedded import database_url

Answer = TypeVar("Answer")
_DUTIES = click.Choice([str(duty) for duty in Duty])
_STATES = {ClerkState.ACTIVE: "在岗", ClerkState.LOCKED: "已停用"}


@click.group(help="经办人：增加、岗位权限、停用。")
def clerk() -> None:
    """Look after the clerks of a region."""


@clerk.command(help="在 REGION 增加工号为 NUMBER 的经办人；密码和动态码密钥只显示这一次。")
@click.argument("region")
@click.argument("number")
@click.option("--name", required=True, help="姓名。")
@click.option("--office", required=True, help="所在单位，例如 城东街道便民服务中心。")
@click.option("--duty", "duties", multiple=True, type=_DUTIES, help="岗位权限，可以写多次。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.pass_obj
def add(  # noqa: PLR0913, PLR0917  one option each
    config: Config,
    region: str,
    number: str,
    name: str,
    office: str,
    duties: tuple[str, ...],
    as_json: bool,  # noqa: FBT001
) -> None:
    """Add a clerk and print what they need to come in."""
    who = Appointment(number, name, office, frozenset(Duty(duty) for duty in duties))
    keys = _in_world(config, lambda world: add_clerk(world, region_code=region, who=who))
    _tell_keys(keys, region=region, number=number, as_json=as_json)


@clerk.command(name="list", help="列出 REGION 的经办人。")
@click.argument("region")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.pass_obj
def list_(config: Config, region: str, *, as_json: bool) -> None:
    """Print the clerks of a region."""
    found = _in_world(config, lambda world: clerks_of(world, region))
    if as_json:
        click.echo(json.dumps([_told(row) for row in found], ensure_ascii=False))
        return
    table = Table("工号", "姓名", "单位", "状态", "岗位权限")
    for row in found:
        duties = "、".join(duty.label for duty in sorted(row.clerk.duties))
        table.add_row(row.number, row.clerk.name, row.clerk.office, _STATES[row.state], duties)
    Console().print(table)


@clerk.command(help="重新给定工号 NUMBER 的岗位权限；不写 --duty 就全部收回。")
@click.argument("region")
@click.argument("number")
@click.option("--duty", "wanted", multiple=True, type=_DUTIES, help="岗位权限，可以写多次。")
@click.pass_obj
def duties(config: Config, region: str, number: str, wanted: tuple[str, ...]) -> None:
    """Give a clerk these duties and no others."""
    given = [Duty(duty) for duty in wanted]
    _in_world(
        config,
        lambda world: give_duties(world, region_code=region, number=number, duties=given),
    )
    words = "、".join(duty.label for duty in given) or "没有任何权限"
    click.echo(f"工号 {number} 现在的权限：{words}。")


@clerk.command(help="停用工号 NUMBER，马上退出所有登录；加 --off 恢复。")
@click.argument("region")
@click.argument("number")
@click.option("--off", is_flag=True, help="恢复使用。")
@click.pass_obj
def lock(config: Config, region: str, number: str, *, off: bool) -> None:
    """Let a clerk in nowhere any more, or again."""
    turned = unlock_clerk if off else lock_clerk
    _in_world(config, lambda world: turned(world, region_code=region, number=number))
    click.echo(f"工号 {number} 已{'恢复' if off else '停用'}。")


@clerk.command(help="给工号 NUMBER 换新的密码和动态码密钥；只显示这一次。")
@click.argument("region")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.pass_obj
def renew(config: Config, region: str, number: str, *, as_json: bool) -> None:
    """Give a clerk new keys."""
    keys = _in_world(config, lambda world: renew_keys(world, region_code=region, number=number))
    _tell_keys(keys, region=region, number=number, as_json=as_json)


def _tell_keys(keys: Keys, *, region: str, number: str, as_json: bool) -> None:
    address = address_of(keys.secret, number=number, region=region)
    if as_json:
        told = {"number": number, "password": keys.password, "second_step": address}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"工号     {number}\n密码     {keys.password}\n动态码   {address}")
    click.echo("请当面交给本人；密码和动态码密钥不会再显示。", err=True)


def _told(row: ClerkRow) -> dict[str, object]:
    return {
        "number": row.number,
        "name": row.clerk.name,
        "office": row.clerk.office,
        "state": str(row.state),
        "duties": sorted(str(duty) for duty in row.clerk.duties),
    }


def _in_world(config: Config, work: Callable[[World], Awaitable[Answer]]) -> Answer:
    async def inside() -> Answer:
        async with database_url(config) as url, opened(config, url) as world:
            return await work(world)

    return asyncio.run(inside())
