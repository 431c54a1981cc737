"""A run killed anywhere and begun again ends in the same books as one that was left alone."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fresh_database import fresh_database
from tests.operations.batch.conftest import DAY, REGION, SCHEME, Town

from shebao.operations.batch.build import begin_batch
from shebao.operations.batch.look import look_at_batch
from shebao.store.database import Database
from shebao.store.migrate import migrate

MANY, CUTS = 20_000, 10
RUNNER, ROOT = "tests.operations.batch.runner", Path(__file__).parents[3]
SUMS = """
    SELECT (SELECT string_agg(state || ' ' || n, ', ' ORDER BY state)
              FROM (SELECT state, count(*) AS n FROM batch_lines GROUP BY state) AS a) AS lines,
           (SELECT string_agg(state || ' ' || n, ', ' ORDER BY state)
              FROM (SELECT state, count(*) AS n FROM bills GROUP BY state) AS a) AS bills,
           (SELECT string_agg(state || ' ' || n, ', ' ORDER BY state)
              FROM (SELECT state, count(*) AS n FROM orders GROUP BY state) AS a) AS orders,
           (SELECT string_agg(account || ' ' || n, ', ' ORDER BY account)
              FROM (SELECT account, sum(amount_fen) AS n FROM lines GROUP BY account) AS a) AS journal,
           (SELECT count(*) FROM payments) AS payments, (SELECT count(*) FROM receipts) AS receipts,
           (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM entries) AS entries
"""


@pytest.fixture
async def emptied(built, config, server_url):
    """Books with nobody in them but the people of this test, and what a program must be told."""
    async with fresh_database(server_url) as url:
        db = Database(url)
        await migrate(db)
        told = {
            "SHEBAO_HOME": str(config.home),
            "SHEBAO_DATABASE_URL": url,
            "SHEBAO_SANDBOX_URL": config.sandbox_url,
            "SHEBAO_CREDENTIALS": str(config.credentials),
            "SHEBAO_REHEARSAL": f"{REGION}={config.rehearsal[REGION]}",
        }
        yield replace(built, db=db, batches={}), {**os.environ, **told}
        await db.close()


async def played(town, environ, *, cuts):
    """The books at the end of a run that was cut off so many times."""
    batch = await begin_batch(town.world, town.builder, scheme=SCHEME, day=DAY)
    dice = random.Random(cuts)
    while cuts and not await closed(town, batch):
        cuts -= await cut_off(run(environ, batch), dice.uniform(0.3, 1.6))
    while not await closed(town, batch):
        assert run(environ, batch).wait(240) == 0
    [row] = await town.asked(SUMS)
    return dict(row)


def run(environ, batch):
    """A program of its own that takes the batch on: builder, signer and bank in one."""
    told = {**environ, "TOWN_BATCH": batch.id}
    return subprocess.Popen([sys.executable, "-m", RUNNER], env=told, cwd=ROOT)


async def cut_off(running, seconds):
    """Kill it after it has begun, as a power cut would; say whether it still ran."""
    time.sleep(seconds + 0.8)  # noqa: ASYNC251  It is the other program's time.
    alive = running.poll() is None
    running.send_signal(signal.SIGKILL)
    running.wait()
    return alive


async def closed(town, batch):
    return (await look_at_batch(town.world, REGION, batch.id)).batch.state == "closed"


async def test_a_run_killed_ten_times_ends_in_the_books_of_one_that_was_not(emptied):
    world, environ = emptied
    town = await Town(world, 1, MANY).settle()
    found = await played(town, environ, cuts=CUTS)
    failed = len(range(20, MANY + 1, 20))
    good = MANY - failed
    assert found["lines"] == f"failed {failed}, succeeded {good}"
    assert found["bills"] == f"paid {good}, payable {failed}"
    assert found["orders"] == f"expired {failed}, paid {good}"
    assert (found["payments"], found["receipts"], found["entries"]) == (good, good, good)
    assert found["journal"] == (
        f"clearing:agreement {good * 93000}, fund:long_term_care {-good * 3000}, "
        f"fund:medical {-good * 90000}"
    )
    births, deaths = 3 * MANY, 7  # Before the run; and the steps of the batch itself.
    assert found["events"] == births + deaths + good * 13 + failed * 11
