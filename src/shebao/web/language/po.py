"""PO: reads and writes catalogues as gettext's tools and every translation editor do."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_KEYS: Final = ("msgid", "msgstr")
_COMMENT: Final = "#:"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message, what is said instead (nothing yet, if empty), and where it is read."""

    message: str
    said: str = ""
    places: tuple[str, ...] = ()


def read_po(text: str) -> list[Entry]:
    """Every entry of a catalogue, the heading first (its message is empty)."""
    entries: list[Entry] = []
    found: dict[str, list[str]] = {}
    places: list[str] = []
    key = ""
    for line in [*text.splitlines(), ""]:
        word, _, rest = line.partition(" ")
        if word in _KEYS:
            key = word
            found[key] = [ast.literal_eval(rest)]
        elif line.startswith('"'):
            found[key].append(ast.literal_eval(line))
        elif word == _COMMENT:
            places.append(rest)
        elif not line and "msgid" in found:
            said = "".join(found.get("msgstr", []))
            entries.append(Entry("".join(found["msgid"]), said, tuple(places)))
            found, places = {}, []
    return entries


def write_po(heading: str, entries: Iterable[Entry]) -> str:
    """A catalogue as a file, in the order given."""
    lines = _entry(Entry("", heading))
    for entry in entries:
        lines += ["", *_entry(entry)]
    return "\n".join(lines) + "\n"


def headings(heading: str) -> Mapping[str, str]:
    """What the heading says, such as Language: en."""
    pairs = (line.partition(": ") for line in heading.splitlines())
    return {name: value for name, _, value in pairs}


def _entry(entry: Entry) -> list[str]:
    places = [f"{_COMMENT} {place}" for place in entry.places]
    return [*places, *_quoted("msgid", entry.message), *_quoted("msgstr", entry.said)]


def _quoted(key: str, text: str) -> Sequence[str]:
    """A text as the file writes it, a line of its own for each of several lines."""
    lines = text.splitlines(keepends=True)
    if len(lines) <= 1:
        return [f"{key} {_string(text)}"]
    return [f'{key} ""', *map(_string, lines)]


def _string(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{safe}"'
