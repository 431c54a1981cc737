"""Migrate: run the numbered files that have not been run, in order, once, one at a time.

Files only go forward and are never edited: each one's checksum is kept, and a file that
changed after it ran stops everything before anything is touched.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from typing import Final

from shebao.core.refusals import Refusal
from shebao.store.database import Database, Tx
from shebao.store.queries import Queries

SQL = Queries("migrate")
_LOCK: Final = 0x5EBA0  # One migrator at a time, whoever starts two.


@dataclass(eq=False)
class MigrationChanged(Refusal):
    """A migration that has run is not the file we have now."""

    name: str


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file: its name, its text, and its checksum."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations() -> tuple[Migration, ...]:
    """Every migration there is, in order."""
    folder = resources.files("shebao.store") / "migrations"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return tuple(
        Migration(file.name, file.read_text("utf-8")) for file in files if file.name[-4:] == ".sql"
    )


async def waiting(db: Database) -> tuple[Migration, ...]:
    """Say what `migrate` would run, and run nothing."""
    async with db.transaction() as tx:
        return await _waiting(tx)


async def migrate(db: Database) -> tuple[str, ...]:
    """Bring the schema up to date and say which files ran. Raises MigrationChanged."""
    async with db.transaction() as tx:
        await tx.script("SET LOCAL lock_timeout = '4s'")
        ran = await _waiting(tx)
        for migration in ran:
            await tx.script(migration.text)
            await tx.run(SQL.remember, name=migration.name, checksum=migration.checksum)
        return tuple(migration.name for migration in ran)


async def _waiting(tx: Tx) -> tuple[Migration, ...]:
    await tx.script(f"SELECT pg_advisory_xact_lock({_LOCK})")
    await tx.script(SQL.remember_where.text)
    done = {row["name"]: row["checksum"] for row in await tx.rows(SQL.done)}
    for migration in migrations():
        if done.get(migration.name, migration.checksum) != migration.checksum:
            raise MigrationChanged(migration.name)
    return tuple(migration for migration in migrations() if migration.name not in done)
