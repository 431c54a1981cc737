"""Generated: writes docs/generated/ from the code, or says which of its pages are out of date."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from shebao.cli import generated_pages as pages
from shebao.cli.answers import DONE, REFUSED
from shebao.config import Config
from shebao.store.database import Database
from shebao.store.migrate import migrate
from shebao.store.packs.folder import load_packs
from shebao.store.schema import written_out
from shebao.store.server.embedded import EmbeddedServer

FOLDER: Final = Path(__file__).resolve().parents[3] / "docs" / "generated"
REMEDY: Final = "run bin/shebao docs write"


@click.group(help="由代码生成的文档：docs/generated/。")
def docs() -> None:
    """Pages made from the code."""


@docs.command(help="重新生成全部页面。")
@click.pass_context
def write(context: click.Context) -> None:
    """Write every page again."""
    for name, text in _pages(context).items():
        (FOLDER / name).write_text(text, "utf-8")
        click.echo(f"docs/generated/{name}")


@docs.command(help="检查页面是否与代码一致；不一致的退出码为 1。")
@click.pass_context
def check(context: click.Context) -> None:
    """Name the pages that are out of date."""
    old = [name for name, text in _pages(context).items() if on_file(name) != text]
    for name in old:
        click.echo(f"docs/generated/{name}: {REMEDY}")
    sys.exit(REFUSED if old else DONE)


def on_file(name: str) -> str:
    """A page as it was last written; nothing, if it never was."""
    file = FOLDER / name
    return file.read_text("utf-8") if file.is_file() else ""


def pages_of(root: click.Command, policies: Path, schema: str) -> Mapping[str, str]:
    """Every page by its name."""
    return {
        "cli.md": pages.commands_page(root),
        "policies.md": pages.policies_page(load_packs(policies)),
        "schema.sql": pages.schema_page(schema),
        "settings.md": pages.settings_page(),
        "states.md": pages.states_page(),
    }


def _pages(context: click.Context) -> Mapping[str, str]:
    config: Config = context.obj
    root = context.find_root().command
    return pages_of(root, config.policies, asyncio.run(_schema()))


async def _schema() -> str:
    """The schema of books made for this, and thrown away: no installation is looked at."""
    home = Path(tempfile.mkdtemp(prefix="shebao-docs-"))
    try:
        async with EmbeddedServer(home) as url:
            db = Database(url, connections_max=2)
            try:
                await migrate(db)
                async with db.reading() as tx:
                    return await written_out(tx)
            finally:
                await db.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)
