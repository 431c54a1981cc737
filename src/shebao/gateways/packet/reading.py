"""Reading (回盘): a bank's answer, judged whole while it is read, a line at a time.

Nothing of a file is believed before its end: what its head says must be what its lines come to,
and no line may be answered twice. What a line says is for others to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Final

from shebao.core.channel import Outcome
from shebao.core.deduction.batch import LINES_MAX
from shebao.core.deduction.line import Reason
from shebao.core.deduction.packet import Answered, PacketHead, ResultUnreadable
from shebao.core.money import Money
from shebao.gateways import sheet
from shebao.gateways.packet.format import PAID, UNKNOWN, Format, Piece, Word

_CHINA: Final = timezone(timedelta(hours=8))
_WORDS: Final[tuple[Word, ...]] = ("serial", "amount", "code", "says", "reference", "time")
_OTHER: Final = (Outcome.FAILED, Reason.OTHER)
_WRONG: Final = (ValueError, KeyError, UnicodeDecodeError)


class Reading:
    """One answer being read. The head is read at once, the lines as they are asked for."""

    def __init__(self, file: Path, written: Format) -> None:
        self._file, self._format = file, written
        self._ends = {code: _end(meaning) for code, meaning in written.codes.items()}
        self._marks = _marks(written.answer.detail)
        found = {piece.word: place for place, piece in enumerate(written.answer.detail)}
        self._places = {word: found.get(word, -1) for word in _WORDS}
        try:
            with file.open("rb") as stream:
                first = next(sheet.lines(stream), b"")
            self.head = self._head(self._fields(first, written.answer.header))
        except _WRONG as wrong:
            raise ResultUnreadable("文件头看不懂，不是这个格式的回盘文件") from wrong

    def lines(self) -> Iterator[Answered]:
        """Every line. Raises ResultUnreadable, also after the last one: only then it is whole."""
        seen = bytearray(self.head.count // 8 + 1)
        large: set[int] = set()
        count, fen, ended = 0, 0, not self._format.answer.trailer
        with self._file.open("rb") as stream:
            rows = sheet.lines(stream)
            next(rows)
            for number, raw in enumerate(rows, start=2):
                if self._is_end(raw):
                    self._end(raw, count, fen)
                    ended = True
                    continue
                if ended and self._format.answer.trailer:
                    raise ResultUnreadable(f"结尾行后面还有内容（第 {number} 行）")
                one = self._line(number, raw)
                if _known(seen, large, one.serial):
                    raise ResultUnreadable(f"序号 {one.serial} 重复（第 {number} 行）")
                count, fen = count + 1, fen + one.amount.fen
                yield one
        self._agrees(count, fen, ended=ended)

    def _agrees(self, count: int, fen: int, *, ended: bool) -> None:
        if not ended:
            raise ResultUnreadable("没有结尾行，文件没有传完")
        if count != self.head.count:
            raise ResultUnreadable(f"文件头说有 {self.head.count} 笔，实际 {count} 笔")
        if fen != self.head.total.fen:
            raise ResultUnreadable(f"总分不符：文件头 {self.head.total}，各行合计 {Money(fen)}")

    def _end(self, raw: bytes, count: int, fen: int) -> None:
        try:
            found = self._fields(raw, self._format.answer.trailer)
            said = int(found.get("count", str(count)))
            total = self._amount(found["total"]).fen if "total" in found else fen
        except _WRONG as wrong:
            raise ResultUnreadable("结尾行看不懂") from wrong
        if (said, total) != (count, fen):
            raise ResultUnreadable("总分不符：结尾行和各行之和不一样")

    def _is_end(self, raw: bytes) -> bool:
        trailer = self._format.answer.trailer
        if not trailer or trailer[0].word is not None:
            return False
        mark = trailer[0].text.encode()
        return raw.startswith(mark + self._format.separator.encode())

    def _head(self, said: Mapping[str, str]) -> PacketHead:
        head = PacketHead(
            number=said["number"],
            day=datetime.strptime(said["day"], "%Y%m%d").replace(tzinfo=_CHINA).date(),
            count=int(said["count"]),
            total=self._amount(said["total"]),
            part=int(said.get("part", "1")),
            parts=int(said.get("parts", "1")),
        )
        if not 0 <= head.count <= LINES_MAX or not 1 <= head.part <= head.parts:
            raise ValueError("count")
        return head

    def _line(self, number: int, raw: bytes) -> Answered:
        try:
            texts = self._texts(raw, self._format.answer.detail)
            _see(texts, self._marks)
            return self._answered(texts)
        except UnicodeDecodeError as wrong:
            says = f"第 {number} 行不是 {self._format.encoding} 的字符"
            raise ResultUnreadable(says) from wrong
        except _WRONG as wrong:
            raise ResultUnreadable(f"第 {number} 行看不懂：{wrong}") from wrong

    def _answered(self, texts: Sequence[str]) -> Answered:
        """A line, by the places of its words; what a file lacks is at the end, and empty."""
        texts = (*texts, "")
        at = self._places
        outcome, reason = self._ends.get(texts[at["code"]].strip(), _OTHER)
        serial, time = int(texts[at["serial"]]), texts[at["time"]].strip()
        if not 0 < serial <= LINES_MAX:
            raise ValueError(f"序号 {serial}")
        return Answered(
            serial=serial,
            amount=self._amount(texts[at["amount"]].strip()),
            outcome=outcome,
            reason=reason,
            reference=texts[at["reference"]].strip(),
            happened_at=_moment(time) if time and outcome is Outcome.PAID else None,
            says=texts[at["says"]].strip(),
        )

    def _amount(self, text: str) -> Money:
        return sheet.amount(text) if self._format.amounts == "yuan" else Money(int(text))

    def _fields(self, raw: bytes, pieces: Sequence[Piece]) -> Mapping[str, str]:
        texts = self._texts(raw, pieces)
        _see(texts, _marks(pieces))
        return {
            piece.word: text.strip()
            for piece, text in zip(pieces, texts, strict=True)
            if piece.word is not None
        }

    def _texts(self, raw: bytes, pieces: Sequence[Piece]) -> Sequence[str]:
        """The fields of a line as they stand in it."""
        if self._format.separator:
            texts = raw.decode(self._format.encoding).split(self._format.separator)
        else:
            texts = self._cut(raw, pieces)
        if len(texts) != len(pieces):
            raise ValueError(f"有 {len(texts)} 项，应有 {len(pieces)} 项")
        return texts

    def _cut(self, raw: bytes, pieces: Sequence[Piece]) -> list[str]:
        """The fields of a line of fixed widths, which are counted in bytes."""
        texts, at = [], 0
        for piece in pieces:
            assert piece.width is not None
            texts.append(raw[at : at + piece.width].decode(self._format.encoding))
            at += piece.width
        if len(raw) != at:
            raise ValueError(f"有 {len(raw)} 字节，应有 {at} 字节")
        return [
            text if piece.word is not None else text.rstrip(" ")
            for piece, text in zip(pieces, texts, strict=True)
        ]


def _end(meaning: str) -> tuple[Outcome, Reason | None]:
    """How a line with such a code ends."""
    if meaning == PAID:
        return Outcome.PAID, None
    return (Outcome.WAITING, None) if meaning == UNKNOWN else (Outcome.FAILED, Reason(meaning))


def _marks(pieces: Sequence[Piece]) -> list[tuple[int, str]]:
    """Where a line always says the same."""
    return [(place, piece.text) for place, piece in enumerate(pieces) if piece.word is None]


def _see(texts: Sequence[str], marks: Sequence[tuple[int, str]]) -> None:
    """See that a line says what it always says."""
    if any(texts[place] != mark for place, mark in marks):
        raise ValueError("标志不对")


def _known(seen: bytearray, large: set[int], serial: int) -> bool:
    """Whether a serial came before; a bit each, and those beyond the count apart."""
    place, bit = serial // 8, 1 << serial % 8
    if place >= len(seen):
        known = serial in large
        large.add(serial)
        return known
    known = bool(seen[place] & bit)
    seen[place] |= bit
    return known


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=_CHINA).astimezone(UTC)
