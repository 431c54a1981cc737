"""Bills: saying where the file of a day lies, and handing it out.

A file is made at nine in the morning after, and its address lives half a minute.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from shebao.sandbox import mishaps
from shebao.sandbox.alipay import trade_bill
from shebao.sandbox.alipay.gate import Call
from shebao.sandbox.alipay.refusals import AlipayRefusal, parameter
from shebao.sandbox.channel import files
from shebao.sandbox.channel.files import Writer
from shebao.sandbox.channel.movements import is_made
from shebao.sandbox.faults import Place
from shebao.sandbox.town import Town

DOWNLOAD: Final = "/alipay/downloadBillFile.resource"
TRADES: Final = "trade"
_MADE_AT_HOUR: Final = 9
_LIVES_MS: Final = 30 * 1000
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def address(town: Town, call: Call) -> Mapping[str, Any]:
    """Say where the list of a day's trades lies."""
    call.fields.one_of("bill_type", (TRADES,))  # The others are not played here.
    day = _day(call.fields.text("bill_date", most=15))
    file = files.find(town.ledger, writer(town), day)
    if file is None and is_made(day, hour=_MADE_AT_HOUR):
        file = files.make(town.ledger, writer(town), day)
    if file is None or file.content is None:
        # One word for "not yet" and for "nothing happened".
        raise AlipayRefusal("40004", "isp.bill_not_exist", "账单不存在")
    token = files.offer(town.ledger, file, lives_ms=_LIVES_MS)
    name = f"{town.alipay_keys.seller_id}0156_{day:%Y%m%d}.csv.zip"
    query = f"bizType={TRADES}&downloadFileName={name}&fileId={token}"
    return {"bill_download_url": f"{call.base_url}{DOWNLOAD}?{query}"}


async def download(town: Town, request: Request) -> Response:
    """Hand out a file to whoever knows its address. Nobody signs it."""
    absent = await mishaps.on_the_way_in(town.faults, Place.STATEMENT)
    if absent is not None:
        return absent
    file = files.offered(town.ledger, request.query_params.get("fileId", ""))
    if file is None or file.content is None:
        return Response("下载地址已失效".encode(), status_code=403)
    answer = Response(file.content, media_type="application/zip")
    return await mishaps.on_the_way_out(town.faults, Place.STATEMENT, request, answer)


def writer(town: Town) -> Writer:
    """How the list of trades is made."""
    return Writer(
        channel="alipay",
        kind=TRADES,
        movements=partial(trade_bill.movements, town),
        written=partial(trade_bill.written, town),
        digest=lambda content: hashlib.sha256(content).hexdigest(),  # Nobody is told.
    )


def _day(told: str) -> date:
    try:
        if _DAY.fullmatch(told):
            return date.fromisoformat(told)
    except ValueError:
        pass
    raise parameter("bill_date", "格式应为 yyyy-MM-dd")
