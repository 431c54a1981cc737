"""Statement (业务明细): Alipay's list of what it moved for us on one day, read line by line.

It lies in a zip beside its summary, in GBK, and so are the names of both. Numbers end with a
tab, lest a spreadsheet round them. Two columns are free text and may hold commas; what we read
is found by the two times that stand between them. A refund has the number of its payment at
Alipay, and our own number of the request.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, cast

from shebao.core.books.statement import BadLine, LineKind, StatementLine, StatementUnreadable
from shebao.gateways import sheet
from shebao.gateways.alipay.line import WHOM

_CODE: Final = "gb18030"  # GBK, and the rare characters it has no room for.
_DETAIL: Final = "业务明细.csv"
_HEADING: Final = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,"
    "商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)
_WIDTH: Final = len(_HEADING.split(","))
_CREATED: Final = 4
_BUFFER_BYTES: Final = 256 * 1024
_KINDS: Final = {
    "交易": LineKind.PAYMENT,
    "退款": LineKind.REFUND,
    "交易退款": LineKind.REFUND,
}
_OWNER: Final = re.compile(r"#账号：\[([0-9]+)\]")
_END: Final = re.compile(r"#-+业务明细列表结束-+")
_SUMS: Final = {
    LineKind.PAYMENT: re.compile(r"#交易合计：([0-9]+)笔，商家实收共(-?[0-9.]+)元.*"),
    LineKind.REFUND: re.compile(r"#退款合计：([0-9]+)笔，商家实收退款共(-?[0-9.]+)元.*"),
}
_BROKEN: Final = (ValueError, OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError)


@dataclass(slots=True)
class _Sums:
    """What the lines come to, and what the file says: how often, and how many fen."""

    found: dict[LineKind, list[int]] = field(
        default_factory=lambda: {kind: [0, 0] for kind in LineKind}
    )
    told: dict[LineKind, list[int]] = field(default_factory=dict)
    bad: int = 0


def read(file: Path, *, seller_id: str) -> Iterator[StatementLine | BadLine]:
    """The lines of a file. An empty file is a day on which nothing moved.

    Raises StatementUnreadable, also after the last line: only then are the totals known.
    """
    if file.stat().st_size == 0:
        return
    try:
        with (
            zipfile.ZipFile(file, metadata_encoding="gbk") as packed,
            packed.open(_detail(packed)) as stream,
        ):
            yield from _lines(stream, seller_id)
    except _BROKEN as broken:
        raise StatementUnreadable(WHOM, f"文件损坏：{broken}") from broken


def _detail(packed: zipfile.ZipFile) -> str:
    found = [name for name in packed.namelist() if name.endswith(_DETAIL)]
    if len(found) != 1:
        raise StatementUnreadable(WHOM, f"压缩包里没有唯一的{_DETAIL}")
    return found[0]


def _lines(stream: IO[bytes], seller_id: str) -> Iterator[StatementLine | BadLine]:
    # A zip's own stream looks for the ends of lines slowly.
    quick = io.BufferedReader(cast("io.RawIOBase", stream), _BUFFER_BYTES)
    numbered = enumerate(sheet.lines(quick), 1)
    _head(numbered, seller_id)
    sums = _Sums()
    for number, raw in numbered:
        text = raw.decode(_CODE, "replace")
        if text.startswith("#"):
            _check(text, numbered, sums)
            return
        try:
            line = _line(number, text)
        except ValueError as wrong:
            sums.bad += 1
            yield BadLine(number, text, str(wrong))
        else:
            counted = sums.found[line.kind]
            counted[0] += 1
            counted[1] += line.amount.fen
            yield line
    raise StatementUnreadable(WHOM, "文件末尾没有合计，可能不完整")


def _head(numbered: Iterator[tuple[int, bytes]], seller_id: str) -> None:
    """Read up to the heading, and see whose file it is."""
    for _, raw in numbered:
        text = raw.decode(_CODE, "replace")
        owner = _OWNER.match(text)
        # Alipay writes our number as 20881234567890120156: with what it adds to a contract.
        if owner is not None and not owner[1].startswith(seller_id):
            raise StatementUnreadable(WHOM, f"是账号 {owner[1]} 的账单，不是我们的")
        if not text.startswith("#"):
            if text.replace(" ", "").rstrip(",") != _HEADING:
                break
            return
    raise StatementUnreadable(WHOM, "表头不是支付宝业务明细的表头")


def _line(number: int, text: str) -> StatementLine:
    fields = text.split(",")
    width = len(fields)
    if width < _WIDTH:
        raise ValueError("这一行的列数不够")
    extra = _shift(fields) if width > _WIDTH else 0
    kind = _KINDS.get(fields[2].strip())
    if kind is None:
        raise ValueError(f"不认识的业务类型：{fields[2].strip()}")
    is_payment = kind is LineKind.PAYMENT
    try:
        amount = sheet.amount(fields[12 + extra].strip())
        fee = sheet.fee(fields[22 + extra].strip() or "0")
        return StatementLine(
            number,
            kind,
            fields[1 if is_payment else 21 + extra].strip(),
            fields[0].strip(),
            amount if is_payment else -amount,
            -fee,  # Alipay writes what it keeps as a loss of ours.
            sheet.moment(fields[5 + extra].strip()),
        )
    except ValueError as unreadable:
        raise ValueError(f"金额或时间写错了：{unreadable}") from unreadable


def _shift(fields: list[str]) -> int:
    """How many commas stand in the name of what was paid for; the others are in the remark."""
    for extra in range(len(fields) - _WIDTH + 1):
        if all(sheet.is_moment(one.strip()) for one in fields[_CREATED + extra :][:2]):
            return extra
    raise ValueError("找不到创建时间和完成时间")


def _check(end: str, numbered: Iterator[tuple[int, bytes]], sums: _Sums) -> None:
    """Hold the lines against the totals; a bad line has no amount to be counted."""
    if _END.fullmatch(end) is None:
        raise StatementUnreadable(WHOM, "业务明细列表没有结束")
    for _, raw in numbered:
        text = raw.decode(_CODE, "replace")
        for kind, pattern in _SUMS.items():
            match = pattern.fullmatch(text)
            if match is not None:
                sums.told[kind] = [int(match[1]), abs(sheet.amount(match[2]).fen)]
    if sums.told.keys() != _SUMS.keys():
        raise StatementUnreadable(WHOM, "文件末尾没有合计，可能不完整")
    counts = sum(count for count, _ in sums.found.values()) + sums.bad
    if counts != sum(count for count, _ in sums.told.values()):
        raise StatementUnreadable(WHOM, f"文件合计的笔数与实际 {counts} 行不符")
    if not sums.bad and sums.told != sums.found:
        raise StatementUnreadable(WHOM, "各行相加与文件末尾的合计不符")
