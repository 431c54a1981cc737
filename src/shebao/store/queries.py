"""Queries: SQL is read from ``sql/*.sql`` once, at import, and called by its name.

A file holds queries, each under a ``-- name:`` line with a sentence saying what it is for.
Parameters are written ``:region_code`` and become ``$1`` here, once, so that what is read in
the file is what PostgreSQL prepares; but for lists, ``:ids::text[]``, which go over as one text
(``lists.py``) and become ``$1::text::text[]``. ``tests/house/test_queries.py`` prepares every one
of them against the real schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from shebao.store.lists import WRITTEN, Written

_NAME = re.compile(r"^-- name: (?P<name>[a-z_]+)\n", re.MULTILINE)
_PARAMETER = re.compile(rf"(?<![:\w]):([a-z_]+)(?:::({'|'.join(WRITTEN)})\[\])?")


@dataclass(frozen=True, slots=True)
class Query:
    """One statement as PostgreSQL takes it, and the names its parameters had in the file."""

    name: str
    text: str
    parameters: tuple[str, ...]
    lists: tuple[tuple[int, Written], ...]  # Which parameters are lists, and how each is written.

    @classmethod
    def read(cls, name: str, text: str) -> Query:
        """Number the named parameters in the order they first appear."""
        names: dict[str, int] = {}
        kinds: dict[int, set[str]] = {}

        def numbered(found: re.Match[str]) -> str:
            number = names.setdefault(found[1], len(names) + 1)
            kind = found[2] or ""
            kinds.setdefault(number, set()).add(kind)
            return f"${number}::text::{kind}[]" if kind else f"${number}"

        said = _PARAMETER.sub(numbered, text)
        assert all(len(kind) == 1 for kind in kinds.values()), (name, "one parameter, one type")
        lists = [(number - 1, WRITTEN[kind]) for number, [kind] in kinds.items() if kind]
        return cls(name, said.strip(), tuple(names), tuple(lists))

    def arguments(self, facts: Mapping[str, Any]) -> list[Any]:
        """Put facts in the order of the parameters. A missing or spare one is a mistake."""
        assert len(facts) == len(self.parameters), (self.name, sorted(facts), self.parameters)
        found = [facts[name] for name in self.parameters]
        for place, written in self.lists:
            if found[place] is not None:
                found[place] = written(found[place])
        return found


class Queries(Mapping[str, Query]):
    """The queries of one file: ``SQL.lock_orders`` is the one under ``-- name: lock_orders``."""

    def __init__(self, stem: str) -> None:
        text = (resources.files("shebao.store") / "sql" / f"{stem}.sql").read_text("utf-8")
        _, *parts = _NAME.split(text)
        names = parts[::2]
        assert len(names) == len(set(names)), names
        self._queries = {
            name: Query.read(name, body) for name, body in zip(names, parts[1::2], strict=True)
        }

    def __getattr__(self, name: str) -> Query:
        try:
            return self._queries[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, name: str) -> Query:
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)
