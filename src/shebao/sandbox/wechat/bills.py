"""Bills: saying where the file of a day lies, and handing it out.

The answer that says where is signed; the file itself is not, so its hash is told beside its
address. A file is made at ten in the morning after, and its address lives five minutes.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from functools import partial
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.channel import files
from shebao.sandbox.channel.files import File, Writer
from shebao.sandbox.channel.movements import is_made
from shebao.sandbox.town import Town
from shebao.sandbox.wechat import fund_bill, trade_bill
from shebao.sandbox.wechat.gate import Answer, Call
from shebao.sandbox.wechat.refusals import WeChatRefusal, param_error

DOWNLOAD: Final = "/v3/billdownload/file"
TRADES: Final = "trade"
FUNDS: Final = "fund"
_MADE_AT_HOUR: Final = 10
_LIVES_MS: Final = 5 * 60 * 1000
_DAYS_KEPT: Final = 92
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def trade(town: Town, call: Call) -> Answer:
    """Say where the list of a day's trades lies."""
    _one_of(call, "bill_type", ("ALL",), default="ALL")  # The others are not played here.
    return _answer(town, call, TRADES)


def fund(town: Town, call: Call) -> Answer:
    """Say where the changes of the merchant's balance lie; only the basic account has any."""
    account = _one_of(call, "account_type", ("BASIC", "OPERATION", "FEES"), default="BASIC")
    if account != "BASIC":
        _day(call)
        raise _nothing()
    return _answer(town, call, FUNDS)


def download(town: Town, call: Call) -> tuple[bytes, bool]:
    """Hand out a file, gzipped if it was asked for so."""
    token, _, packing = call.query.get("token", "").rpartition(".")
    file = files.offered(town.ledger, token)
    if file is None or file.content is None:
        raise WeChatRefusal(400, "PARAM_ERROR", "token 不存在或已过期，请重新申请下载地址")
    return file.content, packing == "gz"


def writer(town: Town, kind: str) -> Writer:
    """How the file of a kind is made."""
    how = {TRADES: trade_bill.written, FUNDS: fund_bill.written}[kind]
    return Writer(
        channel="wechat",
        kind=kind,
        movements=partial(trade_bill.movements, town),
        written=partial(how, town),
        digest=lambda content: hashlib.sha1(content, usedforsecurity=False).hexdigest(),
    )


def _answer(town: Town, call: Call, kind: str) -> Answer:
    day = _day(call)
    packing = "gz" if _one_of(call, "tar_type", ("GZIP", ""), default="") else "csv"
    file = _file(town, writer(town, kind), day)
    if file.is_late:
        raise _creating()
    if file.content is None:
        raise _nothing()
    token = files.offer(town.ledger, file, lives_ms=_LIVES_MS)
    url = f"{call.base_url}{DOWNLOAD}?token={token}.{packing}"
    return Answer(200, {"hash_type": "SHA1", "hash_value": file.digest, "download_url": url})


def _file(town: Town, how: Writer, day: date) -> File:
    known = files.find(town.ledger, how, day)
    if known is not None:
        return known
    if not is_made(day, hour=_MADE_AT_HOUR):
        raise _creating()
    return files.make(town.ledger, how, day)


def _day(call: Call) -> date:
    told = call.query.get("bill_date", "")
    try:
        day = date.fromisoformat(told) if _DAY.fullmatch(told) else None
    except ValueError:
        day = None
    today = clock.at(clock.now_ms()).date()
    if day is None or day > today or (today - day).days > _DAYS_KEPT:
        raise param_error("bill_date", told, "应为三个月内的日期，格式 yyyy-MM-dd", where="query")
    return day


def _one_of(call: Call, name: str, choices: tuple[str, ...], *, default: str) -> str:
    told = call.query.get(name, default)
    if told not in choices:
        raise param_error(name, told, f"应为 {'、'.join(choices)} 之一", where="query")
    return told


def _creating() -> WeChatRefusal:
    return WeChatRefusal(400, "STATEMENT_CREATING", "账单生成中，请稍后再试")


def _nothing() -> WeChatRefusal:
    return WeChatRefusal(400, "NO_STATEMENT_EXIST", "账单文件不存在，请检查当日是否有交易")
