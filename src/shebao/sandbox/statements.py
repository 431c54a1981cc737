"""Statements: the levers by which a channel's file of a day is made now, and spoilt on order.

A channel makes its files by itself the morning after. A rehearsal cannot wait that long, and
wants to know how each file lies.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shebao.sandbox.alipay import bills as alipay
from shebao.sandbox.bank import statement as bank
from shebao.sandbox.channel import files
from shebao.sandbox.channel.files import Writer
from shebao.sandbox.channel.movements import read_spoiling
from shebao.sandbox.counter import files as counter
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import statement as unionpay
from shebao.sandbox.wechat import bills as wechat

_WRITERS: Final[Mapping[tuple[str, str], Callable[[Town], Writer]]] = {
    ("wechat", wechat.TRADES): partial(wechat.writer, kind=wechat.TRADES),
    ("wechat", wechat.FUNDS): partial(wechat.writer, kind=wechat.FUNDS),
    ("alipay", alipay.TRADES): alipay.writer,
    ("unionpay", "trade"): lambda town: unionpay.writer(town, town.unionpay_keys.mer_ids[0]),
    ("card", "trade"): lambda town: unionpay.writer(town, town.unionpay_keys.mer_ids[1]),
    ("agreement", "trade"): bank.writer,
    ("counter", "trade"): lambda town: counter.writer(town.ledger, "window"),
    ("pos", "trade"): lambda town: counter.writer(town.ledger, "acquirer"),
}


def routes(town: Town) -> list[Route]:
    """The lever: ``{"channel", "day", "kind"?, "mishaps"?: [{"kind", "our_id"?, "fen"?}]}``."""
    return [Route("/sandbox/statements", _lever(town), methods=["POST"])]


def make(town: Town, told: Mapping[str, Any]) -> dict[str, Any]:
    """Make a file as ordered; ValueError or LookupError says what is wrong with the order."""
    writer = _WRITERS.get((str(told.get("channel")), str(told.get("kind", "trade"))))
    if writer is None:
        raise LookupError("no file of this channel and kind")
    day = date.fromisoformat(str(told["day"]))
    wanted = [read_spoiling(one) for one in told.get("mishaps", ())]
    file = files.make(town.ledger, writer(town), day, wanted)
    size = None if file.content is None else len(file.content)
    return {"day": file.day, "bytes": size, "planted": json.loads(file.planted)}


def _lever(town: Town) -> Callable[[Request], Awaitable[Response]]:
    async def pull(request: Request) -> Response:
        try:
            return JSONResponse(make(town, json.loads(await request.body())))
        except (LookupError, ValueError, TypeError) as wrong:
            said = {"code": "malformed", "message": str(wrong)}
            return JSONResponse(said, status_code=400)

    return pull
