"""Sources: every message there is to translate, found where it stands; nothing is marked.

The pages of payers, the words of refusals, and the texts in the modules that give pages words.
Clerks' pages are Chinese, and so is what only the command line says.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final

from shebao.web.language.catalogue import date_messages
from shebao.web.language.chinese import has_words
from shebao.web.language.pieces import in_other_words

_FOR_CLERKS: Final = frozenset(
    {"desk", "console", "collector", "roster", "books", "batch", "levy", "language"}
    | {"navigation.py", "difference.py"}
    | {"packing.py", "drawing.py", "person.py", "capitals.py", "journal.py"}
    | {"clerks.toml", "counter.toml", "books.toml", "levy.toml", "running.toml", "rosters.toml"}
)
_ROOMS: Final = ("web", "core", "operations")
# Payers read them too, in a room that is otherwise for others.
_ALONE: Final = ("core/desk/objection.py", "store/packs/benefit_schema.py")
# What others tell us, again and again in the same words.
_TOLD_US: Final = ("补缴 {year} 年", "演练银行")
_SAID: Final = ("says", "do", "link_text")
_DAY: Final = re.compile(r"\{(\w+):%Y\} 年 \{\1\.month\} 月 \{\1\.day\} 日")
_FACT: Final = re.compile(r"\{(\w+)\.(\w+)\}")


def messages() -> dict[str, list[str]]:
    """Every message, with the places where it stands, in the order of the places."""
    found: dict[str, list[str]] = {}
    for message in date_messages():
        found.setdefault(message, []).append("dates")
    for message in _TOLD_US:
        found.setdefault(message, []).append("told us")
    for room in _ROOMS:
        for place, file in _files(resources.files(f"shebao.{room}"), room):
            _keep(found, place, file)
    for place in _ALONE:
        _keep(found, place, resources.files("shebao") / place)
    return found


def _keep(found: dict[str, list[str]], place: str, file: Traversable) -> None:
    for message in _in_file(file):
        places = found.setdefault(message, [])
        if place not in places:
            places.append(place)


def template_messages(text: str) -> list[str]:
    """The messages of one template."""
    found: list[str] = []
    in_other_words(text, found.append)
    return found


def _files(folder: Traversable, place: str) -> Iterator[tuple[str, Traversable]]:
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        if one.name in _FOR_CLERKS:
            continue
        if one.is_dir():
            yield from _files(one, f"{place}/{one.name}")
        else:
            yield f"{place}/{one.name}", one


def _in_file(file: Traversable) -> Iterator[str]:
    match file.name.rpartition(".")[2]:
        case "html":
            yield from template_messages(file.read_text("utf-8"))
        case "toml":
            yield from _in_entries(tomllib.loads(file.read_text("utf-8")))
        case "py":
            yield from _in_module(ast.parse(file.read_text("utf-8")))


def _in_entries(entries: dict[str, Any]) -> Iterator[str]:
    """What refusals say, also in other words for some value of a fact."""
    for name, value in entries.items():
        if isinstance(value, dict):
            yield from _in_entries(value)
        elif name in _SAID and has_words(value):
            yield _FACT.sub(_as_gap, _DAY.sub(r"{\1}", value))


def _as_gap(found: re.Match[str]) -> str:
    """A part of a fact, as a gap: {id_type.label} is {id_type_label}."""
    return f"{{{found[1]}_{found[2]}}}"


def _in_module(tree: ast.Module) -> Iterator[str]:
    """The Chinese texts of a module; what changes in an f-string becomes a gap."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):  # A docstring.
            inside.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            inside |= {id(value) for value in node.values}
            message = _sentence(node)
            if has_words(message):
                yield message
        elif isinstance(node, ast.Constant) and id(node) not in inside and _words(node):
            yield str(node.value)


def _words(node: ast.Constant) -> bool:
    return isinstance(node.value, str) and has_words(node.value)


def _sentence(node: ast.JoinedStr) -> str:
    parts, count = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        elif isinstance(value, ast.FormattedValue):
            count += 1
            parts.append(f"{{{_gap(value.value, count)}}}")
    return "".join(parts)


def _gap(value: ast.expr, count: int) -> str:
    """A name for what changes in a sentence."""
    names = [one.attr for one in ast.walk(value) if isinstance(one, ast.Attribute)]
    names += [one.id for one in ast.walk(value) if isinstance(one, ast.Name)]
    name = names[0] if names else "word"
    return name if count == 1 else f"{name}_{count}"
