"""Levy: bill everybody in a scheme for one period, see what it would come to, look back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from shebao.app import opened
from shebao.cli.policy import PeriodType
from shebao.cli.speed import Speed
from shebao.config import Config
from shebao.core.levy import Levy
from shebao.core.paper import thousands
from shebao.core.period import Period
from shebao.operations.levy import Forecast, begin, forecast, go_on, past_levies
from shebao.operations.world import World
from shebao.store.server.embedded import database_url

_MOST_SHOWN: Final = 30
_WHY: Final = {
    "choice_needed": "要由本人选择档次或金额",
    "government_pays": "由政府全额代缴",
    "category_unknown": "还不知道属于哪一类人员",
    "policy_unconfirmed": "缴费标准还没有核实",
    "district_unknown": "参保地不在本地区",
    "identity_unknown": "特殊身份不在本地区的名单里",
}


@click.group(help="年度核定：给一个险种的全体参保人出账单。")
def levy() -> None:
    """Bill a whole scheme."""


@levy.command(help="出账单；中断后再执行一次就接着做。--dry-run 只算不出。")
@click.option("--region", "region_code", required=True, help="地区代码，如 320400。")
@click.option("--scheme", required=True, help="险种，如 resident_medical。")
@click.option("--period", type=PeriodType(), required=True, help="费款所属期，如 2024。")
@click.option("--dry-run", is_flag=True, help="只说每类人多少人、多少钱，不出账单。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，单位分。")
@click.pass_obj
def run(
    config: Config, *, region_code: str, scheme: str, period: Period, dry_run: bool, as_json: bool
) -> None:
    """Issue the bills of a levy, or say what it would come to."""
    what = (region_code, scheme, period)
    told = asyncio.run(_forecast(config, *what) if dry_run else _run(config, *what, quiet=as_json))
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{told['people']} 人参保，账单 {told['billed']} 张")
    for reason, people in told["unbilled"].items():
        click.echo(f"  {people} 人不出账单：{_WHY.get(reason, reason)}")


@levy.command("list", help="列出做过的核定。")
@click.option("--region", "region_code", required=True, help="地区代码。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.pass_obj
def past(config: Config, *, region_code: str, as_json: bool) -> None:
    """Print the levies of a region."""
    found = asyncio.run(_past(config, region_code))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table("险种", "所属期", "人数", "已核", "账单", "状态")
    for one in found:
        table.add_row(*(str(one[name]) for name in (
            "scheme", "period", "people", "seen", "billed", "state",
        )))  # fmt: skip
    Console().print(table)


async def _forecast(
    config: Config, region_code: str, scheme: str, period: Period
) -> dict[str, Any]:
    async with database_url(config) as url, opened(config, url) as world:
        found = await forecast(world, region_code=region_code, scheme=scheme, period=period)
        return _foretold(found)


async def _run(
    config: Config, region_code: str, scheme: str, period: Period, *, quiet: bool
) -> dict[str, Any]:
    async with database_url(config) as url, opened(config, url) as world:
        found = await forecast(world, region_code=region_code, scheme=scheme, period=period)
        started = await begin(world, found)
        last = await _watched(world, started, quiet=quiet)
        return _told(last, found.unbilled)


async def _watched(world: World, started: Levy, *, quiet: bool) -> Levy:
    """The levy at its end, shown as it goes on: how many, how fast, how much longer."""
    last = started
    columns = (
        SpinnerColumn(), TextColumn("出账单"), BarColumn(), MofNCompleteColumn(),
        Speed("人"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as bar:
        task = bar.add_task("levy", total=started.people, completed=started.seen)
        going = go_on(
            world, region_code=started.region_code, scheme=started.scheme, period=started.period
        )
        async with aclosing(going):
            async for last in going:
                bar.update(task, completed=last.seen)
    return last


async def _past(config: Config, region_code: str) -> list[dict[str, Any]]:
    async with database_url(config) as url, opened(config, url) as world:
        found = await past_levies(world, region_code=region_code)
        return [{**_told(one, why), "state": one.state} for one, why in found]


def _told(levy: Levy, unbilled: Mapping[str, int]) -> dict[str, Any]:
    return {
        "levy": levy.id,
        "region": levy.region_code,
        "scheme": levy.scheme,
        "period": str(levy.period),
        "people": levy.people,
        "seen": levy.seen,
        "billed": levy.issued,
        "unbilled": dict(unbilled),
    }


def _foretold(found: Forecast) -> dict[str, Any]:
    cohorts = [
        {
            "people": one.cohort.people,
            "amount_fen": one.assessment.personal.fen if one.assessment else 0,
            "label": one.assessment.label if one.assessment else one.unbilled,
        }
        for one in found.prices[:_MOST_SHOWN]
    ]
    table = Table("人数", "账单金额（元）", "类别")
    for one in found.prices[:_MOST_SHOWN]:
        amount = thousands(one.assessment.personal) if one.assessment else "–"
        label = one.assessment.label if one.assessment else _WHY.get(one.unbilled, one.unbilled)
        table.add_row(str(one.cohort.people), amount, label)
    Console(stderr=True).print(table)
    told = _told(found.levy, found.unbilled)
    return {**told, "billed": found.billed, "amount_fen": found.amount.fen, "cohorts": cohorts}
