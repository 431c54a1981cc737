"""A day full of money is compared whole: every planted difference is found, none is invented."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bench.planted import DAY, REGION, SOURCE, Planted
from tests.fresh_database import fresh_database

from shebao.operations.books.compare import compare
from shebao.store.books import differences, statements
from shebao.store.books.statements import NewFile
from shebao.store.database import Database
from shebao.store.migrate import migrate

PLANTED = Planted(payments=20_000, differences=1_000)


@pytest.fixture(scope="module")
async def there(built, server_url):
    """A world of its own: what is planted breaks promises that other rooms ask for."""
    async with fresh_database(server_url) as url:
        db = Database(url)
        await migrate(db)
        yield replace(built, db=db)
        await db.close()


@pytest.fixture(scope="module")
async def compared(there):
    """The day, imported and compared once."""
    new = NewFile(
        regions=(REGION,),
        source=SOURCE,
        day=DAY,
        number=1,
        name=f"{REGION}/{SOURCE}/{DAY}.bill",
        sha256=bytes(32),
        size=1,
    )
    async with there.db.transaction() as tx:
        await PLANTED.fill(tx.connection)
        await statements.insert(tx, new, PLANTED.lines(), at=there.now())
    return await compare(there, region_code=REGION, source=SOURCE, day=DAY)


async def found(world):
    async with world.db.reading() as tx:
        rows = await differences.of_days(
            tx, (DAY, DAY), region_code=REGION, source=None, only_open=False, most=10_000
        )
    return {(str(one.subject), one.number): one.kind for one in rows if one.stands}


async def test_every_difference_is_found_as_what_it_is_and_none_is_invented(there, compared):
    assert compared.found == PLANTED.differences
    assert await found(there) == PLANTED.expected()


async def test_comparing_the_day_again_finds_the_same_and_adds_nothing(there, compared):
    again = await compare(there, region_code=REGION, source=SOURCE, day=DAY)
    assert again.found == compared.found
    assert await found(there) == PLANTED.expected()
