"""Layouts: the shapes in which merchants hand in files, and in which the bank answers each.

A bank agrees on one shape with each merchant; this one knows which it is by the name of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from shebao.sandbox.bank import signing

_WORDS: Final = {
    "0000": "成功", "1001": "账户余额不足支付", "1002": "账号已冻结", "1003": "已清户",
    "1004": "协议不存在", "1007": "账号与户名不符", "9999": "处理中",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """One collection a file asks for."""

    serial: int
    account_number: str
    holder: str
    fen: int
    protocol_no: str
    pay_no: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a collection ended: the bank's code, and its number of the money."""

    serial: int
    fen: int
    code: str
    reference: str
    time: str


@dataclass(frozen=True, slots=True)
class Whole:
    """What the first line of an answer says of all the others."""

    number: str
    day: str
    lines: int
    fen: int
    part: int
    parts: int


class Layout(Protocol):
    """One shape: how its files are read, and how its answers are written."""

    def rows(self, file: Path) -> Iterator[Wanted]:
        """What a file asks for, line by line."""

    def head(self, whole: Whole) -> bytes:
        """The first line of an answer."""

    def line(self, one: Ended) -> bytes:
        """The line of a collection."""

    def end(self, whole: Whole) -> bytes:
        """The last line of an answer; nothing, where none is wanted."""


@dataclass(frozen=True, slots=True)
class Separated:
    """Fields between bars; where each stands, and what marks the lines."""

    encoding: str
    mark: str  # Before every line of a collection, and the last; the head has its own.
    head_mark: str
    places: Mapping[str, int]
    codes: Mapping[str, str]  # What it calls our codes, where it calls them otherwise.

    def rows(self, file: Path) -> Iterator[Wanted]:
        """What a file asks for, line by line."""
        with file.open(encoding=self.encoding, newline="") as stream:
            next(stream)
            for line in stream:
                row = line.rstrip("\r\n").split("|")
                if self.mark and row[0] != self.mark:
                    continue
                found = {word: row[place] for word, place in self.places.items()}
                fen = signing.read_fen(found["amount"])
                yield Wanted(
                    int(found["serial"]), found["account"], found["name"], fen, found["protocol"],
                    found["pay_no"],
                )  # fmt: skip

    def head(self, whole: Whole) -> bytes:
        """The first line of an answer."""
        return self._written(
            self.head_mark, whole.number, whole.day, whole.lines, signing.yuan(whole.fen),
            whole.part, whole.parts,
        )  # fmt: skip

    def line(self, one: Ended) -> bytes:
        """The line of a collection."""
        code, says = self.codes.get(one.code, one.code), _WORDS[one.code]
        facts = (one.serial, signing.yuan(one.fen), code, says, one.reference, one.time)
        return self._written(*((self.mark,) if self.mark else ()), *facts)

    def end(self, whole: Whole) -> bytes:
        """The last line of an answer; nothing, where lines carry no mark."""
        return self._written("T", whole.lines, signing.yuan(whole.fen)) if self.mark else b""

    def _written(self, *facts: object) -> bytes:
        return ("|".join(map(str, facts)) + "\r\n").encode(self.encoding)


class Fixed:
    """Fields of so many bytes in GBK, amounts in fen."""

    _DEMAND: Final[Sequence[tuple[str, int]]] = (
        ("mark", 1), ("serial", 8), ("account", 32), ("name", 60), ("amount", 15),
        ("protocol", 28), ("pay_no", 29),
    )  # fmt: skip

    def rows(self, file: Path) -> Iterator[Wanted]:
        """What a file asks for, line by line."""
        with file.open("rb") as stream:
            next(stream)
            for raw in stream:
                found, at = {}, 0
                for word, width in self._DEMAND:
                    found[word] = raw[at : at + width].decode("gbk").strip()
                    at += width
                yield Wanted(
                    int(found["serial"]), found["account"], found["name"], int(found["amount"]),
                    found["protocol"], found["pay_no"],
                )  # fmt: skip

    def head(self, whole: Whole) -> bytes:
        """The first line of an answer."""
        counted = f"{whole.lines:08}{whole.fen:015}{whole.part:02}{whole.parts:02}"
        return f"1{whole.number:<24}{whole.day}{counted}\n".encode()

    def line(self, one: Ended) -> bytes:
        """The line of a collection."""
        says = _WORDS[one.code].encode("gbk").ljust(40)
        first = f"2{one.serial:08}{one.fen:015}{one.code}".encode()
        return first + says + f"{one.reference:<32}{one.time}\n".encode()

    def end(self, _whole: Whole) -> bytes:
        """No last line is wanted."""
        return b""


_PIPE: Final = Separated(
    encoding="gb18030", mark="D", head_mark="H", codes={},
    places={"serial": 1, "account": 2, "name": 3, "amount": 4, "protocol": 5, "pay_no": 6},
)  # fmt: skip
_BANK_TAX: Final = Separated(
    encoding="utf-8", mark="", head_mark="SB", codes={"0000": "00000", "9999": "00001"},
    places={"serial": 0, "name": 6, "account": 7, "protocol": 8, "amount": 9, "pay_no": 13},
)  # fmt: skip
_LAYOUTS: Final[Mapping[str, Layout]] = {"PK": _PIPE, "SB": _BANK_TAX, "DK": Fixed()}


def of_file(name: str) -> Layout:
    """The shape of a file with this name; the plain one, where nothing else was agreed."""
    return _LAYOUTS.get(name[:2], _PIPE)
