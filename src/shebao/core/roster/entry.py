"""Entry (名册里的一行): what a line of the file says of one person, read or refused.

Spreadsheets spoil numbers: eighteen digits kept as a number lose the last three for good. Such a
cell is told apart from a mistyped one, because it is put right in another way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from numbers import Real
from operator import mul
from typing import Final, TypeAlias

from shebao.core.identity import IdNumber, IdType, check_digit, parse_id
from shebao.core.person import parse_name
from shebao.core.refusals import Refusal

Cell: TypeAlias = object  # A text, a number, a day or nothing, as the file has it.

NAME: Final = "姓名"
ID_TYPE: Final = "证件类型"
NUMBER: Final = "证件号码"
CATEGORY: Final = "人员类别"
DISTRICT: Final = "区县"
GROUP: Final = "班级或组"
REASON: Final = "原因"
HEADINGS: Final = (NAME, NUMBER, ID_TYPE, CATEGORY, DISTRICT, GROUP)
NEEDED: Final = (NAME, NUMBER)
# Other words people write above a column.
ALSO: Final[Mapping[str, str]] = {
    "学生姓名": NAME,
    "名字": NAME,
    "身份证号": NUMBER,
    "身份证号码": NUMBER,
    "公民身份号码": NUMBER,
    "类别": CATEGORY,
    "区": DISTRICT,
    "所属区": DISTRICT,
    "班级": GROUP,
    "组别": GROUP,
    "村民小组": GROUP,
}
GROUP_LETTERS_MOST: Final = 30
_KEPT_DIGITS: Final = 15  # Of a number, by a spreadsheet.
_POWER: Final = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?1[0-9]")
_ZEROS: Final = re.compile(r"[0-9]{15}000")
_DIGITS: Final = 18
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_NOUGHTS: Final = ord("0") * sum(_WEIGHTS)
_PLAIN_NAME: Final = re.compile("[\u4e00-\u9fa5]{2,6}")
_OTHER_KINDS: Final = ("8", "9")  # Numbers that begin so are of other certificates.
_ID_TYPES: Final[Mapping[str, IdType]] = {
    **{kind.label: kind for kind in IdType},
    **{str(kind): kind for kind in IdType},
    "": IdType.RESIDENT,
    "身份证": IdType.RESIDENT,
    "户口簿": IdType.HOUSEHOLD_REGISTER,
}


@dataclass(eq=False)
class NumberSpoiled(Refusal):
    """A spreadsheet kept the number as a number, and its last digits are gone."""


@dataclass(eq=False)
class IdTypeUnknown(Refusal):
    """There is no such kind of certificate."""

    written: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as the file has them."""

    line: int
    name: str
    number: IdNumber
    category: str
    district: str
    group: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each of our headings stands in a file."""

    places: Mapping[str, int]

    @classmethod
    def find(cls, headings: Sequence[Cell]) -> Columns:
        """Find our headings among those of a file; the first of two that mean the same."""
        places: dict[str, int] = {}
        for place, cell in enumerate(headings):
            heading = text_of(cell).rstrip("*＊（必填）").strip()
            places.setdefault(ALSO.get(heading, heading), place)
        return cls({name: places[name] for name in HEADINGS if name in places})

    @property
    def missing(self) -> tuple[str, ...]:
        """What must be there and is not."""
        return tuple(name for name in NEEDED if name not in self.places)

    def cell(self, row: Sequence[Cell], name: str) -> Cell:
        """What a row has in a column; nothing, where it is shorter."""
        place = self.places.get(name)
        return "" if place is None or place >= len(row) else row[place]


def read_entry(line: int, row: Sequence[Cell], columns: Columns, *, on: date) -> Entry:
    """Read one line, on a given day. Raises what is wrong with it, the worst first."""
    kind = _id_type(text_of(columns.cell(row, ID_TYPE)))
    number = _number(kind, columns.cell(row, NUMBER), on)
    name = text_of(columns.cell(row, NAME))
    return Entry(
        line=line,
        name=name if _PLAIN_NAME.fullmatch(name) else parse_name(name),
        number=number,
        category=text_of(columns.cell(row, CATEGORY)),
        district=text_of(columns.cell(row, DISTRICT)),
        group=group_of(row, columns),
    )


def group_of(row: Sequence[Cell], columns: Columns) -> str:
    """The class or the group a line is of, also where the rest of it cannot be read."""
    return text_of(columns.cell(row, GROUP))[:GROUP_LETTERS_MOST]


def text_of(cell: Cell) -> str:
    """A cell as text: 3 for 3.0, as a person sees it."""
    if isinstance(cell, str):
        return cell.strip()
    text = "" if cell is None else str(cell)
    return text.removesuffix(".0") if isinstance(cell, Real) else text


def _id_type(written: str) -> IdType:
    try:
        return _ID_TYPES[written]
    except KeyError:
        raise IdTypeUnknown(written) from None


def _number(kind: IdType, cell: Cell, on: date) -> IdNumber:
    text = text_of(cell).lstrip("'")
    if isinstance(cell, Real) and len(text) > _KEPT_DIGITS:
        raise NumberSpoiled
    if _sound(kind, text, on):  # Nearly all of them: the long way is only for who is wrong.
        return IdNumber(kind, text)
    if _POWER.fullmatch(text) or (_ZEROS.fullmatch(text) and check_digit(text[:-1]) != text[-1]):
        raise NumberSpoiled
    return parse_id(kind, text, on=on)


def _sound(kind: IdType, text: str, on: date) -> bool:
    """Whether this is an eighteen-digit number of a resident with nothing to say against it."""
    if len(text) != _DIGITS or kind is not IdType.RESIDENT or text.startswith(_OTHER_KINDS):
        return False
    digits = text[:-1]
    if not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(map(mul, digits.encode(), _WEIGHTS)) - _NOUGHTS
    return _CHECKS[total % 11] == text[-1] and _born(text[6:14], on)


@lru_cache(maxsize=50_000)
def _born(digits: str, on: date) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= born <= on
