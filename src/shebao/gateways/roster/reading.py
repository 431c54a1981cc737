"""Reading (读名册): an Excel file or a table of text becomes rows of cells, as they are.

What people send is Excel as often as text, in UTF-8 with a mark or without, or in GB18030. What
it means is not decided here: a cell that a spreadsheet kept as a number stays a number.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook

Cell: TypeAlias = object

_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_UNPACKED_MOST: Final = 512 * 1024 * 1024  # What no roster of ours ever comes to.
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS: Final = "\t,;，"


class FileKind(StrEnum):
    """How a roster is written."""

    EXCEL = "xlsx"
    TEXT = "csv"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as rows of cells, and how it was written, so that it can be given back alike."""

    kind: FileKind
    rows: Sequence[Sequence[Cell]]
    encoding: str = ""
    separator: str = ","


class SheetUnreadableError(ValueError):
    """The file is not what it says it is: protected by a password, cut off, or no table."""


def read_sheet(content: bytes) -> Sheet:
    """Read the first sheet of a file. Raises SheetUnreadableError."""
    if content.startswith((_ZIP, _OLD_EXCEL)):
        return Sheet(FileKind.EXCEL, _excel(content))
    text, encoding = _decoded(content)
    separator = _separator(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as broken:
        raise SheetUnreadableError(f"表格的第几列分不清：{broken}") from broken
    return Sheet(FileKind.TEXT, rows, encoding, separator)


def _excel(content: bytes) -> Sequence[Sequence[Cell]]:
    if content.startswith(_ZIP):
        _must_be_of_size(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, OSError, ValueError) as broken:
        raise SheetUnreadableError("Excel 文件打不开，可能设了密码，或者没有传完") from broken


def _must_be_of_size(content: bytes) -> None:
    """A small file may unpack into a huge one, by mistake or on purpose."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except zipfile.BadZipFile as broken:
        raise SheetUnreadableError("Excel 文件不完整") from broken
    if size > _UNPACKED_MOST:
        raise SheetUnreadableError("Excel 文件展开后太大")


def _decoded(content: bytes) -> tuple[str, str]:
    encodings = ("utf-16",) if content.startswith(_UTF_16) else _ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise SheetUnreadableError("文字编码看不懂，请另存为 Excel 或 UTF-8 的 CSV")


def _separator(text: str) -> str:
    """What stands between the cells of the first line."""
    first = text.lstrip("\ufeff\r\n ").partition("\n")[0]
    return max(_SEPARATORS, key=first.count) if any(one in first for one in _SEPARATORS) else ","
