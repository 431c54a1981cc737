"""App: builds the World from what the environment says. The only place that joins everything."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from shebao.config import Config
from shebao.core.channel import Method
from shebao.gateways.alipay.account import read_account as read_alipay_account
from shebao.gateways.alipay.pay import Alipay
from shebao.gateways.channel import Channel
from shebao.gateways.documents.office import Documents
from shebao.gateways.identity import RealName
from shebao.gateways.registry import read_registry_account
from shebao.gateways.sms import Sms
from shebao.gateways.transport import Transport
from shebao.gateways.wechat.account import read_account as read_wechat_account
from shebao.gateways.wechat.pay import WeChatPay
from shebao.operations.world import World
from shebao.store.database import Database
from shebao.store.packs.folder import load_packs
from shebao.store.vault import KeyRing, Vault

_PRIVATE: Final = 0o600


def now() -> datetime:
    """The real clock. Everybody else is handed it."""
    return datetime.now(UTC)


def key_ring(config: Config) -> KeyRing:
    """The keys of the environment; without any, a ring of our own in the home folder."""
    if config.keys is not None:
        return KeyRing.parse(config.keys)
    return KeyRing.parse(_kept(config.home / "keys"))


@contextlib.asynccontextmanager
async def opened(config: Config, database_url: str) -> AsyncIterator[World]:
    """The world as configured, for as long as the block lasts."""
    transport, db = Transport(), Database(database_url)
    try:
        yield build(config, db, transport)
    finally:
        await db.close()
        await transport.close()


def build(config: Config, db: Database, transport: Transport) -> World:
    """The world as configured."""
    entropy, outside = secrets.token_bytes, config.sandbox_url
    identity = read_registry_account(config.credentials / "identity.json", base_url=outside)
    sms = read_registry_account(config.credentials / "sms.json", base_url=outside)
    return World(
        db=db,
        now=now,
        entropy=entropy,
        vault=Vault(key_ring(config), entropy),
        regions=load_packs(config.policies),
        channels=_channels(config, transport),
        real_name=RealName(identity, transport, now, entropy),
        messages=Sms(sms, transport, now, entropy),
        documents=Documents(config.home / "documents", now),
        base_url=config.base_url,
        rehearsal=config.rehearsal,
    )


def _channels(config: Config, transport: Transport) -> Mapping[Method, Channel]:
    """The channels that have given us credentials; the others are not connected."""
    folder, outside = config.credentials, config.sandbox_url
    channels: dict[Method, Channel] = {}
    if (folder / "wechat.json").exists():
        merchant = read_wechat_account(folder, base_url=outside)
        channels[Method.WECHAT] = WeChatPay(merchant, transport, now, secrets.token_bytes)
    if (folder / "alipay.json").exists():
        seller = read_alipay_account(folder, base_url=outside)
        channels[Method.ALIPAY] = Alipay(seller, transport, now)
    return channels


def _kept(file: Path) -> str:
    """The ring in a file that only we can read, made at the first start; two starts agree."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        made = file.with_suffix(f".{os.getpid()}")
        made.touch(mode=_PRIVATE)
        made.write_text(KeyRing.generate(secrets.token_bytes).text())
        with contextlib.suppress(FileExistsError):
            os.link(made, file)  # Whoever links first has made it.
        made.unlink()
    return file.read_text()
