"""Writing (写名册): the template, and the file given back with a reason beside each bad line.

Numbers are written as text and their column is set to text, so that a spreadsheet leaves all
eighteen digits alone. Nothing that was typed is ever taken for a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final

import xlsxwriter

from shebao.gateways.roster.reading import Cell, FileKind, Sheet

_WIDE: Final = 24
_WIDER: Final = 60
_OPTIONS: Final = {
    "in_memory": True,
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_ROWS_SET: Final = 2000  # Rows in which the template offers its lists.


@dataclass(frozen=True, slots=True)
class Template:
    """What a template shows: headings, an example, hints, and lists to choose from."""

    headings: Sequence[str]
    needed: frozenset[str]
    example: Sequence[str]
    hints: Sequence[str]
    choices: Mapping[str, Sequence[str]]


def write_template(template: Template) -> bytes:
    """The template as an Excel file: every cell is text from the start."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {**_OPTIONS, "constant_memory": False}) as book:
        sheet = book.add_worksheet("名册")
        text, bold = book.add_format({"num_format": "@"}), _bold(book)
        sheet.set_column(0, len(template.headings) - 1, _WIDE, text)
        for place, heading in enumerate(template.headings):
            mark = "*" if heading in template.needed else ""
            sheet.write_string(0, place, f"{heading}{mark}", bold)
            choices = list(template.choices.get(heading, ()))
            if choices:
                offer = {"validate": "list", "source": choices, "error_type": "warning"}
                sheet.data_validation(1, place, _ROWS_SET, place, offer)
        sheet.freeze_panes(1, 0)
        _explain(book, template, text)
    return packed.getvalue()


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is written beside which rows, under which heading.

    Row numbers count from one, as spreadsheets show them; the headings stand in the row `titles`.
    """

    by_row: Mapping[int, str]
    heading: str
    titles: int


def write_back(sheet: Sheet, reasons: Reasons, *, only: bool) -> bytes:
    """The same file with a column of reasons; or of its lines only those that have one."""
    rows = _with_reasons(sheet, reasons, only=only)
    if sheet.kind is FileKind.TEXT:
        return _text(sheet, rows)
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, _OPTIONS) as book:
        page = book.add_worksheet("名册")
        text, bad = book.add_format({"num_format": "@"}), _marked(book)
        width = max((len(row) for row, _ in rows), default=1)
        page.set_column(0, width - 2, _WIDE, text)
        page.set_column(width - 1, width - 1, _WIDER, text)
        page.freeze_panes(reasons.titles, 0)
        for number, (row, reason) in enumerate(rows):
            for place, cell in enumerate(row):
                page.write_string(number, place, _plain(cell), bad if reason else text)
    return packed.getvalue()


def _with_reasons(sheet: Sheet, reasons: Reasons, *, only: bool) -> list[tuple[list[Cell], str]]:
    """The rows with one column more, each with its reason."""
    before = _place(sheet.rows[reasons.titles - 1], reasons.heading)  # Given back once already.
    width = max(len(row) for row in sheet.rows)
    found: list[tuple[list[Cell], str]] = []
    for number, row in enumerate(sheet.rows, start=1):
        reason = reasons.by_row.get(number, "")
        if only and number > reasons.titles and not reason:
            continue
        wide = [*row, *[""] * (width - len(row))]
        if before is not None:
            del wide[before]
        found.append(([*wide, reasons.heading if number == reasons.titles else reason], reason))
    return found


def _place(row: Sequence[Cell], heading: str) -> int | None:
    found = [_plain(cell) for cell in row]
    return found.index(heading) if heading in found else None


def _text(sheet: Sheet, rows: Sequence[tuple[list[Cell], str]]) -> bytes:
    written = io.StringIO(newline="")
    pen = csv.writer(written, delimiter=sheet.separator)
    pen.writerows([_plain(cell) for cell in row] for row, _ in rows)
    return written.getvalue().encode(sheet.encoding)


def _explain(book: Any, template: Template, text: Any) -> None:
    page = book.add_worksheet("填写说明")
    page.set_column(0, len(template.headings), _WIDE, text)
    for number, hint in enumerate(template.hints):
        page.write_string(number, 0, hint)
    below = len(template.hints) + 1
    page.write_string(below, 0, "例：")
    for place, (heading, cell) in enumerate(zip(template.headings, template.example, strict=True)):
        page.write_string(below + 1, place, heading, _bold(book))
        page.write_string(below + 2, place, cell, text)


def _bold(book: Any) -> Any:
    return book.add_format({"bold": True, "num_format": "@", "bg_color": "#E8F0FE", "border": 1})


def _marked(book: Any) -> Any:
    return book.add_format({"num_format": "@", "bg_color": "#FFF2CC"})


def _plain(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return text.removesuffix(".0") if isinstance(cell, Real) else text
