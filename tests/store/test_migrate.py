"""The schema goes forward only, once, one at a time, and refuses files that changed after they ran."""

import asyncio
import re

import asyncpg
import pytest
import pytest_asyncio
from tests.fresh_database import fresh_database

from shebao.store.database import Database
from shebao.store.migrate import MigrationChanged, migrate, migrations, waiting

ALL = tuple(migration.name for migration in migrations())


@pytest_asyncio.fixture
async def empty(server_url):
    """Books in which nothing was ever made."""
    async with fresh_database(server_url) as url:
        db = Database(url)
        yield db
        await db.close()


async def alter(db, sql):
    async with db.transaction() as tx:
        await tx.script(sql)


async def tables(db):
    async with db.reading() as tx:
        found = await tx.connection.fetch(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
    return {row["table_name"] for row in found}


async def test_everything_runs_in_order_and_then_nothing_waits(empty):
    assert await migrate(empty) == ALL
    assert await migrate(empty) == ()
    assert await waiting(empty) == ()


async def test_saying_what_would_run_runs_nothing(empty):
    assert tuple(migration.name for migration in await waiting(empty)) == ALL
    assert "bills" not in await tables(empty)


async def test_two_programs_starting_at_once_run_each_file_once(empty):
    ran = await asyncio.gather(*(migrate(empty) for _ in range(3)))
    assert sorted(ran, key=len) == [(), (), ALL]


async def test_a_file_that_changed_after_it_ran_stops_everything(empty):
    await migrate(empty)
    await alter(empty, "UPDATE migrations SET checksum = 'other' WHERE name LIKE '0001%'")
    with pytest.raises(MigrationChanged) as refused:
        await migrate(empty)
    assert refused.value.name == ALL[0]


async def test_a_file_that_fails_leaves_nothing_of_any(empty):
    await alter(empty, "CREATE TABLE receipts (in_the_way text)")
    with pytest.raises(asyncpg.DuplicateTableError):
        await migrate(empty)
    assert await tables(empty) == {"receipts"}


async def test_a_schema_somebody_holds_is_not_waited_for_long(empty):
    await migrate(empty)
    await alter(empty, f"DELETE FROM migrations WHERE name = '{ALL[-1]}'")
    async with empty.transaction() as holder:
        await holder.script("LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await migrate(empty)


@pytest.mark.parametrize("migration", migrations(), ids=ALL)
def test_a_migration_says_why_what_it_locks_and_how_it_is_rolled_out(migration):
    number = migration.name.partition("_")[0]
    assert migration.text.startswith(f"-- {number}  ")
    assert re.search(r"^-- Why      \S", migration.text, re.MULTILINE)
    assert re.search(r"^-- Locks    \S", migration.text, re.MULTILINE)
    assert re.search(r"^-- Rollout  \S", migration.text, re.MULTILINE)


def test_migrations_are_numbered_one_after_another():
    assert [int(name.partition("_")[0]) for name in ALL] == [*range(1, len(ALL) + 1)]


async def test_every_key_of_a_table_of_ours_begins_with_the_region(db):
    """So that the same schema can be spread over several machines by region."""
    async with db.reading() as tx:
        rows = await tx.connection.fetch(
            """
            SELECT i.indrelid::regclass::text AS of, i.indexrelid::regclass::text AS index
              FROM pg_index i
              JOIN pg_class c ON c.oid = i.indrelid
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
             WHERE c.relnamespace = 'public'::regnamespace AND a.attname <> 'region_code'
            """
        )
    assert {row["of"] for row in rows} <= {"migrations"}


async def test_no_column_holds_a_fraction_or_a_time_without_its_zone(db):
    async with db.reading() as tx:
        rows = await tx.connection.fetch(
            """
            SELECT table_name || '.' || column_name AS found FROM information_schema.columns
             WHERE table_schema = 'public'
               AND (data_type IN ('real', 'double precision', 'numeric', 'money')
                    OR data_type = 'timestamp without time zone'
                    OR (column_name LIKE '%\\_fen' AND data_type <> 'bigint'))
            """
        )
    assert [row["found"] for row in rows] == []
