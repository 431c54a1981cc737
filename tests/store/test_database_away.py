"""A database that is away is waited for a little while, and never taken for a mistake of ours."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.serving import postmaster

from shebao.core.refusals import Unanswered
from shebao.store.database import Database
from shebao.store.queries import Query
from shebao.store.server.embedded import EmbeddedServer, address

ONE = Query.read("one", "SELECT 1 AS one")
SLOWLY = Query.read("slowly", "SELECT pg_sleep(20)")


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(home)
    yield server
    server.stop()


async def one_of(db: Database) -> int:
    async with db.transaction() as tx:
        row = await tx.row(ONE)
    return row["one"]


async def slow_transaction(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.run(SLOWLY)


async def test_a_database_that_is_not_there_has_not_answered(tmp_path):
    db = Database(address(tmp_path), patience_ms=50)
    with pytest.raises(Unanswered) as silence:
        await one_of(db)
    assert silence.value.whom == "database"


async def test_a_request_waits_for_a_database_that_is_on_its_way_back(server):
    url = await asyncio.to_thread(server.start)
    await asyncio.to_thread(server.stop)
    db = Database(url, patience_ms=60_000)
    waiting = asyncio.create_task(one_of(db))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await asyncio.to_thread(server.start)
    assert await waiting == 1
    await db.close()


async def test_whoever_was_asking_when_it_was_killed_does_not_know_what_was_done(home, server):
    db = Database(await asyncio.to_thread(server.start), patience_ms=60_000)
    asking = asyncio.create_task(slow_transaction(db))
    await asyncio.sleep(0.3)
    os.kill(postmaster(home), signal.SIGKILL)
    with pytest.raises(Unanswered):
        await asking
    assert await one_of(db) == 1
    await db.close()


async def test_what_is_wrong_with_a_question_is_our_mistake_and_no_silence(server):
    db = Database(await asyncio.to_thread(server.start))
    wrong = Query.read("wrong", "SELECT 1 / 0")
    with pytest.raises(Exception, match="division by zero"):
        async with db.transaction() as tx:
            await tx.run(wrong)
    assert await one_of(db) == 1
    await db.close()
