"""Demo: everything on this machine, for a person to walk through, or for a story to be played."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from shebao.cli.demo_clerks import clerks_told
from shebao.cli.demo_residents import introductions
from shebao.cli.demo_school import school_told
from shebao.cli.stage import free_ports, set_for, stage
from shebao.cli.story.chapters import play
from shebao.cli.story.walk import Tell
from shebao.config import SANDBOX_PORT, WEB_PORT, Config
from shebao.store.packs.folder import load_packs

_STOPPED: Final = 130
_READY: Final = """
缴费页面  Pages          {pages}
短信收件箱 SMS inbox      {sandbox}/sms/inbox
演练环境  Sandbox        {sandbox}/
数据文件夹 Data and logs  {home}

{people}

{clerks}
{school}

按 Ctrl-C 结束。Ctrl-C ends all."""


@click.command(help="启动全套演示：数据库、演练环境、后台和页面。")
@click.option("--port", type=int, default=WEB_PORT, show_default=True, help="页面的端口。")
@click.option(
    "--sandbox-port", type=int, default=SANDBOX_PORT, show_default=True, help="演练环境的端口。"
)
@click.option("--story", is_flag=True, help="自动演一遍四个城市的缴费，演完结束。")
@click.option(
    "--json",
    "file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="演出的每一步写入 FILE。",
)
@click.pass_obj
def demo(config: Config, *, port: int, sandbox_port: int, story: bool, file: Path | None) -> None:
    """Raise the whole system and show it, or have the story play on it."""
    if file is not None and not story:
        raise click.UsageError("--json 要和 --story 一起用。")
    if story:
        sys.exit(_until_signal(_tell_story(config, file)))
    apart = replace(config, database_url=None)  # Invented people never meet real ones.
    ready = set_for(apart, port=port, sandbox_port=sandbox_port)
    _until_signal(_show(ready))


async def _show(config: Config) -> int:
    click.echo("正在启动……  Starting …", err=True)
    async with stage(config) as raised:
        told = _READY.format(
            pages=config.base_url,
            sandbox=config.sandbox_url,
            home=config.home,
            people=introductions(load_packs(config.policies)),
            clerks=clerks_told(load_packs(config.policies), config.base_url),
            school=school_told(config.base_url),
        )
        click.echo(told)
        raise await raised.until_a_child_dies()


async def _tell_story(config: Config, file: Path | None) -> int:
    """Play on free ports, in a home that is thrown away, whatever the environment says."""
    home = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="shebao-story-"))
    apart = replace(config, home=home, database_url=None, credentials=home / "credentials")
    port, sandbox_port = free_ports()
    try:
        async with stage(set_for(apart, port=port, sandbox_port=sandbox_port)) as raised:
            playing = asyncio.create_task(play(raised, _teller(file)))
            death = asyncio.create_task(raised.until_a_child_dies())
            await asyncio.wait({playing, death}, return_when=asyncio.FIRST_COMPLETED)
            death.cancel()
            if not playing.done():
                playing.cancel()
                raise death.result()
            return 0 if playing.result() else 1
    finally:
        await asyncio.to_thread(shutil.rmtree, home, ignore_errors=True)


def _teller(file: Path | None) -> Tell:
    """Write each step down as one line, at once: a story that breaks off is told so far."""
    if file is not None:
        file.write_text("")

    def tell(step: Mapping[str, object]) -> None:
        if file is not None:
            with file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(step, ensure_ascii=False) + "\n")

    return tell


def _until_signal(work: Coroutine[None, None, int]) -> int:
    """Run to the end; on Ctrl-C or SIGTERM take everything down in order, which is no failure."""
    return asyncio.run(_cancelled_by_signals(work))


async def _cancelled_by_signals(work: Coroutine[None, None, int]) -> int:
    task = asyncio.ensure_future(work)

    def end() -> None:
        if not task.cancelling():  # A second Ctrl-C must not break off the tidying up.
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    try:
        return await task
    except asyncio.CancelledError:
        click.echo("已结束。Ended.", err=True)
        return _STOPPED
