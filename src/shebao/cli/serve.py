"""Serve: the programs that stay: pages, worker and sandbox; and what they need first."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import sys
from fractions import Fraction
from functools import partial
from pathlib import Path
from threading import Event
from typing import Final

import click
import uvicorn

from shebao import logs
from shebao.app import opened
from shebao.cli.several import CANNOT_START, serve_several
from shebao.config import SANDBOX_PORT, WEB_PORT, Config
from shebao.sandbox import main as rehearsal
from shebao.sandbox.town import Settings
from shebao.store import migrate as schema
from shebao.store.database import Database
from shebao.store.server.embedded import database_url
from shebao.web.served import Served
from shebao.worker.sweep import (
    collect_batches_until,
    keep_books_until,
    remind_until,
    sweep_until,
)

LOCALHOST: Final = "127.0.0.1"
_ORPHANS_LOOKS: Final = 75  # For fifteen seconds: who still starts cannot see the end of another.
_LOOKS_EVERY_SECONDS: Final = 0.2


@click.command(help="对外提供页面、接口和渠道通知。")
@click.option("--host", default=LOCALHOST, show_default=True, help="监听地址。")
@click.option("--port", type=int, default=WEB_PORT, show_default=True, help="监听端口。")
@click.option("--workers", type=int, default=1, show_default=True, help="进程数。")
@click.pass_obj
def serve(config: Config, *, host: str, port: int, workers: int) -> None:
    """Serve the pages and take the channels' notices."""
    logs.configure(config.log)

    serving = partial(
        uvicorn.Config,
        Served(config),
        host=host,
        port=port,
        log_config=None,  # Ours masks numbers.
        access_log=False,
        server_header=False,
    )
    if workers > 1:
        _once_free(host, port)
        serve_several(serving, workers)
        return
    server = uvicorn.Server(serving())
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(CANNOT_START)


def _once_free(host: str, port: int) -> None:
    """Wait a little for web workers of a killed program, which are just about to end."""
    for _ in range(_ORPHANS_LOOKS):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return
        Event().wait(_LOOKS_EVERY_SECONDS)


@click.command(help="处理后台事务：通知、过期、查询、退款。")
@click.pass_obj
def worker(config: Config) -> None:
    """Do what happens by itself."""
    logs.configure(config.log)
    asyncio.run(_work(config))


async def _work(config: Config) -> None:
    """Sweep until a signal says stop."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with database_url(config) as url, opened(config, url) as world:
        await asyncio.gather(
            sweep_until(world, stop),
            keep_books_until(world, stop),
            collect_batches_until(world, stop),
            remind_until(world, stop),
        )


@click.command(help="把数据库结构更新到这一版。")
@click.option("--dry-run", is_flag=True, help="只说要做什么，不做。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.pass_obj
def migrate(config: Config, *, dry_run: bool, as_json: bool) -> None:
    """Bring the schema up to date, or say what that would do."""
    names = asyncio.run(_migrate(config, dry_run=dry_run))
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "migrations": names}))
        return
    for name in names:
        click.echo(f"{'将执行' if dry_run else '已执行'} {name}")
    if not names:
        click.echo("数据库结构已是最新。")


async def _migrate(config: Config, *, dry_run: bool) -> list[str]:
    async with database_url(config) as url:
        db = Database(url)
        try:
            if dry_run:
                return [migration.name for migration in await schema.waiting(db)]
            return [*await schema.migrate(db)]
        finally:
            await db.close()


@click.command(help="扮演外面的世界：微信支付、实名核验、短信。只用于演练。")
@click.option("--host", default=LOCALHOST, show_default=True, help="监听地址。")
@click.option("--port", type=int, default=SANDBOX_PORT, show_default=True, help="监听端口。")
@click.option(
    "--people", type=click.Path(path_type=Path), help="实名核验认得的人（TOML 或 JSON）。"
)
@click.option("--time-factor", type=Fraction, default="1/60", show_default=True, help="时间快慢。")
@click.pass_obj
def sandbox(
    config: Config, *, host: str, port: int, people: Path | None, time_factor: Fraction
) -> None:
    """Play the outside world."""
    state = config.home / "sandbox"
    settings = Settings(folder=state, people=people, time_factor=time_factor)
    rehearsal.main(host, port, config.credentials, settings)
