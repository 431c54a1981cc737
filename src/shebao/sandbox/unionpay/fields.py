"""Fields: the words of a request, read one by one, and refused by the first that is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from shebao.sandbox import clock
from shebao.sandbox.unionpay.refusals import UnionPayRefusal, malformed, missing

# How long ago a transaction may say it began. UnionPay asks for "now"; how long it waits is not
# written down anywhere we have seen, and a payer may leave the page open for a while.
STALE_MS: Final = 3600 * 1000
_EARLY_MS: Final = 10 * 60 * 1000
_ORDER_ID: Final = re.compile(r"[0-9A-Za-z]{8,40}")
_AMOUNT: Final = re.compile(r"[1-9][0-9]{0,11}")
_TIME: Final = re.compile(r"[0-9]{14}")
_URL_MOST: Final = 256
_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def text(params: Mapping[str, str], name: str, *, most: int = 256) -> str:
    """A required word."""
    value = params.get(name, "")
    if not value:
        raise missing(name)
    if len(value) > most:
        raise malformed(name)
    return value


def one_of(params: Mapping[str, str], name: str, choices: Collection[str]) -> str:
    """A required word out of a few."""
    value = text(params, name)
    if value not in choices:
        raise malformed(name)
    return value


def order_id(params: Mapping[str, str]) -> str:
    """The merchant's number: 8 to 40 letters and digits."""
    value = text(params, "orderId")
    if _ORDER_ID.fullmatch(value) is None:
        raise malformed("orderId")
    return value


def fen(params: Mapping[str, str]) -> int:
    """A required amount in fen."""
    if _AMOUNT.fullmatch(text(params, "txnAmt")) is None:
        raise malformed("txnAmt")
    return int(params["txnAmt"])


def time_ms(params: Mapping[str, str], name: str) -> int:
    """A required time in China: 20261121154207."""
    value = text(params, name)
    if _TIME.fullmatch(value) is None:
        raise malformed(name)
    try:
        when = datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=clock.CHINA)
    except ValueError:
        raise malformed(name) from None
    return int(when.timestamp()) * 1000


def fresh(params: Mapping[str, str]) -> str:
    """The time a transaction says it began at, which must be about now."""
    age = clock.now_ms() - time_ms(params, "txnTime")
    if not -_EARLY_MS <= age <= STALE_MS:
        raise UnionPayRefusal("39", "txnTime")
    return params["txnTime"]


def address(params: Mapping[str, str], name: str) -> str:
    """Where to tell what happened: plain http only to this machine."""
    value = text(params, name, most=_URL_MOST)
    parts = urlsplit(value)
    plain = parts.scheme == "http" and parts.hostname not in _HERE
    if parts.scheme not in ("http", "https") or not parts.hostname or plain:
        raise malformed(name)
    return value


def wire_time(ms: int) -> str:
    """A time as UnionPay writes it: 20261121154207."""
    return clock.at(ms).strftime("%Y%m%d%H%M%S")
