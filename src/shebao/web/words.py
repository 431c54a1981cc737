"""Words: what a person reads when the answer is no, from ``messages/``, one entry a code.

An entry says what happened and what to do next, may point to a page, and may say it in other
words for some value of a fact: what stands under ``when``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any, Final

from shebao.core.channel import Method
from shebao.core.identity import IdType
from shebao.core.refusals import Refusal
from shebao.operations.issue_receipts import METHOD_NAMES
from shebao.web.drawing import commas


@dataclass(frozen=True, slots=True)
class Words:
    """What a refusal says, what to do now, and where that can be done."""

    code: str
    says: str
    do: str
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one field of a form."""

    field: str
    words: Words


class Mistakes(Exception):  # noqa: N818  Not an error: several refusals of one form.
    """What is wrong with a form, all of it at once."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(*refusals)
        self.refusals = refusals


def load_messages() -> Mapping[str, Mapping[str, Any]]:
    """Read every entry of every subject, by code."""
    folder = resources.files("shebao.web") / "messages"
    subjects = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    entries = [tomllib.loads(subject.read_text("utf-8")) for subject in subjects]
    messages = {code: entry for of_one in entries for code, entry in of_one.items()}
    assert len(messages) == sum(map(len, entries)), "a code has words in two files"
    return messages


_MESSAGES: Final = load_messages()


def words_of(refusal: Refusal) -> Words:
    """The words of a refusal, with its facts in them."""
    entry = _MESSAGES[refusal.code]
    for fact, by_value in entry.get("when", {}).items():
        entry = {**entry, **by_value.get(str(getattr(refusal, fact)), {})}
    facts = {name: _readable(name, fact) for name, fact in vars(refusal).items()}
    said = {part: _spelled(entry.get(part, ""), facts) for part in ("says", "do", "link")}
    return Words(refusal.code, **said, link_text=entry.get("link_text", ""))


def field_of(refusal: Refusal) -> str | None:
    """The field of a form that a refusal is about, if it is about one."""
    field: str | None = _MESSAGES[refusal.code].get("field")
    return field


def _spelled(text: str, facts: Mapping[str, Any]) -> str:
    return commas(text.format_map(facts))


def _readable(name: str, fact: object) -> object:
    if isinstance(fact, IdType):
        return fact
    if name == "method" and fact in set(Method):
        return METHOD_NAMES[Method(str(fact))]
    return str(fact) if isinstance(fact, StrEnum) else fact
