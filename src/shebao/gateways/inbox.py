"""Inbox: files of banks and the treasury that somebody drops into a folder for us.

No two banks write alike, so how one writes is a file of its own: ``statements/<source>.toml`` in
the pack of a region, or of ``cn`` for everybody. A format says which column is what, and which
words of a purpose mean which settlement.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from shebao.core.books.statement import (
    BadLine,
    LineKind,
    StatementLine,
    StatementNotReady,
    StatementUnreadable,
)
from shebao.core.money import Money
from shebao.gateways import sheet

BASELINE: Final = "cn"
FOLDER: Final = "statements"
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_NOUGHT: Final = Money(0)


class Purpose(BaseModel):
    """Words of a purpose (摘要, 附言), and what a line with them is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str
    means: str


class Format(BaseModel):
    """How one sender writes: every column by its heading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: str
    delimiter: str = ","
    skip: int = 0  # Lines before the headings.
    happened_at: str
    time: str
    reference: str
    amount: str
    fee: str | None = None
    our_id: str | None = None
    purpose: str | None = None
    direction: str | None = None
    outwards: tuple[str, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    names: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sender whose files come by hand."""

    source: str
    format: Format

    async def fetch_statement(self, day: date, into: Path) -> None:
        """Nobody can be asked for it: somebody brings it."""
        raise StatementNotReady(self.source, f"{day} ({into.name})")

    def read_statement(self, file: Path) -> Iterator[StatementLine | BadLine]:
        """The lines of a file, one after the other; StatementUnreadable when it is not one."""
        with file.open(encoding=self.format.encoding, newline="") as text:
            for _ in range(self.format.skip):
                next(text, None)
            rows = csv.reader(text, delimiter=self.format.delimiter)
            try:
                reading = _Reading(self.format, next(rows, []))
                for number, row in enumerate(rows, start=self.format.skip + 2):
                    if any(cell.strip() for cell in row):
                        yield reading.line(number, row)
            except UnicodeDecodeError as wrong:
                says = f"不是 {self.format.encoding} 编码"
                raise StatementUnreadable(self.source, says) from wrong
            except KeyError as missing:
                raise StatementUnreadable(self.source, f"没有{missing.args[0]}一列") from missing


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where files are dropped, and how those who cannot be asked for them write."""

    folder: Path = Path(FOLDER)
    formats: Mapping[tuple[str, str], Dropped] = field(default_factory=dict)

    def of(self, region_code: str, source: str) -> Dropped | None:
        """How a source writes for a region, or for everybody."""
        own = self.formats.get((region_code, source))
        return own or self.formats.get((BASELINE, source))


def load_inbox(folder: Path, policies: Path) -> Inbox:
    """Every format of every pack; what is wrong with one is said when we start."""
    formats = {}
    for path in sorted(policies.glob(f"*/{FOLDER}/*.toml")):
        written = Format.model_validate(tomllib.loads(path.read_text("utf-8")))
        formats[path.parent.parent.name, path.stem] = Dropped(path.stem, written)
    return Inbox(folder, formats)


class _Reading:
    """One file being read: where its columns are."""

    def __init__(self, written: Format, headings: Sequence[str]) -> None:
        self._format = written
        places = {heading.strip().lstrip("\ufeff"): at for at, heading in enumerate(headings)}
        named = (
            written.happened_at,
            written.reference,
            written.amount,
            written.fee,
            written.our_id,
            written.purpose,
            written.direction,
        )
        self._places = [None if name is None else places[name] for name in named]
        self._purposes = [(re.compile(one.words), one.means) for one in written.purposes]

    def line(self, number: int, row: Sequence[str]) -> StatementLine | BadLine:
        """One line; a bad one as it stands, with the reason."""
        try:
            return self._line(number, row)
        except (ValueError, IndexError) as wrong:
            return BadLine(number, self._format.delimiter.join(row), f"看不懂：{wrong}")

    def _line(self, number: int, row: Sequence[str]) -> StatementLine:
        when, reference, amount, fee, our_id, purpose, direction = (
            "" if place is None else row[place].strip() for place in self._places
        )
        money = sheet.amount(amount.replace(",", ""))
        outwards = direction in self._format.outwards if direction else money < _NOUGHT
        return StatementLine(
            line=number,
            kind=LineKind.REFUND if outwards else LineKind.PAYMENT,
            our_id=our_id or self._meant(purpose),
            reference=reference,
            amount=-money if money < _NOUGHT else money,
            fee=sheet.fee(fee) if fee else _NOUGHT,
            happened_at=datetime.strptime(when, self._format.time).replace(tzinfo=_SHANGHAI),
        )

    def _meant(self, purpose: str) -> str:
        for words, means in self._purposes:
            if found := words.search(purpose):
                named = {
                    name: self._format.names.get(value or "", value or "")
                    for name, value in found.groupdict().items()
                }
                return means.format(**named).removesuffix("-")
        return ""
