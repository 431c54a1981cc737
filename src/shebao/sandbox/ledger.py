"""Ledger: what the outside world holds, in one small SQLite file that survives being killed.

Money a channel holds is real to whoever rehearses, so a restart may not lose it. Every change
is written before anybody hears of it; WAL without a sync per commit survives the end of the
process, though not the end of the machine's power.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_SCHEMAS: Final = tuple(sorted(Path(__file__).parent.glob("ledger*.sql")))


class Ledger:
    """One SQLite file. All who use it live on one event loop, so nobody waits for a lock."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        for schema in _SCHEMAS:
            self._db.executescript(schema.read_text())

    def rows(self, sql: str, facts: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Every row a query finds, as a mapping of its columns."""
        return [dict(row) for row in self._db.execute(sql, facts or {})]

    def row(self, sql: str, facts: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """The first row a query finds, if it finds any."""
        found = self._db.execute(sql, facts or {}).fetchone()
        return None if found is None else dict(found)

    def write(self, sql: str, facts: Mapping[str, Any]) -> int:
        """Change something, and say how many rows it touched."""
        return self._db.execute(sql, facts).rowcount

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything written inside happens, or none of it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Put the book away."""
        self._db.close()


def columns(thing: Any) -> dict[str, Any]:
    """The fields of a flat dataclass, without the deep copy ``asdict`` would make."""
    return {name: getattr(thing, name) for name in thing.__slots__}
