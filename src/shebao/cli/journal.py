"""Journal: what the accounts hold, and whether every promise about money is kept."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from datetime import date

import click
from rich.console import Console
from rich.table import Table

from shebao.app import opened
from shebao.cli.answers import DONE, REFUSED
from shebao.cli.books.words import DayType, in_world, json_option, region_option, tell
from shebao.config import Config
from shebao.core.journal import account_name
from shebao.operations.books.replay import replay_day
from shebao.operations.look_at_books import Books, look_at_books
from shebao.store.server.embedded import database_url


@click.group(help="总账：各账户余额，账目是否平衡。")
def journal() -> None:
    """Look at the books."""


@journal.command(help="试算平衡：每个账户的余额，单位元；合计应为零。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，单位分。")
@click.pass_obj
def balance(config: Config, *, as_json: bool) -> None:
    """Print what every account holds."""
    books = asyncio.run(_books(config))
    if as_json:
        accounts = {f"{region}:{name}": held.fen for region, name, held in books.balances}
        click.echo(json.dumps({"accounts_fen": accounts, "sum_fen": books.sum.fen}))
        return
    table = Table("地区", "科目", "账户", "余额（元）")
    for region_code, name, held in books.balances:
        table.add_row(region_code, account_name(name), name, str(held))
    table.add_row("", "合计", "", str(books.sum))
    Console().print(table)


@journal.command(help="核对账目：总账是否平衡，每一条承诺是否守住；有不符的退出码为 1。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.pass_obj
def check(config: Config, *, as_json: bool) -> None:
    """Ask every promise of the books."""
    books = asyncio.run(_books(config))
    if as_json:
        told = {"ok": books.kept, "journal_sum_fen": books.sum.fen, "promises": books.broken}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for name, broken in books.broken.items():
            click.echo(f"{'不符' if broken else '守住'}  {name}  {'；'.join(broken)}")
        click.echo(f"总账合计 {books.sum} 元")
    sys.exit(0 if books.kept else 1)


@journal.command(
    help="重演一天：重新验签、重新判断这一天的每份到账通知，看账目是不是由它们得来；"
    "对不上的退出码为 1。"
)
@click.argument("day", type=DayType())
@region_option
@json_option
@click.pass_obj
def replay(config: Config, day: date, *, region_code: str, as_json: bool) -> None:
    """Play a day again from its notices."""
    done = asyncio.run(
        in_world(config, lambda world: replay_day(world, region_code=region_code, day=day))
    )
    if as_json:
        tell({"ok": not done.doubts} | asdict(done) | {"day": day.isoformat()})
    else:
        for what in done.doubts:
            click.echo(f"对不上  {what}")
        ways = f"验过签名 {done.verified}，查询得来 {done.asked}，没有钥匙 {done.without_key}"
        ours = f"柜台记下 {done.by_clerks}，账单补记 {done.by_files}"
        click.echo(f"{day}：{done.notices} 份到账通知（{ways}，{ours}）")
        click.echo(f"由它们得出 {done.entries} 笔分录，{len(done.doubts)} 处对不上。")
    sys.exit(REFUSED if done.doubts else DONE)


async def _books(config: Config) -> Books:
    async with database_url(config) as url, opened(config, url) as world:
        return await look_at_books(world)
