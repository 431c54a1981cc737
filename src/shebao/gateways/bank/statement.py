"""Statement (对账文件): the bank's list of what it moved on one day, read line by line.

Separated by ``|``, in GBK, every line ended by CR and LF: a head with the totals, one line a
movement (1 collected, 2 given back, 3 taken back), a tail with the count. The bank's signed
answer says the file's SHA-256, so the file itself needs no signature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from shebao.core.books.statement import (
    BadLine,
    LineKind,
    StatementLine,
    StatementNotReady,
    StatementUnreadable,
)
from shebao.core.channel import ChannelRefused, Forged
from shebao.core.refusals import Unanswered
from shebao.gateways import sheet
from shebao.gateways.arrival import Arrival
from shebao.gateways.bank import seal
from shebao.gateways.bank.line import WHOM, Line
from shebao.gateways.bank.told import UNREADABLE, text

_NOT_READY: Final = "1010"
_OK: Final = 200
_HEAD, _TAIL = "SBHZ", "END"
_HEAD_WIDTH: Final = 7
_WIDTH: Final = 10
# A taking back lets money go as a refund does; it names the attempt, as it has no refund.
_KINDS: Final = {"1": LineKind.PAYMENT, "2": LineKind.REFUND, "3": LineKind.REFUND}


async def fetch(line: Line, day: date, into: Path) -> None:
    """Bring the file of a day. Raises StatementNotReady, Unanswered, and Forged."""
    try:
        words = await line.ask("SB4001", {"date": f"{day:%Y%m%d}"})
    except ChannelRefused as refused:
        if refused.channel_code == _NOT_READY:
            raise StatementNotReady(WHOM, day.isoformat()) from refused
        raise
    try:
        url = urljoin(line.account.gateway_url, text(words, "file_url"))
        due = text(words, "sha256")
    except UNREADABLE as unreadable:
        raise Forged("unreadable") from unreadable
    digest = hashlib.sha256()
    with Arrival(into) as arrival:

        def take(piece: bytes) -> None:
            digest.update(piece)
            arrival.take(piece)

        answer = await line.transport.download(whom=WHOM, url=url, headers={}, take=take)
        if answer.status != _OK:
            raise Unanswered(WHOM)
        arrival.end()
        if digest.hexdigest() != due:
            raise Forged("digest")
        arrival.keep()


def read(file: Path, *, merchant_no: str) -> Iterator[StatementLine | BadLine]:
    """The lines of a file.

    Raises StatementUnreadable, also after the last line: only then are the totals known.
    """
    with file.open("rb") as stream:
        try:
            rows = sheet.lines(stream)
            count, paid, back = _head(next(rows, b""), merchant_no)
            yield from _Reading(count, paid, back).lines(rows)
        except ValueError as broken:
            raise StatementUnreadable(WHOM, "这不是银行的对账文件，或者没有传完") from broken


class _Reading:
    """What the lines come to, to be held against what the head says."""

    def __init__(self, count: int, paid: int, back: int) -> None:
        self._due = (count, paid, back)
        self._lines, self._paid, self._back, self._bad = 0, 0, 0, 0

    def lines(self, rows: Iterator[bytes]) -> Iterator[StatementLine | BadLine]:
        """Each line as it stands, then the totals."""
        for number, raw in enumerate(rows, start=2):
            written = raw.decode("gbk", "replace")
            if written.startswith(f"{_TAIL}|"):
                self._end(written, rows)
                return
            self._lines += 1
            try:
                found = _line(number, written)
            except ValueError as wrong:
                self._bad += 1
                yield BadLine(number, written, str(wrong))
                continue
            if found.kind is LineKind.PAYMENT:
                self._paid += found.amount.fen
            else:
                self._back += found.amount.fen
            yield found
        raise StatementUnreadable(WHOM, "文件没有结尾行，没有传完")

    def _end(self, written: str, rows: Iterator[bytes]) -> None:
        if written != f"{_TAIL}|{self._lines}" or next(rows, None) is not None:
            raise StatementUnreadable(WHOM, "结尾行的笔数和实际不符")
        count, paid, back = self._due
        if count != self._lines:
            raise StatementUnreadable(WHOM, f"文件说有 {count} 笔，实际 {self._lines} 笔")
        if not self._bad and (paid, back) != (self._paid, self._back):
            raise StatementUnreadable(WHOM, "总分不符：文件的合计和各行之和不一样")


def _head(raw: bytes, merchant_no: str) -> tuple[int, int, int]:
    fields = raw.decode("gbk", "replace").split("|")
    if len(fields) != _HEAD_WIDTH or fields[0] != _HEAD:
        raise ValueError("no head")
    if fields[2] != merchant_no:
        raise StatementUnreadable(WHOM, f"是商户 {fields[2]} 的文件，不是我们的")
    return int(fields[4]), sheet.amount(fields[5]).fen, sheet.amount(fields[6]).fen


def _line(number: int, written: str) -> StatementLine:
    fields = written.split("|")
    if len(fields) != _WIDTH:
        raise ValueError(f"这一行有 {len(fields)} 列，应有 {_WIDTH} 列")
    kind = _KINDS.get(fields[0])
    if kind is None:
        raise ValueError(f"不认识的类型：{fields[0]}")
    try:
        return StatementLine(
            number,
            kind,
            fields[1],
            fields[2],
            sheet.amount(fields[4]),
            sheet.fee(fields[5]),
            seal.moment(fields[6]),
        )
    except ValueError as unreadable:
        raise ValueError(f"金额或时间写错了：{unreadable}") from unreadable
