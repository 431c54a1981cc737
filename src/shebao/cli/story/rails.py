"""Rails: every way of paying gone through by itself, and then the day is closed.

The operations are those of the pages; payers, tellers and channels are the sandbox's, and the
worker that runs beside them hears, judges and gives back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from shebao.app import opened
from shebao.cli.demo_clerks import FIRST, SECOND
from shebao.cli.stage import Stage
from shebao.cli.story.files import Files
from shebao.cli.story.hands import Rail
from shebao.cli.story.outside import Outside
from shebao.cli.story.rehearsal import WRONG, Rehearsal
from shebao.cli.story.walk import Tell, broke_off, done
from shebao.core.channel import Method
from shebao.core.desk.clerk import Clerk
from shebao.core.money import Money
from shebao.operations.books.close_day import close_due, verify
from shebao.operations.books.expect import book_days
from shebao.operations.desk.clerks import clerks_of
from shebao.operations.world import SHANGHAI, World

RAILS: Final = (
    Rail(Method.WECHAT, "330200", "ningbo_chen", "wechat_account"),
    Rail(Method.ALIPAY, "330200", "ningbo_chen", "alipay_mini"),
    Rail(Method.UNIONPAY, "110000", "beijing_zhao", "baidu"),
    Rail(Method.CARD, "320200", "wuxi_rong", "wuxi_app"),
    Rail(Method.AGREEMENT, "110000", "beijing_zhao", "baidu"),
    Rail(Method.COUNTER, "320400", "changzhou_wu", "counter"),
    Rail(Method.POS, "320400", "changzhou_wu", "pos"),
    Rail(Method.CASH, "320400", "changzhou_wu", "counter"),
)
_NEXT_MORNING: Final = time(11)


async def play_rails(stage: Stage, tell: Tell) -> bool:
    """Go through every way of paying, then close the day; whether all of it went well."""
    async with (
        opened(stage.config, stage.database_url) as world,
        Outside(stage.config.sandbox_url) as outside,
    ):
        crews = {code: await _crew(world, code) for code in world.regions}
        rails = [
            Rehearsal(world, outside, tell, rail, crews, _amounts(number))
            for number, rail in enumerate(RAILS)
        ]
        ready = [one for one in rails if await one.moves_in()]
        moved = await asyncio.gather(*(one.moves_money() for one in ready))
        agreed = [await one.compares() for one in ready]
        await _bring_other_files(world, outside)
        closed = [await _closes(world, tell, code) for code in world.regions]
        return len(ready) == len(rails) and all([*moved, *agreed, *closed])


def _amounts(number: int) -> Mapping[str, Money]:
    """What is paid, given up, and asked back; the last above what one clerk may agree to."""
    yuan = {"paid": 100, "expired": 200, "refunded": 600}
    return {step: Money.yuan(str(amount + number)) for step, amount in yuan.items()}


async def _crew(world: World, region_code: str) -> tuple[Clerk, Clerk]:
    known = {row.number: row.clerk for row in await clerks_of(world, region_code)}
    return known[FIRST.number], known[SECOND.number]


async def _bring_other_files(world: World, outside: Outside) -> None:
    """A story told across midnight has money in two days, and each of them needs its files."""
    today = world.now().astimezone(SHANGHAI).date()
    for region_code in world.regions:
        days = await book_days(
            world, region_code=region_code, first=today - timedelta(days=1), last=today
        )
        for day in days:
            for one in day.missing:
                await Files(world, outside, Method(one.source), day.day).comes()


async def _closes(world: World, tell: Tell, region_code: str) -> bool:
    """The next morning a region's day is closed, and proven again from its entries."""
    today = world.now().astimezone(SHANGHAI).date()
    morning = datetime.combine(today + timedelta(days=1), _NEXT_MORNING, SHANGHAI)
    then = replace(world, now=lambda: morning)
    try:
        closed = await close_due(then, region_code)
        days, doubts = await verify(then, region_code)
    except WRONG as wrong:
        broke_off(tell, region_code, "closed", wrong)
        return False
    if not closed or closed[-1].day != today or doubts:
        broke_off(tell, region_code, "closed", f"{len(closed)} closed, {len(doubts)} doubts")
        return False
    last = closed[-1]
    note = f"{last.day} 日结，{last.entries} 笔分录，{days} 天验证无误，{last.hash.hex()[:12]}"
    done(tell, region_code, "closed", amount_fen=last.moved.fen, note=note)
    return True
