"""Checks: what doctor looks at, one function each, in the order a broken thing shows itself."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from shebao.app import key_ring
from shebao.cli.answers import words
from shebao.config import Config
from shebao.core.refusals import Refusal, Unanswered
from shebao.gateways.alipay.account import read_account as read_alipay_account
from shebao.gateways.bank.account import read_account as read_bank_account
from shebao.gateways.documents.fonts import FontShelf, load_fonts
from shebao.gateways.registry import read_registry_account
from shebao.gateways.transport import Transport
from shebao.gateways.unionpay.account import read_account as read_unionpay_account
from shebao.gateways.wechat.account import read_account
from shebao.gateways.wechat.entrust import read_terms
from shebao.store.checkup import health
from shebao.store.packs.folder import pack_folders, read_pack
from shebao.store.server.embedded import database_url
from shebao.store.vault import KeysBrokenError

_PYTHONS: Final = ((3, 11), (3, 13))
_DISK_BYTES_MIN: Final = 2 * 1024**3
_GIGABYTE: Final = 1024**3
_SAMPLE: Final = "社会保险费缴费凭证壹贰叁·𠮷䶮㛃𬭎𠅤"
_FONTS: Final = "documents/fonts"
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_MISTAKES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: well or not, in words, and what to do if not."""

    ok: bool
    says: str
    do: str = ""


Check = Callable[[Config], Awaitable[Finding]]


async def check_python(_config: Config) -> Finding:
    """Whether this Python is one we are tested with."""
    version = ".".join(map(str, sys.version_info[:3]))
    if _PYTHONS[0] <= sys.version_info[:2] <= _PYTHONS[1]:
        return Finding(ok=True, says=f"Python {version}")
    return Finding(ok=False, says=f"Python {version} 没有测试过", do="请用 Python 3.11 至 3.13。")


async def check_home(config: Config) -> Finding:
    """Whether the home can be written, and has room to grow."""
    place = next(folder for folder in (config.home, *config.home.parents) if folder.exists())
    if not os.access(place, os.W_OK | os.X_OK):
        do = f"换一个您能写的文件夹：SHEBAO_HOME=…，或把 {place} 的权限给当前用户。"
        return Finding(ok=False, says=f"{config.home} 不能写", do=do)
    free = shutil.disk_usage(place).free
    if free < _DISK_BYTES_MIN:
        do = "腾出至少 2 GB，或把 SHEBAO_HOME 移到更大的磁盘。"
        return Finding(ok=False, says=f"{place} 所在磁盘只剩 {free // 1024**2} MB", do=do)
    return Finding(ok=True, says=f"{config.home}，磁盘剩余 {free // _GIGABYTE} GB")


async def check_database(config: Config) -> Finding:
    """Whether the database answers, is new enough, keeps its word, and has our schema."""
    whose = "内置 PostgreSQL" if config.database_url is None else "SHEBAO_DATABASE_URL"
    try:
        async with database_url(config) as url:
            found = await health(url)
    except Unanswered as silence:
        do = "检查地址、用户名和密码，再看数据库服务是否已启动。"
        return Finding(ok=False, says=f"{whose} 没有回音：{silence.__cause__}", do=do)
    shown = f"{whose} {found.version_shown}"
    if not found.new_enough:
        return Finding(ok=False, says=f"{shown} 太旧", do="请升级到 PostgreSQL 16 或更新的版本。")
    if not found.keeps_what_it_acknowledges:
        do = "在 postgresql.conf 里设 fsync = on 和 full_page_writes = on，重启数据库。"
        return Finding(ok=False, says=f"{shown} 断电会丢已确认的数据", do=do)
    if found.migrations_waiting:
        count = len(found.migrations_waiting)
        return Finding(ok=False, says=f"{shown}，结构还差 {count} 步", do="运行 shebao migrate。")
    return Finding(ok=True, says=f"{shown}，结构已是最新")


async def check_keys(config: Config) -> Finding:
    """Whether the key ring can be read, and only by us."""
    file = config.home / "keys"
    if config.keys is None and not file.exists():
        return Finding(ok=True, says=f"第一次启动时生成在 {file}")
    try:
        ring = key_ring(config)
    except (KeysBrokenError, OSError) as wrong:
        do = "每把钥匙 32 字节、base64，写成 1:…,2:…;lookup:…；用备份里的那一串，不要新造。"
        return Finding(ok=False, says=f"密钥读不出来：{wrong}", do=do)
    if config.keys is not None:
        return Finding(ok=True, says=f"SHEBAO_KEYS，{len(ring.sealing)} 把")
    if file.stat().st_mode & _OTHERS:
        return Finding(ok=False, says=f"{file} 别人也能读", do=f"运行 chmod 600 {file}")
    return Finding(ok=True, says=f"{file}（演示用；正式使用请设 SHEBAO_KEYS，与数据分开保管）")


