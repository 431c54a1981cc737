"""Journal: what the accounts hold, and whether every promise about money is kept."""

from __future__ import annotations

import asyncio
import json
import sys

import click
from rich.console import Console
from rich.table import Table

from shebao.app import opened
from shebao.config import Config
from shebao.core.journal import account_name
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


async def _books(config: Config) -> Books:
    async with database_url(config) as url, opened(config, url) as world:
        return await look_at_books(world)
