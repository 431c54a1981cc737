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
from shebao.core.entrance.way import Place
from shebao.gateways.alipay.account import read_account as read_alipay_account
from shebao.gateways.alipay.pay import Alipay
from shebao.gateways.alipay.people import AlipayPeople
from shebao.gateways.app_sign_in import AppSignIn, read_app_account
from shebao.gateways.apps import baidu, wechat
from shebao.gateways.apps.baidu import BaiduApp
from shebao.gateways.apps.wechat import CodeOf, WeChatApp
from shebao.gateways.bank.account import read_account as read_bank_account
from shebao.gateways.bank.pay import Bank
from shebao.gateways.channel import Agreements, Batches, Channel, Statements
from shebao.gateways.counter.account import read_account as read_counter_account
from shebao.gateways.counter.files import ACQUIRER, WINDOW, CounterFiles
from shebao.gateways.counter.till import Till
from shebao.gateways.counter.transfer import Transfer
from shebao.gateways.counter.window import Window
from shebao.gateways.documents.office import Documents
from shebao.gateways.face import FaceChecks
from shebao.gateways.identity import RealName
from shebao.gateways.inbox import load_inbox
from shebao.gateways.packet.desk import PacketDesk
from shebao.gateways.packet.format import load_formats
from shebao.gateways.portal import Portal, read_portal_accounts
from shebao.gateways.registry import read_registry_account
from shebao.gateways.sms import Sms
from shebao.gateways.transport import Transport
from shebao.gateways.unionpay.account import offers_cards
from shebao.gateways.unionpay.account import read_account as read_unionpay_account
from shebao.gateways.unionpay.pay import UnionPay
from shebao.gateways.wechat.account import read_account as read_wechat_account
from shebao.gateways.wechat.entrust import Entrust, read_terms
from shebao.gateways.wechat.pay import WeChatPay
from shebao.operations.world import Entrances, World
from shebao.store.database import Database
from shebao.store.packs.folder import load_packs
from shebao.store.packs.holidays import load_holidays
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
    channels = _channels(config, transport)
    joined = {one: line.together for one, line in channels.items() if isinstance(line, WeChatPay)}
    return World(
        db=db,
        now=now,
        entropy=entropy,
        vault=Vault(key_ring(config), entropy),
        regions=load_packs(config.policies),
        channels=channels,
        agreements=_agreed_at(channels),
        real_name=RealName(identity, transport, now, entropy),
        messages=Sms(sms, transport, now, entropy, reply_url=f"{config.base_url}/told/sms"),
        documents=Documents(config.home / "documents", now),
        base_url=config.base_url,
        rehearsal=config.rehearsal,
        entrances=_entrances(config, transport),
        statements=_telling(channels) | _told_by_bank(config, transport),
        inbox=load_inbox(config.home / "statements", config.policies),
        packets=PacketDesk(config.home / "packets", load_formats(config.policies)),
        work_days=load_holidays(config.policies),
        batches=_collecting(channels),
        together=joined,
    )


def _channels(config: Config, transport: Transport) -> Mapping[Method, Channel]:
    """The channels that have given us credentials; the others are not connected.

    Without a sandbox every channel is at its own address.
    """
    folder, outside = config.credentials, config.sandbox_url
    channels: dict[Method, Channel] = {}
    if (folder / "wechat.json").exists():
        merchant = read_wechat_account(folder, base_url=outside)
        channels[Method.WECHAT] = WeChatPay(merchant, transport, now, secrets.token_bytes)
    if (folder / "alipay.json").exists():
        seller = read_alipay_account(folder, base_url=outside)
        channels[Method.ALIPAY] = Alipay(seller, transport, now)
    if (folder / "unionpay.json").exists():
        ways = [Method.UNIONPAY, *([Method.CARD] if offers_cards(folder) else [])]
        for way in ways:
            contract = read_unionpay_account(folder, method=way, base_url=outside)
            channels[way] = UnionPay(contract, transport, now)
    channels |= {method: Till(method) for method in (Method.CASH, Method.POS)}
    channels[Method.TRANSFER] = Transfer()
    if (folder / "counter.json").exists():
        bank = read_counter_account(folder, base_url=outside)
        channels[Method.COUNTER] = Window(bank, transport, now, secrets.token_bytes)
    if (folder / "entrust.json").exists():
        terms, merchant = read_terms(folder), read_wechat_account(folder, base_url=outside)
        entrust = Entrust(merchant, terms, transport, now, secrets.token_bytes)
        channels[Method.ENTRUST] = entrust
    if (folder / "bank.json").exists():
        deposit = read_bank_account(folder, base_url=outside)
        channels[Method.AGREEMENT] = Bank(deposit, transport, now, secrets.token_bytes)
    return channels


