"""Writing (送盘): the lines of a packet as its bank wants them, byte for byte the same each time.

The file is written aside and put in its place whole, so a run that is cut off leaves none or all
of it. Names lose the blanks that old systems pad them with; a character the bank's set does not
have is told with its line, before anything is sent.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shebao.core.deduction.packet import CharacterOutside, Demand, PacketHead
from shebao.core.money import Money
from shebao.gateways.arrival import Arrival
from shebao.gateways.packet.format import Format, Piece

_AT_ONCE: Final = 2000  # Lines that go to the disk together.
_BLANKS: Final = re.compile(r"[\s\u3000\u00a0\u200b]+")
_BETWEEN_HAN: Final = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_DOTS: Final = re.compile("[\u2022\u30fb\uff0e\u2027\u2219]")
Say = Callable[[Demand], str]


@dataclass(frozen=True, slots=True)
class Written:
    """A file that lies ready: where, its hash, and what it comes to."""

    file: Path
    sha256: str
    head: PacketHead


def plain_name(name: str) -> str:
    """A name without padding: full-width blanks, blanks between Han characters, other dots.

    >>> plain_name("\u738b\u3000\u82b3 "), plain_name("\u963f\u5409\u2022\u4e70\u4e70\u63d0")
    ('王芳', '阿吉·买买提')
    """
    one = _BLANKS.sub(" ", name).strip()
    return _DOTS.sub("\u00b7", _BETWEEN_HAN.sub("", one))


def is_writable(name: str, written: Format) -> bool:
    """Whether a bank's file can say a name."""
    try:
        plain_name(name).encode(written.encoding)
    except UnicodeEncodeError:
        return False
    return not written.separator or written.separator not in name


async def write_packet(
    into: Path,
    head: PacketHead,
    demands: AsyncIterator[Sequence[Demand]],
    written: Format,
    *,
    words: Mapping[str, str],
) -> Written:
    """Write a packet. Raises CharacterOutside. ``words`` say what is the same on every line."""
    pen = _Pen(written, {**words, **_of_head(head, written)})
    into.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with Arrival(into) as arrival:

        def put(piece: bytes) -> None:
            digest.update(piece)
            arrival.take(piece)

        put(pen.once(written.demand.header))
        count, fen = 0, 0
        async for some in demands:
            put(pen.lines(some))
            count += len(some)
            fen += sum(one.amount.fen for one in some)
        assert (count, fen) == (head.count, head.total.fen), "a packet is not what was signed"
        if written.demand.trailer:
            put(pen.once(written.demand.trailer))
        arrival.end()
        arrival.keep()
    return Written(into, digest.hexdigest(), head)


def amount_text(amount: Money, written: Format) -> str:
    """An amount as a format writes it."""
    return str(amount) if written.amounts == "yuan" else str(amount.fen)


class _Pen:
    """Writes lines of one format."""

    def __init__(self, written: Format, same: Mapping[str, str]) -> None:
        self._format = written
        self._same = same
        self._fields = [(piece, self._saying(piece)) for piece in written.demand.detail]

    def once(self, pieces: Sequence[Piece]) -> bytes:
        """A head or an end."""
        texts = [piece.text if piece.word is None else self._same[piece.word] for piece in pieces]
        if self._format.separator:
            line = self._format.separator.join(texts).encode(self._format.encoding)
        else:
            line = b"".join(map(self._filled, pieces, texts))
        return line + self._format.line_end.encode()

    def lines(self, demands: Sequence[Demand]) -> bytes:
        """Many lines at once; only if one cannot be written, each by itself, to find it."""
        try:
            return (
                b"".join(map(self._line, demands))
                if not self._format.separator
                else ("".join(map(self._separated, demands)).encode(self._format.encoding))
            )
        except UnicodeEncodeError:
            for one in demands:
                self._find(one)
            raise

    def _separated(self, one: Demand) -> str:
        separator = self._format.separator
        texts = [say(one) for _, say in self._fields]
        if separator in one.name:
            raise CharacterOutside(one.serial, separator)
        return separator.join(texts) + self._format.line_end

    def _line(self, one: Demand) -> bytes:
        filled = b"".join(self._filled(piece, say(one)) for piece, say in self._fields)
        return filled + self._format.line_end.encode()

    def _filled(self, piece: Piece, text: str) -> bytes:
        assert piece.width is not None
        encoded = text.encode(self._format.encoding)
        if len(encoded) > piece.width:
            raise ValueError(f"{piece.word} 超过 {piece.width} 字节")
        fill = encoded.rjust if piece.is_number else encoded.ljust
        return fill(piece.width, b"0" if piece.is_number else b" ")

    def _saying(self, piece: Piece) -> Say:
        texts: Mapping[str, Say] = {
            "serial": lambda one: str(one.serial),
            "account": lambda one: one.account,
            "name": lambda one: plain_name(one.name),
            "id_number": lambda one: one.id_number,
            "amount": lambda one: amount_text(one.amount, self._format),
            "agreement": lambda one: one.agreement,
            "attempt": lambda one: one.attempt_id,
        }
        fixed = piece.text if piece.word is None else self._same.get(piece.word, "")
        return texts.get(piece.word or "", lambda _: fixed)

    def _find(self, one: Demand) -> None:
        """Say which character of which line the set does not have."""
        for character in plain_name(one.name):
            try:
                character.encode(self._format.encoding)
            except UnicodeEncodeError:
                raise CharacterOutside(one.serial, character) from None


def _of_head(head: PacketHead, written: Format) -> dict[str, str]:
    return {
        "number": head.number,
        "day": f"{head.day:%Y%m%d}",
        "count": str(head.count),
        "total": amount_text(head.total, written),
        "part": str(head.part),
        "parts": str(head.parts),
    }
