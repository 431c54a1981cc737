"""Doctor: looks at everything this installation stands on, and says how to mend it."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict

import click

from shebao.cli.answers import DONE, REFUSED
from shebao.cli.checks import CHECKS, Finding, look
from shebao.config import Config


@click.command(help="检查数据库、密钥、字体、政策包和渠道；有毛病就说怎么办。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.pass_obj
def doctor(config: Config, *, as_json: bool) -> None:
    """Make every check and say what each found; the exit code tells whether all is well."""
    found = asyncio.run(_examine(config, quiet=as_json))
    healthy = all(finding.ok for finding in found.values())
    if as_json:
        checks = [{"check": name, **asdict(finding)} for name, finding in found.items()]
        click.echo(json.dumps({"ok": healthy, "checks": checks}, ensure_ascii=False))
    else:
        click.echo("一切正常。" if healthy else "有问题，请照上面的办法处理。")
    sys.exit(DONE if healthy else REFUSED)


async def _examine(config: Config, *, quiet: bool) -> dict[str, Finding]:
    found = {}
    for name, shown, check in CHECKS:
        found[name] = await look(check, config)
        if not quiet:
            _tell(shown, found[name])
    return found


def _tell(shown: str, finding: Finding) -> None:
    mark = "✓" if finding.ok else "✗"
    click.echo(f"{mark} {shown}：{finding.says}")
    if finding.do:
        click.echo(f"    怎么办：{finding.do}")
