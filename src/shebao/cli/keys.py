"""Keys: make a key ring, and seal again with the newest key what an older one sealed."""

from __future__ import annotations

import asyncio
import json
import secrets

import click

from shebao.app import opened
from shebao.config import Config
from shebao.operations.change_key import seal_again
from shebao.store.server.embedded import database_url
from shebao.store.vault import KeyRing


@click.group(help="加密证件号码、手机号的密钥。")
def keys() -> None:
    """Look after the keys personal numbers are sealed with."""


@keys.command(help="生成一个新的密钥环，可直接填入 SHEBAO_KEYS。")
def make() -> None:
    """Print a new ring."""
    click.echo(KeyRing.generate(secrets.token_bytes).text())


@keys.command(help="把旧密钥加密的号码改用最新的密钥加密；可随时中断，再次运行接着做。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@click.pass_obj
def change(config: Config, *, as_json: bool) -> None:
    """Seal everything again with the newest key of the ring."""
    sealed = asyncio.run(_change(config))
    click.echo(json.dumps({"sealed_again": sealed}) if as_json else f"已重新加密 {sealed} 条。")


async def _change(config: Config) -> int:
    sealed = 0
    async with database_url(config) as url, opened(config, url) as world:
        for region_code in world.regions:
            while batch := await seal_again(world, region_code):
                sealed += batch
    return sealed
