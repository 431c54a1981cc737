"""Bills (账单): asking WeChat for the file of a day, and bringing it whole or not at all.

WeChat first says where the file lies and what its SHA-1 is, and signs that; the file itself
comes unsigned, so it is believed only when it is the one that was announced.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Final

from shebao.core.books.statement import StatementNotReady, StatementUnreadable
from shebao.core.channel import ChannelRefused, Forged
from shebao.gateways.arrival import Arrival, is_final, nothing_moved
from shebao.gateways.wechat.funds import FundAccount
from shebao.gateways.wechat.line import WHOM, Line
from shebao.gateways.wechat.told import UNREADABLE, text

_TRADES: Final = "/v3/bill/tradebill"
_FUNDS: Final = "/v3/bill/fundflowbill"
_NOT_YET: Final = frozenset({"STATEMENT_CREATING"})
_NONE: Final = frozenset({"NO_STATEMENT_EXIST"})


async def fetch_trades(line: Line, day: date, into: Path, *, now: datetime) -> None:
    """Bring what WeChat moved for us on a day, or an empty file when that was nothing."""
    await _fetch(line, f"{_TRADES}?bill_date={day}&bill_type=ALL", day, into, now=now)


async def fetch_funds(
    line: Line, day: date, into: Path, *, account: FundAccount, now: datetime
) -> None:
    """Bring what changed the balance of one of our accounts on a day."""
    await _fetch(line, f"{_FUNDS}?bill_date={day}&account_type={account}", day, into, now=now)


async def _fetch(line: Line, target: str, day: date, into: Path, *, now: datetime) -> None:
    try:
        words = await line.get(f"{target}&tar_type=GZIP")
        url, due = text(words, "download_url"), text(words, "hash_value").lower()
        if text(words, "hash_type") != "SHA1":
            raise Forged("hash_type")
    except UNREADABLE as unreadable:
        raise Forged("unreadable") from unreadable
    except ChannelRefused as refused:
        known = refused.channel_code
        if known in _NOT_YET or (known in _NONE and not is_final(day, now)):
            raise StatementNotReady(WHOM, day.isoformat()) from refused
        if known in _NONE:
            nothing_moved(into)
            return
        raise
    with Arrival(into, gzipped=True) as arrival:
        try:
            await line.download(url, arrival.take)
            digest = arrival.end()
        except ValueError as broken:
            raise StatementUnreadable(WHOM, f"下载的文件损坏：{broken}") from broken
        if digest != due:
            raise StatementUnreadable(WHOM, "下载的文件与微信支付给出的校验值不符")
        arrival.keep()
