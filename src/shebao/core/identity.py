"""Identity: the certificates people show for themselves, and the numbers on them.

A number says when its owner was born and, mostly, their sex. Its first six digits name the place
that first registered them: that place may have been abolished since, the number stays for life,
so they are never compared with today's list. A person of 1949 with 330283 is as real as any.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shebao.core.person import masked_number
from shebao.core.refusals import Refusal

_DIGITS: Final = 18
_OLD_DIGITS: Final = 15
_FIRST_YEAR: Final = 1900
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_IGNORED: Final = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


class IdType(StrEnum):
    """A kind of certificate (身份证件类型), by the tax administration's code.

    Codes that begin with X are our own: no code of the administration is confirmed for them,
    so whoever talks to a system that has one maps it there.
    """

    RESIDENT = "201"  # 居民身份证
    FOREIGN_PASSPORT = "208"  # 外国护照
    HKMO_PERMIT = "210"  # 港澳居民来往内地通行证
    TAIWAN_PERMIT = "213"  # 台湾居民来往大陆通行证
    CHINESE_PASSPORT = "227"  # 中国护照
    FOREIGN_RESIDENT = "233"  # 外国人永久居留身份证
    HKMO_RESIDENCE = "X01"  # 港澳居民居住证
    TAIWAN_RESIDENCE = "X02"  # 台湾居民居住证
    HOUSEHOLD_REGISTER = "X03"  # 居民户口簿: a child's number stands in it before any card
    BIRTH_CERTIFICATE = "X04"  # 出生医学证明

    @property
    def label(self) -> str:
        """The certificate's own name, as people know it."""
        return _LABELS[self]


class Sex(StrEnum):
    """What the number says its owner is."""

    MALE = "M"  # 男
    FEMALE = "F"  # 女


_LABELS: Final[Mapping[IdType, str]] = {
    IdType.RESIDENT: "居民身份证",
    IdType.FOREIGN_PASSPORT: "外国护照",
    IdType.HKMO_PERMIT: "港澳居民来往内地通行证",
    IdType.TAIWAN_PERMIT: "台湾居民来往大陆通行证",
    IdType.CHINESE_PASSPORT: "中国护照",
    IdType.FOREIGN_RESIDENT: "外国人永久居留身份证",
    IdType.HKMO_RESIDENCE: "港澳居民居住证",
    IdType.TAIWAN_RESIDENCE: "台湾居民居住证",
    IdType.HOUSEHOLD_REGISTER: "居民户口簿",
    IdType.BIRTH_CERTIFICATE: "出生医学证明",
}

# Whose eighteen digits begin like this are a certificate of that kind, and of no other.
_BEGINNINGS: Final[Mapping[str, IdType]] = {
    "810000": IdType.HKMO_RESIDENCE,
    "820000": IdType.HKMO_RESIDENCE,
    "830000": IdType.TAIWAN_RESIDENCE,
    "9": IdType.FOREIGN_RESIDENT,
}
_NUMBERED: Final = frozenset(
    {
        IdType.RESIDENT,
        IdType.HOUSEHOLD_REGISTER,
        IdType.HKMO_RESIDENCE,
        IdType.TAIWAN_RESIDENCE,
        IdType.FOREIGN_RESIDENT,
    }
)
_FORMS: Final[Mapping[IdType, re.Pattern[str]]] = {
    IdType.FOREIGN_PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
    IdType.HKMO_PERMIT: re.compile(r"[HM](?:[0-9]{8}|[0-9]{10})"),
    IdType.TAIWAN_PERMIT: re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?"),
    IdType.CHINESE_PASSPORT: re.compile(r"[A-Z][A-Z0-9][0-9]{7}|1[45][0-9]{7}"),
    IdType.BIRTH_CERTIFICATE: re.compile(r"[A-Z][0-9]{9}"),
}
_OLD_FOREIGN_RESIDENT: Final = re.compile(r"[A-Z]{3}[0-9]{12}")


@dataclass(eq=False)
class IdMissing(Refusal):
    """No number was written."""

    id_type: IdType


@dataclass(eq=False)
class IdFifteenDigits(Refusal):
    """A first-generation number: its owner has a longer one since 1999, on the card."""


@dataclass(eq=False)
class IdLengthWrong(Refusal):
    """Characters are missing, or there are too many."""

    expected: int
    found: int


@dataclass(eq=False)
class IdCharacterWrong(Refusal):
    """A character stands where only a digit may stand; positions count from one."""

    position: int
    character: str


