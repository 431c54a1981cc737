"""Queries: SQL is read from ``sql/*.sql`` once, at import, and called by its name.

A file holds queries, each under a ``-- name:`` line with a sentence saying what it is for.
Parameters are written ``:region_code`` and become ``$1`` here, once, so that what is read in
the file is what PostgreSQL prepares. ``tests/house/test_queries.py`` prepares every one of
them against the real schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

_NAME = re.compile(r"^-- name: (?P<name>[a-z_]+)\n", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Query:
    """One statement as PostgreSQL takes it, and the names its parameters had in the file."""

    name: str
    text: str
    parameters: tuple[str, ...]

    @classmethod
    def read(cls, name: str, text: str) -> Query:
        """Number the named parameters in the order they first appear."""
        names: dict[str, int] = {}
        numbered = _PARAMETER.sub(
            lambda found: f"${names.setdefault(found[1], len(names) + 1)}", text
        )
        return cls(name, numbered.strip(), tuple(names))

    def arguments(self, facts: Mapping[str, Any]) -> list[Any]:
        """Put facts in the order of the parameters. A missing or spare one is a mistake."""
        assert len(facts) == len(self.parameters), (self.name, sorted(facts), self.parameters)
        return [facts[name] for name in self.parameters]


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
