"""Bills (账单): asking Alipay for the file of a day, and bringing it whole or not at all.

Alipay signs the address of the file and not the file, and says no hash of it. It is a zip that
holds a checksum of each of its parts, so a download that is not whole is found out.
"""

from __future__ import annotations

import asyncio
import zipfile
import zlib
from datetime import date, datetime
from pathlib import Path
from typing import Final

from shebao.core.books.statement import StatementNotReady, StatementUnreadable
from shebao.core.channel import ChannelRefused, Forged
from shebao.gateways.alipay.line import WHOM, Line
from shebao.gateways.alipay.told import UNREADABLE, text
from shebao.gateways.arrival import Arrival, is_final, nothing_moved

_METHOD: Final = "alipay.data.dataservice.bill.downloadurl.query"
_NONE: Final = frozenset({"BILL_NOT_EXIST", "ISP.BILL_NOT_EXIST", "ISV.BILL_NOT_EXIST"})
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


async def fetch(line: Line, day: date, into: Path, *, now: datetime) -> None:
    """Bring what Alipay moved for us on a day, or an empty file when that was nothing."""
    try:
        words = await line.ask(_METHOD, {"bill_type": "trade", "bill_date": day.isoformat()})
        url = text(words, "bill_download_url")
    except UNREADABLE as unreadable:
        raise Forged("unreadable") from unreadable
    except ChannelRefused as refused:
        if refused.channel_code.upper().replace("-", "_") not in _NONE:
            raise
        if not is_final(day, now):
            raise StatementNotReady(WHOM, day.isoformat()) from refused
        nothing_moved(into)
        return
    with Arrival(into) as arrival:
        await line.download(url, arrival.take)
        arrival.end()
        await asyncio.to_thread(_check, arrival.aside)  # It reads every byte.
        arrival.keep()


def _check(file: Path) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            broken = packed.testzip()
    except _BROKEN as not_whole:
        raise StatementUnreadable(WHOM, "下载的文件不是完整的压缩包") from not_whole
    if broken is not None:
        raise StatementUnreadable(WHOM, "压缩包里的文件损坏")