@dataclass(eq=False)
class IdBirthDateWrong(Refusal):
    """Digits 7 to 14 are not a day on which anybody now alive was born."""

    written: str


@dataclass(eq=False)
class IdCheckDigitWrong(Refusal):
    """The last character does not follow from the others: some digit was mistyped."""


@dataclass(eq=False)
class IdTypeDiffers(Refusal):
    """It is the number of another kind of certificate than the one chosen."""

    chosen: IdType
    seems: IdType


@dataclass(eq=False)
class IdFormUnknown(Refusal):
    """It is not written as numbers on that certificate are."""

    id_type: IdType
    found: int


@dataclass(frozen=True, slots=True, repr=False)
class IdNumber:
    """A certificate's number. It shows itself masked; ask for ``whole`` and mean it."""

    id_type: IdType
    whole: str

    def __post_init__(self) -> None:
        assert self.whole
        assert _IGNORED.search(self.whole) is None

    @property
    def masked(self) -> str:
        """The number as screens, logs and exports show it."""
        return masked_number(self.whole)

    @property
    def born(self) -> date | None:
        """The birthday, where the number carries one."""
        if not self._is_numbered:
            return None
        return date.fromisoformat(f"{self.whole[6:10]}-{self.whole[10:12]}-{self.whole[12:14]}")

    @property
    def sex(self) -> Sex | None:
        """The sex, where the number carries it: odd in the 17th place is male."""
        if not self._is_numbered:
            return None
        return Sex.MALE if int(self.whole[16]) % 2 else Sex.FEMALE

    def age_on(self, day: date) -> int | None:
        """Full years lived on a day, where the number carries the birthday."""
        born = self.born
        if born is None:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    @property
    def _is_numbered(self) -> bool:
        return self.id_type in _NUMBERED and len(self.whole) == _DIGITS

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"IdNumber({self.id_type.label} {self.masked})"


def parse_id(id_type: IdType, text: str, *, on: date) -> IdNumber:
    """Read a number as people write it, on a given day; refuse it with the exact reason.

    >>> parse_id(IdType.RESIDENT, "1101051949 1231002ｘ", on=date(2026, 11, 21))
    IdNumber(居民身份证 1101**********002X)
    """
    number = _IGNORED.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not number:
        raise IdMissing(id_type)
    if id_type not in _NUMBERED:
        if _FORMS[id_type].fullmatch(number) is None:
            raise IdFormUnknown(id_type, found=len(number))
    elif _OLD_FOREIGN_RESIDENT.fullmatch(number):
        _demand_same(id_type, IdType.FOREIGN_RESIDENT)
    else:
        _check_form(number)
        _demand_same(id_type, _kind_of(number, id_type))
        _check_birthday(number, on)
        if number[-1] != check_digit(number[:-1]):
            raise IdCheckDigitWrong
    return IdNumber(id_type, number)


def check_digit(seventeen: str) -> str:
    """Compute the last character of a number from the seventeen digits before it (GB 11643).

    >>> check_digit("11010519491231002")
    'X'
    """
    digits = (int(digit) for digit in seventeen)
    return _CHECKS[sum(map(int.__mul__, digits, _WEIGHTS)) % 11]


def _check_form(number: str) -> None:
    for position, character in enumerate(number, start=1):
        if character not in "0123456789X":
            raise IdCharacterWrong(position, character)
    if len(number) == _OLD_DIGITS and "X" not in number:
        raise IdFifteenDigits
    if len(number) != _DIGITS:
        raise IdLengthWrong(expected=_DIGITS, found=len(number))
    if "X" in number[:-1]:
        raise IdCharacterWrong(number.index("X") + 1, "X")


def _check_birthday(number: str, on: date) -> None:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        born = date(year, month, day)
    except ValueError:
        raise IdBirthDateWrong(number[6:14]) from None
    if born.year < _FIRST_YEAR or born > on:
        raise IdBirthDateWrong(number[6:14])


def _kind_of(number: str, chosen: IdType) -> IdType:
    for beginning, kind in _BEGINNINGS.items():
        if number.startswith(beginning):
            return kind
    return chosen if chosen is IdType.HOUSEHOLD_REGISTER else IdType.RESIDENT


def _demand_same(chosen: IdType, seems: IdType) -> None:
    if chosen is not seems:
        raise IdTypeDiffers(chosen, seems)
