"""Advice command: every tier beside the others, from the packs alone."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, TypedDict, Unpack

import click
from rich.console import Console
from rich.table import Table

from shebao.cli.policy import PeriodType, region_in
from shebao.core.money import ZERO
from shebao.core.period import Period
from shebao.core.policy.advice import Advice, Plan, advise, even_age
from shebao.core.policy.choice import Situation, read_amount

_AGE: Final = click.IntRange(16, 69)


class Told(TypedDict):
    """What the command is told."""

    age: int
    draws_at: int
    years_paid: int
    balance: str | None
    interest: str
    identity: str | None
    as_of: datetime
    policies: Path | None
    as_json: bool


@click.command(name="advise", help="比一比各档：现在缴多少，将来每月大概领多少，几岁领回来。")
@click.argument("region_code", metavar="REGION")
@click.argument("scheme_id", metavar="SCHEME")
@click.argument("period", type=PeriodType())
@click.option("--age", type=_AGE, required=True, help="现在几岁。")
@click.option("--draws-at", type=click.IntRange(40, 75), default=60, help="几岁起领。")
@click.option("--years-paid", type=click.IntRange(0, 50), default=0, help="已经缴了几年。")
@click.option("--balance", help="个人账户现有储存额，元。")
@click.option("--interest", default="0", help="个人账户一年的利率，百分数，如 2.5。")
@click.option("--identity", help="特殊身份，代号或名称。")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), required=True, help="按这一天算。")
@click.option(
    "--policies",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="SHEBAO_POLICIES",
    help="政策包所在的文件夹。",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def advise_tiers(region_code: str, scheme_id: str, period: Period, **told: Unpack[Told]) -> None:
    """Set the choices of a scheme side by side."""
    region = region_in(region_code, told["policies"])
    identity = told["identity"]
    plan = Plan(
        age=told["age"],
        draws_at=told["draws_at"],
        years_paid=told["years_paid"],
        balance=read_amount(told["balance"]) if told["balance"] else ZERO,
        interest=Decimal(told["interest"]) / 100,
    )
    situation = Situation(
        period=period, identity=region.identity_id(identity) if identity else None
    )
    found = advise(region.scheme(scheme_id), situation, plan, as_of=told["as_of"].date())
    if told["as_json"]:
        click.echo(json.dumps(_in_json(found), ensure_ascii=False))
    else:
        _print(found)


def _in_json(found: Advice) -> dict[str, object]:
    return {
        "prospects": [
            {
                "choice_fen": one.choice.value.fen,
                "yearly_fen": one.yearly.fen,
                "subsidy_fen": one.subsidy.fen if one.subsidy is not None else None,
                "paid_fen": one.paid.fen,
                "account_fen": one.account.fen,
                "monthly_fen": one.monthly.fen,
                "even_age": list(even_age(one, found.draws_at)),
            }
            for one in found.prospects
        ],
        "assumptions": [
            {"says": one.says, "source": one.source, "confidence": one.confidence}
            for one in found.assumptions
        ],
        "unknown": list(found.unknown),
        "cheaper": list(found.cheaper),
        "missing_years": f"{found.missing_years:f}",
    }


def _print(found: Advice) -> None:
    table = Table(title=f"{found.draws_at} 岁起领")
    for title in ("选择", "一年缴", "一年补贴", "一共缴", "账户里有", "每月领", "领回年龄"):
        table.add_column(title, justify="right")
    for one in found.prospects:
        years, months = even_age(one, found.draws_at)
        subsidy = str(one.subsidy) if one.subsidy is not None else "—"
        sums = (one.paid, one.account, one.monthly)
        table.add_row(
            f"{one.choice.value}",
            f"{one.yearly}",
            subsidy,
            *map(str, sums),
            f"{years} 岁 {months} 个月",
        )
    Console().print(table)
    for cited in found.assumptions:
        click.echo(f"按：{cited.says}{f'（{cited.source}）' if cited.source else ''}")
    for said in (*found.unknown, *found.cheaper):
        click.echo(f"· {said}")
