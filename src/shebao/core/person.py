"""Person (人): a name and a telephone number as people write them, and how we hide them.

A name is kept as its owner writes it: rare characters, · between the parts of a name, letters
for foreigners. Only what a keyboard adds by accident is taken away. What is hidden follows one
rule everywhere: screens, logs and exports show 王*芳, 3302**********1234 and 138****1234.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from shebao.core.refusals import Refusal

NAME_LENGTH_MAX: Final = 60
DOT: Final = "\u00b7"  # 间隔号, the one dot that identity cards carry.

_DOTS: Final = "\u2022\u2027\u2219\u22c5\u30fb\uff65\u25cf\u2024\uff0e\u0387"
_IDEOGRAPHS: Final = (
    "\u3007\u3400-\u4dbf\u4e00-\u9fff\ufa0e-\ufa29"  # 〇, extension A, the basic block
    "\U00020000-\U0002a6df\U0002a700-\U0002ebe0\U0002ebf0-\U0002ee5d"  # extensions B to F, and I
    "\U00030000-\U0003347f"  # extensions G, H and J
)
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufe00-\ufe0f]")
_LEGACY: Final = re.compile("[\u2f00-\u2fdf\uf900-\ufa0d\ufa2a-\ufad9\U0002f800-\U0002fa1d]")
_ROMAN: Final = re.compile("[\uff21-\uff3a\uff41-\uff5a]")
_HAN: Final = re.compile(f"[{_IDEOGRAPHS}]")
_PUNCTUATION: Final = " -'’.,"
_SPACE_BY_HAN: Final = re.compile(f"(?<=[{_IDEOGRAPHS}{DOT}]) +| +(?=[{_IDEOGRAPHS}{DOT}])")
_DOT_BY_HAN: Final = re.compile(rf"(?<=[{_IDEOGRAPHS}])\.(?=[{_IDEOGRAPHS}])")
_PHONE: Final = re.compile(r"1[3-9][0-9]{9}")
_COMPOUND_SURNAME: Final = re.compile(
    "欧阳|司马|上官|诸葛|夏侯|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|司空|轩辕|端木|独孤|南宫|申屠|"
    "百里|呼延|鲜于|万俟|赫连|澹台|公冶|宗政|濮阳|淳于|单于|太叔|闻人|闾丘|钟离|西门|第五|拓跋|公羊|谷梁|"
    "乐正|亓官|仲孙|南门|东郭|微生|梁丘|左丘|东门|公西|纳兰|完颜|耶律|叶赫"
)


@dataclass(eq=False)
class NameMissing(Refusal):
    """No name was written."""


@dataclass(eq=False)
class NameTooLong(Refusal):
    """The name is longer than any certificate carries."""

    most: int
    found: int


@dataclass(eq=False)
class NameWrong(Refusal):
    """A character stands in the name that no name contains; positions count from one."""

    position: int
    character: str


@dataclass(eq=False)
class PhoneWrong(Refusal):
    """It is not a mobile number of the mainland: eleven digits, from 13 to 19."""

    found: int


def parse_name(text: str) -> str:
    """Read a name, taking away what the keyboard added and keeping what its owner wrote.

    >>> parse_name(" 阿依古丽•买买提 ")
    '阿依古丽·买买提'
    """
    name = _tidied(text)
    if not name:
        raise NameMissing
    if len(name) > NAME_LENGTH_MAX:
        raise NameTooLong(most=NAME_LENGTH_MAX, found=len(name))
    for position, character in enumerate(name, start=1):
        if not _may_stand_in_a_name(character):
            raise NameWrong(position, character)
    for position in (1, len(name)):
        if name[position - 1] in DOT + _PUNCTUATION.replace(".", ""):
            raise NameWrong(position, name[position - 1])
    return name


def parse_phone(text: str) -> str:
    """Read a mobile number, written with spaces, dashes or +86 or without."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))
    digits = re.sub(r"^(\+|00)86(?=1)", "", digits)
    if _PHONE.fullmatch(digits) is None:
        raise PhoneWrong(found=sum(character.isdigit() for character in digits))
    return digits


def masked_name(name: str) -> str:
    """Hide a name but for its surname and its last character: 李*, 王*芳, 欧阳*.

    >>> masked_name("王小芳"), masked_name("阿依古丽·买买提")
    ('王*芳', '阿***·**提')
    """
    if len(name) <= 1:
        return "*" * len(name)
    surname = _COMPOUND_SURNAME.match(name)
    kept_first = 2 if surname and len(name) > surname.end() else 1
    kept_last = 1 if len(name) > kept_first + 1 else 0
    hidden = name[kept_first : len(name) - kept_last]
    stars = re.sub(rf"[^{DOT} ]", "*", hidden)
    return name[:kept_first] + stars + name[len(name) - kept_last :]


def masked_number(number: str) -> str:
    """Hide a certificate's number but for its ends: 3302**********1234, E1*****78.

    >>> masked_number("330283194912310022")
    '3302**********0022'
    """
    kept = min(4, len(number) // 4)
    return number[:kept] + "*" * (len(number) - 2 * kept) + number[len(number) - kept :]


def masked_phone(phone: str) -> str:
    """Hide the middle of a mobile number: 138****1234."""
    if _PHONE.fullmatch(phone) is None:
        return masked_number(phone)
    return f"{phone[:3]}****{phone[7:]}"


def _tidied(text: str) -> str:
    # Full-width letters and old code points for the same character come from input methods and
    # from text copied out of a PDF. Only they are normalised: doing so to a whole name would
    # replace characters that its owner's certificate really carries.
    text = _INVISIBLE.sub("", text)
    text = _LEGACY.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = _ROMAN.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    text = text.translate({ord(dot): DOT for dot in _DOTS})
    return _DOT_BY_HAN.sub(DOT, _SPACE_BY_HAN.sub("", text))


def _may_stand_in_a_name(character: str) -> bool:
    return (
        _HAN.fullmatch(character) is not None
        or character in DOT + _PUNCTUATION
        or unicodedata.category(character) in {"Lu", "Ll", "Mn"}
    )
