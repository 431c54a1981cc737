"""Cash: what is overdue, and what the bank's files say of money taken at counters."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final, Self, TypeVar

import click

from shebao.app import now, opened
from shebao.config import Config
from shebao.core.books.statement import BadLine
from shebao.gateways.counter.account import read_account
from shebao.gateways.counter.files import DEPOSITS, WINDOW, CounterFiles
from shebao.gateways.transport import Transport
from shebao.operations.desk.hear_bank import hear_of_deposit_file, hear_of_window
from shebao.operations.desk.look_at_till import overdue_cash
from shebao.operations.world import World
from shebao.store.server.embedded import database_url

Found = TypeVar("Found")
_FILE: Final = click.argument("file", type=click.Path(path_type=Path))
_REGION: Final = click.option("--region", required=True, help="统筹区代码，例如 320400。")
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，单位分。")
_FETCH: Final = click.option(
    "--fetch", type=click.DateTime(["%Y-%m-%d"]), help="先取这一天的文件。"
)


@click.group(help="柜台收款：没有按时交存的现金，银行柜台和现金缴存文件。")
def cash() -> None:
    """Look after money taken at counters."""


@cash.command(help="没有按时交存的现金；有的退出码为 1，可以用来报警。")
@_REGION
@_JSON
@click.pass_obj
def overdue(config: Config, *, region: str, as_json: bool) -> None:
    """Print what should have been handed in, deposited or confirmed by now."""
    found = _in_world(config, lambda world: overdue_cash(world, region))
    if as_json:
        told = [
            {
                "office": one.office,
                "clerk": one.clerk_id,
                "stage": one.stage,
                "amount_fen": one.amount.fen,
                "due": one.due.isoformat(),
                "days_late": one.late,
            }
            for one in found
        ]
        click.echo(json.dumps({"overdue": told}, ensure_ascii=False))
    else:
        for one in found:
            click.echo(
                f"迟 {one.late} 天  {one.office}  {one.clerk_id}  {one.stage}  {one.amount} 元"
            )
        click.echo(f"共 {len(found)} 处")
    sys.exit(1 if found else 0)


@cash.command(help="读入银行柜台的文件：没有通知过我们的缴款补记上。重复读入不会重复记账。")
@_FILE
@_REGION
@_FETCH
@click.pass_obj
def window(config: Config, file: Path, *, region: str, fetch: datetime | None) -> None:
    """Take in what windows of the bank received and never told us of."""

    async def hear(world: World) -> None:
        async with _Files(config) as files:
            reader = files.of(WINDOW)
            await files.fetch(reader, fetch, file)
            heard = await hear_of_window(world, region_code=region, reader=reader, file=file)
        click.echo(f"{heard.lines} 笔，补记 {heard.news} 笔")
        _say_bad(heard.bad)

    _in_world(config, hear)


@cash.command(help="读入现金缴存文件，和送存登记核对；有不符的退出码为 1。")
@_FILE
@_REGION
@_FETCH
@click.pass_obj
def deposits(config: Config, file: Path, *, region: str, fetch: datetime | None) -> None:
    """Compare our deposits with what the bank says arrived."""

    async def hear(world: World) -> bool:
        async with _Files(config) as files:
            reader = files.of(DEPOSITS)
            await files.fetch(reader, fetch, file)
            found, bad = await hear_of_deposit_file(
                world, region_code=region, reader=reader, file=file
            )
        click.echo(f"确认 {len(found.confirmed)} 笔，不符 {len(found.differing)} 笔")
        for one in found.differing:
            click.echo(f"不符  {one.bank_serial}  送存 {one.amount} 元，银行收到 {one.told} 元")
        for stray in found.strays:
            click.echo(f"没有登记  {stray.serial}  {stray.amount} 元")
        _say_bad(bad)
        return bool(found.differing or found.strays or bad)

    sys.exit(1 if _in_world(config, hear) else 0)


class _Files:
    """The line to the bank that has the files, for as long as the block lasts."""

    def __init__(self, config: Config) -> None:
        self._account = read_account(config.credentials, base_url=config.sandbox_url)
        self._transport = Transport()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_gone: object) -> None:
        await self._transport.close()

    def of(self, kind: str) -> CounterFiles:
        """What reads and fetches one kind of file."""
        return CounterFiles(kind, self._account, self._transport, now, secrets.token_bytes)

    async def fetch(self, reader: CounterFiles, day: datetime | None, into: Path) -> None:
        """Bring the file of a day first, if one was asked for."""
        if day is not None:
            await reader.fetch_statement(date(day.year, day.month, day.day), into)


def _say_bad(bad: tuple[BadLine, ...]) -> None:
    for one in bad:
        click.echo(f"第 {one.line} 行读不出：{one.why}")


def _in_world(config: Config, ask: Callable[[World], Awaitable[Found]]) -> Found:
    async def asked() -> Found:
        async with database_url(config) as url, opened(config, url) as world:
            return await ask(world)

    return asyncio.run(asked())
