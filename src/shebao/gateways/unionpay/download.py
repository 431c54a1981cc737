"""Download (对账文件下载): a day's file, brought inside a signed answer that may be very long.

The answer is written to disk as it comes and never held whole: its words are found in it where
they stand, hashed from there, and the file among them is unpacked piece by piece.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import mmap
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from shebao.core.books.statement import StatementNotReady, StatementUnreadable
from shebao.core.channel import ChannelRefused, Forged
from shebao.core.refusals import Unanswered
from shebao.gateways.arrival import BEIJING, Arrival, is_final, nothing_moved
from shebao.gateways.transport import Transport
from shebao.gateways.unionpay import seal
from shebao.gateways.unionpay.account import UnionPayAccount
from shebao.gateways.unionpay.line import HEADERS
from shebao.gateways.unionpay.told import SUCCEEDED, UNDECIDED

Places = Mapping[str, tuple[int, int]]

_OK: Final = 200
_NONE: Final = "98"  # 文件不存在
_CONTENT: Final = "fileContent"
_FIELDS_MAX: Final = 100
_WORD_BYTES_MAX: Final = 16 * 1024
_PIECE_BYTES: Final = 4 * 256 * 1024  # Four letters of base64 are three bytes.
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


async def fetch(
    account: UnionPayAccount, transport: Transport, now: datetime, *, day: date, into: Path
) -> None:
    """Bring the file of a settlement day, or an empty one when UnionPay moved nothing."""
    wish = {
        "txnType": "76",
        "txnSubType": "01",
        "bizType": "000000",
        "fileType": "00",
        "settleDate": f"{day:%m%d}",
        "txnTime": now.astimezone(BEIJING).strftime("%Y%m%d%H%M%S"),
    }
    spool = into.with_name(f"{into.name}.answer")
    try:
        with spool.open("wb") as file:
            answer = await transport.download(
                whom=account.method,
                url=account.file_url,
                headers=HEADERS,
                take=file.write,
                body=urlencode(seal.sealed(account, wish)).encode("ascii"),
            )
        if answer.status != _OK:
            raise Unanswered(account.method)
        code = await asyncio.to_thread(_unpacked, account, spool, now, into)
    finally:
        spool.unlink(missing_ok=True)
    if code == _NONE and is_final(day, now):
        nothing_moved(into)
    elif code == _NONE:
        raise StatementNotReady(account.method, day.isoformat())


def _unpacked(account: UnionPayAccount, spool: Path, now: datetime, into: Path) -> str:
    """Check an answer and put the file inside it in its place; the code of the answer."""
    if spool.stat().st_size == 0:
        raise Forged("unreadable")
    with (
        spool.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        words, places = _read(text)
        seal.check(account, words, _digest(text, places), now)
        code = words.get("respCode", "")
        if code in UNDECIDED:
            raise Unanswered(account.method)
        if code == _NONE:
            return code
        if code not in SUCCEEDED:
            raise ChannelRefused(account.method, code, words.get("respMsg", ""))
        if words.get("merId") != account.mer_id or _CONTENT not in places:
            raise Forged("not_asked_for")
        with Arrival(into) as arrival:
            try:
                for piece in _content(text, *places[_CONTENT]):
                    arrival.take(piece)
            except (binascii.Error, zlib.error, EOFError) as broken:
                raise StatementUnreadable(account.method, "应答里的文件解不开") from broken
            arrival.end()
            _check_zip(arrival.aside, account.method)
            arrival.keep()
    return code


def _read(text: mmap.mmap) -> tuple[dict[str, str], Places]:
    """The words of an answer but for the file, and where each of them stands. Raises Forged."""
    try:
        places = _places(text)
        words = {
            name: text[start : min(end, start + _WORD_BYTES_MAX)].decode()
            for name, (start, end) in places.items()
            if name != _CONTENT
        }
    except ValueError as unreadable:
        raise Forged("unreadable") from unreadable
    return words, places


def _places(text: mmap.mmap) -> Places:
    """Where each word stands, found as ``seal.cut`` finds it."""
    places: dict[str, tuple[int, int]] = {}
    at, length = 0, len(text)
    while at < length:
        equals = text.find(b"=", at)
        if equals < 0 or len(places) == _FIELDS_MAX:
            raise ValueError("not the words of one answer")
        start = equals + 1
        closing = {b"{": b"}", b"[": b"]"}.get(text[start : start + 1])
        inside = text.find(closing, start) if closing else start
        end = text.find(b"&", inside)
        name = text[at : min(equals, at + _WORD_BYTES_MAX)].decode("ascii")
        if not name or name in places or "&" in name or inside < 0:
            raise ValueError("not the words of one answer")
        places[name] = (start, length if end < 0 else end)
        at = places[name][1] + 1
    return places


def _digest(text: mmap.mmap, places: Places) -> bytes:
    """What is signed of the words, as ``seal.digest`` says it, from where they stand."""
    found = hashlib.sha256()
    first = True
    for name, (start, end) in sorted(places.items()):
        if start == end or name == "signature":
            continue
        found.update(f"{'' if first else '&'}{name}=".encode())
        for at in range(start, end, _PIECE_BYTES):
            found.update(text[at : min(end, at + _PIECE_BYTES)])
        first = False
    return found.hexdigest().encode("ascii")


def _content(text: mmap.mmap, start: int, end: int) -> Iterator[bytes]:
    unpack = zlib.decompressobj()
    for at in range(start, end, _PIECE_BYTES):
        rest = base64.b64decode(text[at : min(end, at + _PIECE_BYTES)], validate=True)
        while rest:
            yield unpack.decompress(rest, _PIECE_BYTES)
            rest = unpack.unconsumed_tail
    yield unpack.flush()
    if not unpack.eof:
        raise EOFError("the file breaks off")


def _check_zip(file: Path, method: str) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            broken = packed.testzip()
    except _BROKEN as not_whole:
        raise StatementUnreadable(method, "下载的文件不是完整的压缩包") from not_whole
    if broken is not None:
        raise StatementUnreadable(method, "压缩包里的文件损坏")
