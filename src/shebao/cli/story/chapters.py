"""Chapters: one resident of each city pays, through the real pages and the sandbox's wires.

They look behind no page. Then every way of paying is gone through by itself, and at the end the
journal is added up and compared with what the sandbox says it holds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from shebao.app import opened
from shebao.cli.stage import Stage
from shebao.cli.story.browser import PageDiffers
from shebao.cli.story.outside import Outside
from shebao.cli.story.rails import play_rails
from shebao.cli.story.walk import OUT, Tell, Walk, broke_off
from shebao.core.channel import Method
from shebao.core.journal import clearing
from shebao.core.money import Money
from shebao.operations.look_at_books import look_at_books

Act = Callable[[Walk], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One resident's story: who, where, and what happens."""

    region: str
    key: str
    act: Act


async def play(stage: Stage, tell: Tell) -> bool:
    """Play it step by step, telling each; whether every step held and the books balance."""
    went_well = True
    for chapter in CHAPTERS:
        walk = Walk(stage.config, chapter.region, chapter.key, tell)
        try:
            await walk.sign_in()
            await chapter.act(walk)
            await walk.sign_out()
        except (PageDiffers, httpx.HTTPError) as differs:
            broke_off(tell, chapter.region, walk.step, differs)
            went_well = False
        finally:
            await walk.close()
    went_well = await play_rails(stage, tell) and went_well
    return await _books(stage, tell) and went_well


async def _ningbo(walk: Walk) -> None:
    """先缴特殊缴费，再选 2024 年 5000 元档: the rule is shown, and kept."""
    page = await walk.open("/items", "owed")
    page.must_say("特殊缴费", "1,000.00")
    await walk.choose("5000.00")
    page = await walk.open("/items", "special_first")
    page.must_say("5,000.00", "特殊缴费")
    await walk.pay(Money.yuan("1000.00"), people=(walk.name,))
    await walk.pay(Money.yuan("5000.00"), people=(walk.name,))


async def _changzhou(walk: Walk) -> None:
    """一家人一张单: an adult of 天宁 and a child together; and a neighbour in 溧阳."""
    await walk.open("/items", "owed")
    await walk.add_person("changzhou_yu")
    await walk.pay(Money.yuan("1320.00"), people=(walk.name, "蒋小雨"))
    await walk.add_person("changzhou_shi", alone=True)
    await walk.pay(Money.yuan("730.00"), people=("史赟",))


async def _beijing(walk: Walk) -> None:
    """自选 4000 元, which brings a subsidy of 120; and a late medical bill through Alipay."""
    await walk.open("/items", "owed")
    await walk.choose("4000.00", says="120.00")
    await walk.pay(Money.yuan("4000.00"), people=(walk.name,))
    await walk.open("/items", "owed")
    await walk.pay(Money.yuan("430.00"), people=(walk.name,), method=Method.ALIPAY)


async def _wuxi(walk: Walk) -> None:
    """养老每月 898.80 元、医保每月 404.46 元: two months of both, by a bank card."""
    page = await walk.open("/items", "owed")
    page.must_say("404.46")
    await walk.choose("4494.00", says="898.80", months=("2023-01", "2023-02"))
    await walk.open("/items", "together")
    await walk.pay(
        Money.yuan("2606.52"), people=(walk.name,), amounts=("898.80", "404.46"), method=Method.CARD
    )


CHAPTERS: Final = (
    Chapter("330200", "ningbo_wang", _ningbo),
    Chapter("320400", "changzhou_jiang", _changzhou),
    Chapter("110000", "beijing_zhang", _beijing),
    Chapter("320200", "wuxi_qian", _wuxi),
)


async def _books(stage: Stage, tell: Tell) -> bool:
    """Add the journal up, and compare it with what the channels say they hold."""
    async with opened(stage.config, stage.database_url) as world:
        books = await look_at_books(world)
    async with Outside(stage.config.sandbox_url) as outside:
        held = await outside.holds()
    ours = _clearing(books.balances)
    difference = held - ours.fen
    ok = books.kept and difference == 0
    tell(
        {
            "step": "books",
            "ok": ok,
            "journal_sum_fen": books.sum.fen,
            "channel_difference_fen": difference,
        }
    )
    mark = "[green]✓[/]" if ok else "[red]✗[/]"
    OUT.print(f"{mark} 账目 books  总账合计 {books.sum}  与渠道相差 {Money(difference)}")
    return ok


def _clearing(balances: Sequence[tuple[str, str, Money]]) -> Money:
    accounts = {clearing(method) for method in Method}
    return Money(sum(held.fen for _, name, held in balances if name in accounts))
