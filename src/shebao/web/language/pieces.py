"""Pieces: cuts a template into what people read and what they do not, and says the former anew.

Nothing is marked in a template. What stands between two tags is one message, with its expressions
as ``{names}``; so is an attribute that is read aloud or shown; so is every Chinese text inside
an expression. The same cut finds the messages for the catalogue and puts their translations in.
What an expression gives goes through the filter ``told`` on its way to the reader.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from shebao.web.language.chinese import has_words, is_chinese

Say: TypeAlias = Callable[[str], str | None]

TOLD: Final = "told"
_UNREAD: Final = re.compile(
    r"\{#.*?#\}|\{%.*?%\}|<[a-zA-Z/!](?:\{\{.*?\}\}|\{%.*?%\}|[^>{]|\{(?![{%]))*>", re.DOTALL
)
_READ_ALOUD: Final = re.compile(
    r'(?P<before>\s(?:title|aria-label|placeholder|alt|data-busy|data-unit)=")(?P<text>[^"]*)"'
)
_STATEMENT: Final = re.compile(r"(\{%.*?%\})", re.DOTALL)
_EXPRESSION: Final = re.compile(r"(\{\{.*?\}\})", re.DOTALL)
_INSIDE: Final = re.compile(r"\{\{(-?)\s*(.*?)\s*(-?)\}\}", re.DOTALL)
_LITERAL: Final = re.compile(
    r"(?P<compared>[!=]=\s*)?(?P<quote>['\"])(?P<text>[^'\"\\]*)(?P=quote)"
)
_NAMES: Final = re.compile(r"[a-z_]\w*(?:\.\w+)*")
_NO_NAMES: Final = frozenset({"if", "else", "not", "and", "or", "is", "defined", "none"})
_PICTURE: Final = "{{ icon("


def in_other_words(source: str, say: Say) -> str:
    """A template with what people read said in other words, where `say` has any."""
    parts, here = [], 0
    for found in _UNREAD.finditer(source):
        parts += [_run(source[here : found.start()], say), _kept(found[0], say)]
        here = found.end()
    return "".join([*parts, _run(source[here:], say)])


def _kept(text: str, say: Say) -> str:
    """A tag, a comment or a statement; only what is read of it is said anew."""
    if text.startswith("{#"):
        return text
    if text.startswith("{%"):
        return _literals(text, say)
    return _READ_ALOUD.sub(
        lambda found: f'{found["before"]}{_attribute(found["text"], say)}"', text
    )


def _attribute(text: str, say: Say) -> str:
    """What is read of a tag; a statement inside it parts one message from the next."""
    parts = _STATEMENT.split(text)
    return "".join(
        _literals(part, say) if part.startswith("{%") else _run(part, say, quote=True)
        for part in parts
    )


def _run(text: str, say: Say, *, quote: bool = False) -> str:
    """What stands between two tags, or in an attribute that is read."""
    if not text.strip():
        return text
    parts = _EXPRESSION.split(text)
    first, last = _middle(parts)
    message, names = _message(parts[first:last])
    bare = message.strip()
    said = say(bare) if is_chinese(_without(bare)) else None
    new = html.escape(html.unescape(said), quote=quote) if said is not None else bare
    for name, expression in names.items():
        new = new.replace(f"{{{name}}}", _told(expression, say))
    head, tail = "".join(parts[:first]), "".join(parts[last:])
    lead = message[: len(message) - len(message.lstrip())]
    rest = message[len(message.rstrip()) :] if bare else ""
    return f"{head}{lead}{new}{rest}{tail}"


def _middle(parts: Sequence[str]) -> tuple[int, int]:
    """Where the words begin and end: pictures before and after them are no part of them."""
    first, last = 0, len(parts)
    while first < last and (parts[first].startswith(_PICTURE) or not parts[first].strip()):
        first += 1
    while last > first and (parts[last - 1].startswith(_PICTURE) or not parts[last - 1].strip()):
        last -= 1
    if first < last and first and not parts[first - 1].strip():
        first -= 1
    return first, last


def _message(parts: Sequence[str]) -> tuple[str, dict[str, str]]:
    """A message with ``{names}`` for its expressions, and those."""
    names: dict[str, str] = {}
    text = []
    for part in parts:
        if _EXPRESSION.fullmatch(part):
            name = _name(part, names)
            names[name] = part
            text.append(f"{{{name}}}")
        else:
            text.append(part)
    return "".join(text), names


def _name(expression: str, taken: dict[str, str]) -> str:
    """A name for an expression that tells a translator what it is."""
    bare = _LITERAL.sub("", expression)
    found = [name for name in _NAMES.findall(bare) if name not in _NO_NAMES]
    name = stem = found[0].rpartition(".")[2] if found else "word"
    count = 1
    while name in taken:
        count += 1
        name = f"{stem}_{count}"
    return name


def _without(message: str) -> str:
    return re.sub(r"\{\w+\}", "", message)


def _told(expression: str, say: Say) -> str:
    """An expression whose texts are said anew, and whose value will be told."""
    found = _INSIDE.fullmatch(expression)
    assert found is not None, expression
    left, inside, right = found.groups()
    return f"{{{{{left} ({_literals(inside, say)})|{TOLD} {right}}}}}"


def _literals(code: str, say: Say) -> str:
    """Code with its Chinese texts said anew; what is only compared stays."""

    def again(found: re.Match[str]) -> str:
        if found["compared"] or not has_words(found["text"]):
            return found[0]
        said = say(found["text"])
        if said is None:
            return found[0]
        safe = said.replace("\\", "\\\\").replace(found["quote"], f"\\{found['quote']}")
        return f"{found['quote']}{safe}{found['quote']}"

    return _LITERAL.sub(again, code)
