"""Small png: makes a picture of a page a tenth of its size, with the 256 colours it needs most."""  # noqa: INP001

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_BEGINS: Final = b"\x89PNG\r\n\x1a\n"
_MOST: Final = 256
_CHANNELS: Final = {2: 3, 6: 4}  # RGB, and RGB with alpha, as browsers write them.
_COARSE: Final = 0xFC  # Colours nearer than this are one.
Row = list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, row by row, each point as red, green and blue."""

    rows: Sequence[Row]

    def beside(self, other: Picture, *, gap: int, colour: tuple[int, int, int]) -> Picture:
        """Two pictures of one height, one at the right of the other."""
        between = [colour] * gap
        pairs = zip(self.rows, other.rows, strict=True)
        return Picture([[*left, *between, *right] for left, right in pairs])


def read_png(content: bytes) -> Picture:
    """Read a picture as a browser wrote it: 8 bits a channel, not interlaced."""
    parts = dict.fromkeys([b"IDAT"], b"")
    for kind, body in _chunks(content):
        parts[kind] = parts.get(kind, b"") + body
    width, _, depth, colours, *_ = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert depth == len(b"12345678")
    channels = _CHANNELS[colours]
    lines = _unfiltered(zlib.decompress(parts[b"IDAT"]), width * channels, channels)
    return Picture([_points(line, channels) for line in lines])


def write_png(picture: Picture) -> bytes:
    """Write a picture with a palette."""
    seen = Counter(point for row in picture.rows for point in row)
    palette, nearest = _palette(seen)
    lines = b"".join(b"\0" + bytes(nearest[point] for point in row) for row in picture.rows)
    head = struct.pack(">IIBBBBB", len(picture.rows[0]), len(picture.rows), 8, 3, 0, 0, 0)
    return b"".join(
        [
            _BEGINS,
            _chunk(b"IHDR", head),
            _chunk(b"PLTE", bytes(part for colour in palette for part in colour)),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _palette(
    seen: Counter[tuple[int, int, int]],
) -> tuple[list[tuple[int, int, int]], dict[tuple[int, int, int], int]]:
    """The colours seen most, no two too near each other, and which of them stands for each."""
    kept: dict[tuple[int, ...], tuple[int, int, int]] = {}
    for colour, _ in seen.most_common():
        coarse = tuple(part & _COARSE for part in colour)
        if len(kept) < _MOST:
            kept.setdefault(coarse, colour)
    palette = list(kept.values())
    return palette, {colour: _nearest(palette, colour) for colour in seen}


def _nearest(palette: Sequence[tuple[int, int, int]], colour: tuple[int, int, int]) -> int:
    red, green, blue = colour
    far = [(r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2 for r, g, b in palette]
    return far.index(min(far))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_BEGINS)
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        yield kind, content[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _points(line: bytes, channels: int) -> Row:
    return list(zip(line[0::channels], line[1::channels], line[2::channels], strict=True))


def _unfiltered(packed: bytes, width: int, channels: int) -> Iterator[bytes]:
    """The lines as they were before each was written as its difference to what is near."""
    above = bytes(width)
    for at in range(0, len(packed), width + 1):
        line = bytearray(packed[at + 1 : at + 1 + width])
        _undo(packed[at], line, above, channels)
        above = bytes(line)
        yield above


def _undo(how: int, line: bytearray, above: bytes, channels: int) -> None:
    for i in range(len(line)) if how else ():
        left = line[i - channels] if i >= channels else 0
        corner = above[i - channels] if i >= channels else 0
        near = (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[how]
        line[i] = (line[i] + near) & 0xFF


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((abs(guess - one), rank, one) for rank, one in enumerate((left, above, corner)))[2]