async def check_fonts(config: Config) -> Finding:
    """Whether receipts can be typeset, rare characters too."""
    shelf: FontShelf = load_fonts(config.home / _FONTS)
    missing = shelf.uncovered(_SAMPLE)
    if missing:
        do = f"把收有这些字的字体文件放进 {config.home / _FONTS}。"
        return Finding(ok=False, says=f"凭证字体缺字：{missing}", do=do)
    return Finding(ok=True, says=f"{shelf.families[0]}，生僻字也有")


async def check_packs(config: Config) -> Finding:
    """Whether every policy pack is whole and its examples hold."""
    folders = pack_folders(config.policies)
    if not folders:
        do = "用 SHEBAO_POLICIES 指出政策包所在的文件夹。"
        return Finding(ok=False, says=f"{config.policies} 里没有政策包", do=do)
    mistakes = [mistake for folder in folders for mistake in read_pack(folder).mistakes]
    if mistakes:
        some = "；".join(map(str, mistakes[:_MISTAKES_SHOWN]))
        do = "运行 shebao policy check 看全部错误。"
        return Finding(ok=False, says=f"政策包有 {len(mistakes)} 处错误：{some}", do=do)
    return Finding(ok=True, says="、".join(folder.name for folder in folders))


async def check_credentials(config: Config) -> Finding:
    """Whether what the channels gave us is there and fits together."""
    folder = config.credentials
    try:
        account = read_account(folder, base_url=config.sandbox_url)
        others = _others(config)
        for name in ("identity.json", "sms.json"):
            read_registry_account(folder / name, base_url=config.sandbox_url)
    except FileNotFoundError as missing:
        do = "演练：先启动 bin/demo 或 shebao sandbox，会自动生成。正式：放入商户平台给的文件。"
        return Finding(ok=False, says=f"缺少 {missing.filename}", do=do)
    except (ValueError, OSError) as wrong:
        do = "与商户平台上的商户号、证书序列号、APIv3 密钥逐项核对。"
        return Finding(ok=False, says=f"{folder} 里的凭据不对：{wrong}", do=do)
    return Finding(ok=True, says=f"微信支付商户 {account.mchid}{others}，实名核验，短信")


def _others(config: Config) -> str:
    """The channels beside WeChat Pay, as far as they have given us something."""
    folder, found = config.credentials, ""
    if (folder / "alipay.json").exists():
        seller = read_alipay_account(folder, base_url=config.sandbox_url)
        found += f"，支付宝商户 {seller.seller_id}"
    if (folder / "unionpay.json").exists():
        contract = read_unionpay_account(folder, base_url=config.sandbox_url)
        found += f"，银联商户 {contract.mer_id}"
    if (folder / "bank.json").exists():
        bank = read_bank_account(folder, base_url=config.sandbox_url)
        found += f"，银行商户 {bank.merchant_no}"
    if (folder / "entrust.json").exists():
        found += f"，微信委托代扣模板 {read_terms(folder).plan_id}"
    return found


async def check_channel(config: Config) -> Finding:
    """Whether the channels' addresses answer, or the one of who plays them all."""
    transport, silent = Transport(), []
    addresses = _addresses(config)
    for url in addresses:
        try:
            await transport.ask(whom=url, method="GET", url=url, headers={})
        except Unanswered:
            silent.append(url)
    await transport.close()
    if not silent:
        return Finding(ok=True, says=f"{'、'.join(addresses)} 有回音")
    do = "检查本机能否上外网、防火墙是否放行这些地址。"
    if config.sandbox_url:
        do = "启动 bin/demo 或 shebao sandbox；地址不同时设 SHEBAO_SANDBOX_URL。"
    return Finding(ok=False, says=f"{'、'.join(silent)} 没有回音", do=do)


def _addresses(config: Config) -> list[str]:
    """Whom we speak to: the sandbox, or each channel that has given us something."""
    if config.sandbox_url:
        return [f"{config.sandbox_url}/"]
    folder, found = config.credentials, []
    if (folder / "wechat.json").exists():
        found.append(read_account(folder).base_url)
    if (folder / "alipay.json").exists():
        found.append(read_alipay_account(folder).gateway_url)
    if (folder / "unionpay.json").exists():
        found.append(read_unionpay_account(folder).gateway_url)
    if (folder / "bank.json").exists():
        found.append(read_bank_account(folder).gateway_url)
    return found


CHECKS: Final[tuple[tuple[str, str, Check], ...]] = (
    ("python", "运行环境", check_python),
    ("home", "数据文件夹", check_home),
    ("database", "数据库", check_database),
    ("keys", "密钥", check_keys),
    ("fonts", "凭证字体", check_fonts),
    ("packs", "政策包", check_packs),
    ("credentials", "渠道凭据", check_credentials),
    ("channel", "渠道", check_channel),
)


async def look(check: Check, config: Config) -> Finding:
    """Make one check. What it refuses is a finding too."""
    try:
        return await check(config)
    except Refusal as refused:
        return Finding(ok=False, **words(refused))
