"""Checkup: whether the database answers, and is as the books need it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg

from shebao.core.refusals import Unanswered
from shebao.store.database import Database
from shebao.store.migrate import waiting
from shebao.store.queries import Queries

SQL = Queries("checkup")
VERSION_MIN: Final = 160000
WHOM: Final = "database"


@dataclass(frozen=True, slots=True)
class Health:
    """What we need to know of a server before we trust it with money."""

    version: int
    version_shown: str
    keeps_what_it_acknowledges: bool
    migrations_waiting: tuple[str, ...]

    @property
    def new_enough(self) -> bool:
        """Whether the server understands what we ask of it."""
        return self.version >= VERSION_MIN


async def health(url: str) -> Health:
    """Ask a server how it is. Raises Unanswered, with the reason as its cause."""
    db = Database(url, connections_max=2, patience_ms=0)
    try:
        with speaking():
            async with db.reading() as tx:
                row = await tx.row(SQL.durability)
            assert row is not None
            new = row["version"] >= VERSION_MIN
            names = tuple(each.name for each in await waiting(db)) if new else ()
    finally:
        await db.close()
    durable = row["fsync"] == "on" and row["full_page_writes"] == "on"
    return Health(row["version"], row["version_shown"], durable, names)


@contextmanager
def speaking() -> Iterator[None]:
    """See a database that is not there, or breaks off, as one that did not answer."""
    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as silence:
        raise Unanswered(WHOM) from silence
