"""Arrival: a file on its way to us, written aside, checked, and put in its place whole.

Nobody ever finds half a file under its name: a download that breaks off, or is not what its
sender said it would be, leaves nothing behind. Writing here is plain and quick: a piece goes
to the system's cache in microseconds.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from types import TracebackType
from typing import Final, Self

BEIJING: Final = timezone(timedelta(hours=8))
_PLAIN_BYTES_MAX: Final = 8 * 1024 * 1024 * 1024
_PIECE_BYTES: Final = 1024 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS
# Channels make the file of a day between nine and ten in the morning after.
_ALL_ARE_MADE: Final = time(12)


class Arrival:
    """One file that is being brought; as a context manager it clears away what is not kept."""

    def __init__(self, into: Path, *, gzipped: bool = False) -> None:
        self.aside = into.with_name(f".{into.name}.part")  # Hidden from who looks for files.
        self._into = into
        self._file = self.aside.open("wb")
        self._digest = hashlib.sha1(usedforsecurity=False)  # What WeChat names its files by.
        self._unzip = zlib.decompressobj(_GZIP) if gzipped else None
        self._length = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self.aside.unlink(missing_ok=True)  # After keep() it is there no more.

    def take(self, piece: bytes) -> None:
        """Write down the next piece, unzipped if need be; ValueError when it cannot be."""
        if self._unzip is None:
            self._write(piece)
            return
        rest = piece
        while rest:
            try:
                self._write(self._unzip.decompress(rest, _PIECE_BYTES))
            except zlib.error as broken:
                raise ValueError("not a gzip file") from broken
            rest = self._unzip.unconsumed_tail

    def end(self) -> str:
        """Close the file, and say its SHA-1; ValueError when its end is missing."""
        if self._unzip is not None:
            self._write(self._unzip.flush())
            if not self._unzip.eof:
                raise ValueError("the gzip file breaks off")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._digest.hexdigest()

    def keep(self) -> None:
        """Put the file in its place, over whatever was there before."""
        assert self._file.closed
        self.aside.replace(self._into)

    def _write(self, plain: bytes) -> None:
        self._length += len(plain)
        if self._length > _PLAIN_BYTES_MAX:
            raise ValueError("the file is too long to be true")
        self._digest.update(plain)
        self._file.write(plain)


def nothing_moved(into: Path) -> None:
    """Write down that a channel has no file of a day, because nothing moved: an empty one."""
    with Arrival(into) as arrival:
        arrival.end()
        arrival.keep()


def is_final(day: date, now: datetime) -> bool:
    """Whether a channel that has no file of a day will not have one any more.

    Channels have one word for "not yet" and for "nothing happened that day".
    """
    return now >= datetime.combine(day + timedelta(days=1), _ALL_ARE_MADE, BEIJING)
