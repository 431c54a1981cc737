"""Fonts: where the characters of a document come from, and which ones nobody can draw.

The font comes with pip (Noto Sans CJK, one file with every weight, under the SIL Open Font
License), so a receipt looks the same on every machine. An operator whose residents bear names
beyond it puts further fonts into the ``fonts`` folder of the program's home.
"""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import typst

FAMILY: Final = "Noto Sans CJK SC"

_PACKAGE: Final = "manimgx_fonts_cjk"
_SUFFIXES: Final = frozenset({".ttf", ".otf", ".ttc", ".otc"})
_SEGMENTED_COVERAGE: Final = 12  # The only cmap format that reaches beyond 65,536 characters.
_NEVER_DRAWN: Final = frozenset({"Cc", "Cf", "Co", "Cs"})  # Controls, private use, halves.


@dataclass(frozen=True, slots=True)
class FontShelf:
    """Fonts ready for typesetting, and the stretches of characters they cover."""

    fonts: typst.Fonts
    families: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def covers(self, character: str) -> bool:
        """Tell whether some font draws this character."""
        if character.isspace():
            return True
        if unicodedata.category(character) in _NEVER_DRAWN:
            return False
        stretch = bisect_right(self.starts, ord(character)) - 1
        return stretch >= 0 and ord(character) <= self.ends[stretch]

    def uncovered(self, text: str) -> str:
        """Pick the characters that no font draws, each once, in their order."""
        return "".join(dict.fromkeys(sign for sign in text if not self.covers(sign)))


def load_fonts(extra: Path | None = None) -> FontShelf:
    """Load the font that comes with pip, then those an operator added."""
    folders = [_package_folder()]
    if extra is not None and extra.is_dir():
        folders.append(extra)
    files = sorted(
        file for folder in folders for file in folder.iterdir() if file.suffix in _SUFFIXES
    )
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders],
    )
    others = sorted(set(fonts.families()) - {FAMILY} - _siblings(fonts))
    stretches = _merged(stretch for file in files for stretch in _coverage(file))
    return FontShelf(
        fonts,
        (FAMILY, *others),
        tuple(start for start, _ in stretches),
        tuple(end for _, end in stretches),
    )


def _package_folder() -> Path:
    spec = find_spec(_PACKAGE)
    assert spec is not None, f"the font package {_PACKAGE} is not installed: pip install it"
    assert spec.origin is not None
    return Path(spec.origin).parent


def _siblings(fonts: typst.Fonts) -> set[str]:
    # The Japanese, Korean and Taiwanese faces of the same file draw some characters otherwise
    # than people on the mainland write them.
    return {family for family in fonts.families() if family.startswith("Noto Sans CJK")}


def _merged(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _coverage(file: Path) -> list[tuple[int, int]]:
    """Read which characters a font file maps to glyphs (its first face, when it has several)."""
    font = file.read_bytes()
    start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    (tables,) = struct.unpack_from(">H", font, start + 4)
    for tag, _, offset, _ in struct.iter_unpack(
        ">4sIII", font[start + 12 : start + 12 + 16 * tables]
    ):
        if tag == b"cmap":
            return _segments(font, offset)
    return []


def _segments(font: bytes, cmap: int) -> list[tuple[int, int]]:
    (subtables,) = struct.unpack_from(">H", font, cmap + 2)
    for _, _, offset in struct.iter_unpack(">HHI", font[cmap + 4 : cmap + 4 + 8 * subtables]):
        table = cmap + offset
        if struct.unpack_from(">H", font, table)[0] == _SEGMENTED_COVERAGE:
            (groups,) = struct.unpack_from(">I", font, table + 12)
            body = font[table + 16 : table + 16 + 12 * groups]
            return [(first, last) for first, last, _ in struct.iter_unpack(">III", body)]
    return []
