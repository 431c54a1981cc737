"""A PostgreSQL of the operator's own, over TCP with a password, keeps the same books."""

from dataclasses import replace

import pytest
import pytest_asyncio

from shebao.core.order import OrderState
from shebao.store import promises
from shebao.store.database import Database
from shebao.store.migrate import migrate, waiting


@pytest_asyncio.fixture(scope="session")
async def their_db(real_server_url):
    db = Database(real_server_url)
    await migrate(db)
    yield db
    await db.close()


@pytest.fixture
def world(built, clock, their_db):
    """The world, with its books on the operator's server."""
    return replace(built, now=clock, db=their_db)


async def test_there_is_nothing_left_to_migrate(their_db):
    assert await waiting(their_db) == ()


async def test_a_bill_is_paid_there_as_anywhere(world, household, tell):
    order_id = await household.order(*await household.owes("1200.00"))
    await tell(await household.attempt(order_id), "1200.00")
    assert await household.state(order_id) is OrderState.PAID
    async with world.db.reading() as tx:
        broken = await promises.broken(tx)
    assert not any(broken.values())