def _entrances(config: Config, transport: Transport) -> Entrances:
    """Who else can say who somebody is: those who have given us credentials."""
    folder, outside = config.credentials, config.sandbox_url
    face, portals = None, {}
    if (folder / "face.json").exists():
        provider = read_registry_account(folder / "face.json", base_url=outside)
        face = FaceChecks(provider, transport, now, secrets.token_bytes)
    if (folder / "portals.json").exists():
        accounts = read_portal_accounts(folder / "portals.json", base_url=outside)
        portals = {id_: Portal(one, transport, now) for id_, one in accounts.items()}
    return Entrances(face, portals, _apps(config, transport))


def _apps(config: Config, transport: Transport) -> Mapping[Place, AppSignIn]:
    """The apps whose people we may know by their ids there."""
    folder, outside = config.credentials, config.sandbox_url
    apps: dict[Place, AppSignIn] = {}
    if (folder / "wechat_app.json").exists():
        known = read_app_account(folder / "wechat_app.json", base_url=outside or wechat.API)
        asks_at = outside or wechat.OPEN
        apps[Place.WECHAT_MINI] = WeChatApp(known, transport, CodeOf.MINI, open_url=asks_at)
        apps[Place.WECHAT_ACCOUNT] = WeChatApp(known, transport, CodeOf.PAGE, open_url=asks_at)
    if (folder / "baidu_app.json").exists():
        program = read_app_account(folder / "baidu_app.json", base_url=outside or baidu.API)
        apps[Place.BAIDU_MINI] = BaiduApp(program, transport)
    if (folder / "alipay.json").exists():
        seller = read_alipay_account(folder, base_url=outside)
        apps[Place.ALIPAY_MINI] = AlipayPeople(seller, transport, now)
    return apps


def _told_by_bank(config: Config, transport: Transport) -> dict[Method, Statements]:
    """What the bank's windows and the terminals took: the bank and the acquirer say so."""
    if not (config.credentials / "counter.json").exists():
        return {}
    bank = read_counter_account(config.credentials, base_url=config.sandbox_url)
    kinds = {Method.COUNTER: WINDOW, Method.POS: ACQUIRER}
    return {
        method: CounterFiles(kind, bank, transport, now, secrets.token_bytes)
        for method, kind in kinds.items()
    }


def _telling(channels: Mapping[Method, Channel]) -> dict[Method, Statements]:
    """Those of the channels who say a day later what they moved."""
    return {
        method: channel
        for method, channel in channels.items()
        if isinstance(channel, WeChatPay | Alipay | UnionPay | Bank)
    }


def _collecting(channels: Mapping[Method, Channel]) -> Mapping[Method, Batches]:
    """Those of the channels who collect from many accounts by one file."""
    return {method: one for method, one in channels.items() if isinstance(one, Bank)}


def _agreed_at(channels: Mapping[Method, Channel]) -> Mapping[Method, Agreements]:
    """Those of the channels at whom people agree to be collected from."""
    return {
        method: channel
        for method, channel in channels.items()
        if isinstance(channel, Bank | Entrust)
    }


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
