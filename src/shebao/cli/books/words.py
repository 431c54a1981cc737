"""Words: what sources, differences and remedies are called on the command line, and its clerks."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any, Final, TypeVar

import click

from shebao.app import opened
from shebao.config import Config
from shebao.core.books.reconciliation import DifferenceKind, DifferenceState, Source
from shebao.core.books.repair import Remedy
from shebao.core.desk.clerk import Clerk, ClerkState, ClerkUnknown
from shebao.operations.desk.clerks import clerks_of
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.operations.world import World
from shebao.store.server.embedded import database_url

Answer = TypeVar("Answer")
KINDS: Final = {
    DifferenceKind.LONG: "长款",
    DifferenceKind.SHORT: "短款",
    DifferenceKind.AMOUNT: "金额不符",
    DifferenceKind.DUPLICATE: "重复",
    DifferenceKind.UNKNOWN: "未知订单",
    DifferenceKind.REFUND: "退款不符",
    DifferenceKind.CUT_OFF: "日切",
}
STATES: Final = {
    DifferenceState.OPEN: "待处理",
    DifferenceState.REPAIRED: "已处理",
    DifferenceState.CLEARED: "已对平",
}
REMEDIES: Final = {
    Remedy.TAKE_IN: "补记入账",
    Remedy.BELIEVE_REFUND: "确认已退",
    Remedy.CORRECT_AMOUNT: "更正金额并退回",
    Remedy.BOOK_APART: "挂账",
    Remedy.SENT_BY_HAND: "线下已退",
    Remedy.ANOTHER_CARD: "退到另一张卡",
    Remedy.TRANSFER_OUT: "转账退回",
}
_OTHERS: Final = {Source.BANK: "银行", Source.TREASURY: "国库"}
_SOURCES: Final = {
    **{str(source): name for source, name in _OTHERS.items()},
    **{str(method): name for method, name in METHOD_NAMES.items()},
}
region_option: Final = click.option(
    "--region", "region_code", required=True, help="地区代码，如 330200。"
)
json_option: Final = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，单位分。")


class DayType(click.ParamType[date]):
    """A day, written 2026-11-20."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} 不是日期，请写成 2026-11-20", param, ctx)


def source_name(source: str) -> str:
    """What a source is called."""
    return _SOURCES.get(source, source)


async def in_world(config: Config, work: Callable[[World], Coroutine[Any, Any, Answer]]) -> Answer:
    """Do something in the world as configured. No such thing is misuse."""
    async with database_url(config) as url, opened(config, url) as world:
        try:
            return await work(world)
        except LookupError as unknown:
            raise click.UsageError(f"没有这个编号：{unknown}") from unknown


async def clerk_of(world: World, region_code: str, number: str) -> Clerk:
    """The clerk of a number, who is at work. Raises ClerkUnknown."""
    for row in await clerks_of(world, region_code):
        if row.number == number and row.state is ClerkState.ACTIVE:
            return row.clerk
    raise ClerkUnknown(number)


def tell(answer: object) -> None:
    """Print an answer for programs."""
    click.echo(json.dumps(answer, ensure_ascii=False, default=str))
