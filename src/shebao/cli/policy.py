"""Policy commands: read what people owe, check that it is right, and see what changes."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypedDict, Unpack

import click
from rich.console import Console
from rich.table import Table

from shebao.cli.answers import REFUSED, Answering
from shebao.core.identity import Sex
from shebao.core.period import Period
from shebao.core.policy.assessment import Assessment, assess
from shebao.core.policy.choice import Choice, ChoiceKind, Situation
from shebao.core.policy.difference import changes
from shebao.core.policy.reckoning import in_yuan
from shebao.core.policy.region import Agency, Region, RegionNotServed
from shebao.core.policy.scheme import PeriodKind, Scheme, Version, in_force
from shebao.store.packs.folder import BASELINE, load_region, pack_folders, packs_folder, read_pack

_DAY: Final = click.DateTime(["%Y-%m-%d"])
_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
_ENVIRONMENT: Final = "SHEBAO_POLICIES"
_MONTH_LENGTH: Final = len("2024-07")


class PeriodType(click.ParamType[Period]):
    """2024 or 2024-07."""

    name = "period"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Period:
        """Read a period, or say how to write one."""
        try:
            return Period.parse(value)
        except ValueError:
            self.fail(f"{value!r} 不是所属期，请写成 2024 或 2024-07", param, ctx)


class How(TypedDict):
    """What commands that read a pack share."""

    as_of: datetime | None
    policies: Path | None
    as_json: bool


class Told(How):
    """What `explain` is told of a person and a choice."""

    amount: str | None
    tier: str | None
    base: str | None
    category: str | None
    district: str | None
    identity: str | None
    born: datetime | None
    sex: str | None
    subsidised_years: int


@click.group(cls=Answering, help="政策包：检查、解释、对比。")
def policy() -> None:
    """Policy packs: check them, explain an amount, compare versions."""


@policy.command(help="检查政策包；一次列出全部错误。")
@click.argument("folders", nargs=-1, type=_FOLDER, envvar=_ENVIRONMENT, metavar="[FOLDER]...")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.pass_context
def check(ctx: click.Context, folders: tuple[Path, ...], *, as_json: bool) -> None:
    """Check packs; name every mistake at once."""
    found = [
        (path, read_pack(path))
        for folder in folders or (packs_folder(),)
        for path in pack_folders(folder) or [folder]
    ]
    mistakes = [mistake for _, pack in found for mistake in pack.mistakes]
    if as_json:
        told = [
            {"file": each.file, "path": each.path, "value": each.value, "says": each.says}
            for each in mistakes
        ]
        _print_json({"ok": not told, "mistakes": told})
    else:
        for mistake in mistakes:
            click.echo(str(mistake))
        for path, pack in found:
            if not pack.mistakes and pack.region is not None:
                counts = f"{len(pack.files)} 个险种，{pack.examples} 个例子，都算对了"
                click.echo(f"{path.name} {pack.region.name}：{counts}")
        if mistakes:
            click.echo(f"共 {len(mistakes)} 处要改")
    if mistakes:
        ctx.exit(REFUSED)


@policy.command(help="算一笔应缴：谁出多少、依据哪一份文件、怎么算的。")
@click.argument("region_code", metavar="REGION")
@click.argument("scheme_id", metavar="SCHEME")
@click.argument("period", type=PeriodType())
@click.option("--amount", help="自选的金额，元。")
@click.option("--tier", help="档次，元。")
@click.option("--base", help="缴费基数，元。")
@click.option("--category", help="人员类别，代号或名称。")
@click.option("--district", help="区县，代码或名称。")
@click.option("--identity", help="特殊身份，代号或名称。")
@click.option("--born", type=_DAY, metavar="DATE", help="出生日期。")
@click.option("--sex", type=click.Choice(["M", "F"], case_sensitive=False), help="性别。")
@click.option("--subsidised-years", type=click.IntRange(0, 99), default=0, help="已补贴年数。")
@click.option("--as-of", type=_DAY, metavar="DATE", help="按这一天已经公布的政策算。")
@click.option("--policies", type=_FOLDER, envvar=_ENVIRONMENT, help="政策包所在的文件夹。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def explain(region_code: str, scheme_id: str, period: Period, **told: Unpack[Told]) -> None:
    """Reckon one contribution: who gives how much, by which document, and how."""
    choice = _choice(told)
    region = region_in(region_code, told["policies"])
    scheme = region.scheme(scheme_id)
    district, identity, sex = told["district"], told["identity"], told["sex"]
    situation = Situation(
        period=period,
        category=told["category"],
        district=region.district_code(district) if district is not None else None,
        identity=region.identity_id(identity) if identity is not None else None,
        born=told["born"].date() if told["born"] is not None else None,
        sex=Sex(sex.upper()) if sex is not None else None,
        subsidised_years=told["subsidised_years"],
    )
    found = assess(scheme, situation, choice, as_of=_day(told["as_of"]))
    if told["as_json"]:
        _print_json(_in_json(found))
    else:
        title = f"{region.name} {scheme.name} {period.label}"
        _print_table(title, found, region.agency_for(scheme))


@policy.command(help="对比两个版本，看哪些变了。FROM、TO 写所属期、日期或版本号。")
@click.argument("region_code", metavar="REGION")
@click.argument("scheme_id", metavar="SCHEME")
@click.argument("before", metavar="FROM")
@click.argument("after", metavar="TO")
@click.option("--as-of", type=_DAY, metavar="DATE", help="按这一天已经公布的政策比。")
@click.option("--policies", type=_FOLDER, envvar=_ENVIRONMENT, help="政策包所在的文件夹。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def diff(region_code: str, scheme_id: str, before: str, after: str, **how: Unpack[How]) -> None:
    """Compare two versions: what changes."""
    scheme = region_in(region_code, how["policies"]).scheme(scheme_id)
    old = _version(scheme, before, _day(how["as_of"]))
    new = _version(scheme, after, _day(how["as_of"]))
    found = changes(scheme, old, new)
    if how["as_json"]:
        rows = [{"what": each.what, "before": each.before, "after": each.after} for each in found]
        _print_json({"from": old.id, "to": new.id, "changes": rows})
        return
    table = Table(title=f"{scheme.name}：{len(found)} 处变化")
    for title in ("", old.id, new.id):
        table.add_column(title, overflow="fold")
    for each in found:
        table.add_row(each.what, each.before or "—", each.after or "—")
    Console().print(table)


def _choice(told: Told) -> Choice | None:
    given = (
        (ChoiceKind.AMOUNT, told["amount"]),
        (ChoiceKind.TIER, told["tier"]),
        (ChoiceKind.BASE, told["base"]),
    )
    made = [(kind, text) for kind, text in given if text is not None]
    if len(made) > 1:
        raise click.UsageError("--amount、--tier、--base 只能写一个")
    return Choice.read(*made[0]) if made else None


def region_in(code: str, policies: Path | None) -> Region:
    """A region, read from the packs. Raises RegionNotServed."""
    folders = {folder.name: folder for folder in pack_folders(packs_folder(policies))}
    if code not in folders:
        raise RegionNotServed(code, "、".join(name for name in folders if name != BASELINE))
    return load_region(folders[code])


def _version(scheme: Scheme, text: str, as_of: date) -> Version:
    """A version by its number, or the one in force for a period or on a day."""
    for version in scheme.versions:
        if text in (version.id, version.id.partition("@")[2]):
            return version
    try:
        period = Period.parse(text[:_MONTH_LENGTH])
        if len(text) > _MONTH_LENGTH:
            date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} 不是所属期、日期或版本号") from None
    monthly = scheme.kind is PeriodKind.MONTH
    return in_force(
        scheme, Period(period.year, (period.month or 1) if monthly else None), as_of=as_of
    )


def _day(given: datetime | None) -> date:
    return given.date() if given is not None else date.max  # All the pack knows.


def _in_json(found: Assessment) -> dict[str, object]:
    return {
        "personal_fen": found.personal.fen,
        "government_fen": found.government.fen,
        "subsidy_fen": found.subsidy.fen,
        "fiscal_fen": found.fiscal.fen,
        "version": found.version,
        "source": str(found.source),
        "confidence": str(found.confidence),
        "arithmetic": list(found.arithmetic),
    }


def _print_json(told: dict[str, object]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False))


def _print_table(title: str, found: Assessment, agency: Agency) -> None:
    table = Table(title=title, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("所选", found.label)
    table.add_row("个人缴费", in_yuan(found.personal))
    table.add_row("政府代缴", in_yuan(found.government))
    table.add_row("缴费补贴", in_yuan(found.subsidy))
    table.add_row("财政补助", in_yuan(found.fiscal))
    for share in found.shares:
        table.add_row(f"  {share.fund.label}", f"{share.payer.label} {in_yuan(share.amount)}")
    table.add_row("怎么算的", "\n".join(found.arithmetic))
    table.add_row("版本", f"{found.version}（可信度 {found.confidence}）")
    table.add_row("来源", str(found.source))
    table.add_row("问谁", f"{agency.name} {agency.phone}")
    Console().print(table)
