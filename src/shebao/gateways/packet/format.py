"""Format (文件格式): how one bank wants its lines written and writes its answers, as a table.

Lines are separated by a character or have fixed widths in bytes. A field is a fixed text or one
of the words below; a number is filled with noughts on its left, a text with blanks on its right.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

FOLDER: Final = "formats"
PAID: Final = "paid"
UNKNOWN: Final = "unknown"
Word = Literal[
    "number", "day", "count", "total", "part", "parts", "serial", "account", "name", "id_number",
    "amount", "agreement", "attempt", "code", "says", "reference", "time", "tax_office", "project",
    "ignored",
]  # fmt: skip
_NUMBERS: Final = frozenset({"count", "total", "part", "parts", "serial", "amount"})


class Piece(BaseModel):
    """One field of a line: a fixed text, or what it says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = ""
    word: Word | None = None
    width: Annotated[int, Field(ge=1, le=400)] | None = None

    @property
    def is_number(self) -> bool:
        """Whether it is filled with noughts on its left."""
        return self.word in _NUMBERS


class Shape(BaseModel):
    """The lines of a file: its head, one each, and perhaps its end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    header: Annotated[tuple[Piece, ...], Field(min_length=1)]
    detail: Annotated[tuple[Piece, ...], Field(min_length=1)]
    trailer: tuple[Piece, ...] = ()


class Format(BaseModel):
    """How one bank writes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    encoding: Literal["gbk", "gb18030", "utf-8"]
    separator: Annotated[str, Field(max_length=1)] = ""  # Empty: fixed widths.
    line_end: Literal["\n", "\r\n"] = "\r\n"
    amounts: Literal["yuan", "fen"] = "yuan"
    file_name: str
    demand: Shape
    answer: Shape
    codes: Mapping[str, str]  # The bank's codes: paid, unknown, or one of our reasons.
    projects: Mapping[str, str] = {}  # 征收项目, by scheme.

    @model_validator(mode="after")
    def _fixed_means_widths(self) -> Format:
        if not self.separator and any(
            piece.width is None
            for shape in (self.demand, self.answer)
            for piece in (*shape.header, *shape.detail, *shape.trailer)
        ):
            raise ValueError("没有分隔符的格式，每一项都要写宽度 width")
        return self

    @property
    def says_everything(self) -> bool:
        """Whether its set has every character there is."""
        return self.encoding != "gbk"

    @property
    def needs_id_numbers(self) -> bool:
        """Whether a demand names the payer's certificate."""
        return any(piece.word == "id_number" for piece in self.demand.detail)


def load_formats(policies: Path) -> Mapping[str, Format]:
    """Every format of every pack, by the name of its file."""
    return {
        path.stem: Format.model_validate(tomllib.loads(path.read_text("utf-8")))
        for path in sorted(policies.glob(f"*/{FOLDER}/*.toml"))
    }
