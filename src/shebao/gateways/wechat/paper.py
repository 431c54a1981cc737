"""Paper: a file of WeChat's as it lies before us: a heading, lines, and the totals at the end.

It is UTF-8, may begin with a byte order mark, may still be gzipped, and ends its lines as it
likes. A file that breaks off has no totals.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self, cast

from shebao.core.books.statement import StatementUnreadable
from shebao.gateways import sheet
from shebao.gateways.wechat.line import WHOM

_GZIP: Final = b"\x1f\x8b"
_MARK: Final = "\ufeff"
_BROKEN: Final = (ValueError, OSError, EOFError, zlib.error)
_BUFFER_BYTES: Final = 256 * 1024


class Paper:
    """One file, open; as a context manager it is closed at the end."""

    def __init__(self, file: Path, *, heading: str, totals: str) -> None:
        self._heading = heading
        self._last = totals  # What the line before the totals begins with.
        self._totals: list[str] | None = None
        self._is_empty = False
        self._open = ExitStack()
        self._stream = _opened(file, self._open)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def rows(self) -> Iterator[tuple[int, str]]:
        """The lines between the heading and the totals, with their numbers in the file."""
        try:
            lines = sheet.lines(self._stream)
            first = next(lines, b"").decode("utf-8", "replace").removeprefix(_MARK)
            self._is_empty = not first
            if first and first.replace("`", "") != self._heading:
                raise StatementUnreadable(WHOM, "表头不是微信支付账单的表头")
            for number, line in enumerate(lines, 2):
                text = line.decode("utf-8", "replace")
                if text.startswith((self._last, f"`{self._last}")):
                    self._totals = next(lines, b"").decode("utf-8", "replace")[1:].split(",`")
                    return
                if text:
                    yield number, text
        except _BROKEN as broken:
            raise StatementUnreadable(WHOM, f"文件损坏：{broken}") from broken

    def totals(self, *, width: int) -> list[str]:
        """What the file says its lines come to; all nothing in a file without a word."""
        if self._is_empty:
            return ["0"] * width
        if self._totals is None or len(self._totals) != width:
            raise StatementUnreadable(WHOM, "文件末尾没有合计，可能不完整")
        return self._totals


def _opened(file: Path, until: ExitStack) -> IO[bytes]:
    stream = until.enter_context(file.open("rb", buffering=_BUFFER_BYTES))
    zipped = stream.read(len(_GZIP)) == _GZIP
    stream.seek(0)
    if not zipped:
        return stream
    return cast("IO[bytes]", until.enter_context(gzip.GzipFile(fileobj=stream)))
