"""Statement (ZM 文件): what UnionPay settled with us on one day, in lines of fixed width.

The bytes are GBK and a width counts bytes, so a line is cut before it is decoded. What banks
quarrel about (差错) stands in a file of its own, the ZME; each of its lines is for a person.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Final, cast

from shebao.core.books.statement import BadLine, LineKind, StatementLine, StatementUnreadable
from shebao.core.money import Money
from shebao.gateways import sheet
from shebao.gateways.unionpay.account import UnionPayAccount

_WIDTHS: Final = (
    *(3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1),
    *(21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 32, 98),
)
_STARTS: Final = tuple(itertools.accumulate((width + 1 for width in _WIDTHS), initial=0))
_LINE_BYTES: Final = _STARTS[-1] - 1
_MERCHANT_ENDS: Final = _STARTS[28] - 1  # All we read stands before; the rest may be cut short.


def _column(number: int) -> slice:
    return slice(_STARTS[number], _STARTS[number] + _WIDTHS[number])


_HAPPENED_AT: Final = _column(4)
_AMOUNT: Final = _column(6)
_REFERENCE: Final = _column(9)
_OUR_ID: Final = _column(11)
_FEE: Final = _column(15)
_TYPE: Final = _column(19)
_MERCHANT: Final = _column(27)
_KINDS: Final = {b"01": LineKind.PAYMENT, b"04": LineKind.REFUND, b"31": LineKind.REFUND}
_NAME: Final = re.compile(r"INN([0-9]{6})88(ZME?)_([0-9A-Z]+)(?:\.txt)?", re.ASCII)
_CODE: Final = "gb18030"
_BUFFER_BYTES: Final = 256 * 1024
_BROKEN: Final = (ValueError, OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError)


def read(file: Path, *, account: UnionPayAccount) -> Iterator[StatementLine | BadLine]:
    """The lines of a file. An empty file is a day on which nothing moved.

    Raises StatementUnreadable when it is not a file of ours.
    """
    if file.stat().st_size == 0:
        return
    try:
        with zipfile.ZipFile(file) as packed:
            found = _inside(packed, account)
            year_month, name = found["ZM"]
            with packed.open(name) as stream:
                yield from _lines(stream, account, year_month)
            if "ZME" in found:
                with packed.open(found["ZME"][1]) as stream:
                    yield from _quarrels(stream)
    except _BROKEN as broken:
        raise StatementUnreadable(account.method, f"文件损坏：{broken}") from broken


def _inside(packed: zipfile.ZipFile, account: UnionPayAccount) -> dict[str, tuple[str, str]]:
    """The files of a zip by their kind: the day they name, and their name."""
    found: dict[str, tuple[str, str]] = {}
    for name in packed.namelist():
        match = _NAME.fullmatch(name.rpartition("/")[2])
        if match is None:
            continue
        if match[3] != account.mer_id:
            says = f"是商户 {match[3]} 的账单，不是我们的"
            raise StatementUnreadable(account.method, says)
        if match[2] in found:
            raise StatementUnreadable(account.method, f"压缩包里有两个 {match[2]} 文件")
        found[match[2]] = (match[1][:4], name)
    if "ZM" not in found:
        raise StatementUnreadable(account.method, "压缩包里没有 ZM 文件")
    return found


def _lines(
    stream: IO[bytes], account: UnionPayAccount, year_month: str
) -> Iterator[StatementLine | BadLine]:
    # A zip's own stream looks for the ends of lines slowly.
    quick = io.BufferedReader(cast("io.RawIOBase", stream), _BUFFER_BYTES)
    for number, raw in enumerate(sheet.lines(quick), 1):
        if not raw.strip():
            continue
        try:
            line = _line(number, raw, year_month)
        except ValueError as wrong:
            yield BadLine(number, raw.decode(_CODE, "replace"), str(wrong))
        else:
            if raw[_MERCHANT].strip() not in {account.mer_id.encode(), b""}:
                raise StatementUnreadable(account.method, f"第 {number} 行是别的商户的")
            yield line


def _quarrels(stream: IO[bytes]) -> Iterator[BadLine]:
    for number, raw in enumerate(sheet.lines(stream), 1):
        if raw.strip():
            why = "银联差错文件里的一笔（退单、调账等），请人工核对"
            yield BadLine(number, raw.decode(_CODE, "replace"), why)


def _line(number: int, raw: bytes, year_month: str) -> StatementLine:
    if not _MERCHANT_ENDS <= len(raw) <= _LINE_BYTES:
        raise ValueError(f"这一行有 {len(raw)} 个字节，应为 {_LINE_BYTES} 个")
    kind = _KINDS.get(raw[_TYPE])
    if kind is None:
        raise ValueError(f"不认识的交易类型：{raw[_TYPE].decode(_CODE, 'replace')}")
    try:
        return StatementLine(
            number,
            kind,
            raw[_OUR_ID].strip().decode("ascii"),
            raw[_REFERENCE].strip().decode("ascii"),
            Money(_fen(raw[_AMOUNT])),
            Money(_fee(raw[_FEE])),
            _moment(raw[_HAPPENED_AT], year_month),
        )
    except ValueError as unreadable:
        raise ValueError(f"金额、时间或编号写错了：{unreadable}") from unreadable


@lru_cache(maxsize=8192)
def _fen(written: bytes) -> int:
    if not written.isdigit():
        raise ValueError(written.decode(_CODE, "replace"))
    return int(written)


@lru_cache(maxsize=8192)
def _fee(written: bytes) -> int:
    """What UnionPay keeps: a debit (D) of ours is a fee, a credit (C) is one given back."""
    if not written.strip():
        return 0
    sign = {b"D": 1, b"C": -1}.get(written[:1])
    if sign is None:
        raise ValueError(written.decode(_CODE, "replace"))
    return sign * _fen(written[1:])


@lru_cache(maxsize=4096)
def _moment(month_to_second: bytes, year_month: str) -> datetime:
    """A time without its year, in a file that names its own: December may stand in January's."""
    written = month_to_second.decode("ascii")
    year = 2000 + int(year_month[:2]) - (written[:2] > year_month[2:])
    moment = datetime.strptime(f"{year}{written}+0800", "%Y%m%d%H%M%S%z")
    return moment.astimezone(UTC)
