"""A run killed anywhere and begun again ends in the same books as one that was left alone."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fresh_database import fresh_database
from tests.operations.batch.conftest import DAY, REGION, SCHEME, Town

from shebao.operations.batch.build import begin_batch
from shebao.operations.batch.look import look_at_batch
from shebao.store.database import Database
from shebao.store.migrate import migrate

MANY, CUTS, STAGES = 20_000, 10, 5
RUNNER, ROOT = "tests.operations.batch.runner", Path(__file__).parents[3]
FAR = """
    SELECT b.people + b.held_to + b.marked_to + coalesce(sum(a.lines + a.posted), 0)::bigint AS far
      FROM batches b LEFT JOIN batch_answers a ON a.batch_id = b.id
     WHERE b.id = $1 GROUP BY b.people, b.held_to, b.marked_to
"""
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
    """Books with nobody in them but the people of this test, and programs that work on them."""
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
        programs = await asyncio.create_subprocess_exec(
            sys.executable, "-m", RUNNER, env={**os.environ, **told}, cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        yield replace(built, db=db, batches={}), programs
        programs.stdin.close()
        await programs.wait()
        await db.close()


async def played(town, programs, *, cuts):
    """The books at the end of a run that was cut off so many times, each time a little further."""
    batch = await begin_batch(town.world, town.builder, scheme=SCHEME, day=DAY)
    dice = random.Random(cuts)
    for upto in sorted(dice.randrange(STAGES * MANY) for _ in range(cuts)):
        await cut_off(town, await begun(programs, batch), batch, upto)
        assert await said(programs) == signal.SIGKILL
    while not await closed(town, batch):
        await begun(programs, batch)
        assert await said(programs) == 0
    [row] = await town.asked(SUMS)
    return dict(row)


async def begun(programs, batch):
    """A program of its own that takes the batch on: builder, signer and bank in one."""
    programs.stdin.write(f"{batch.id}\n".encode())
    await programs.stdin.drain()
    return await said(programs)


async def said(programs):
    return int(await programs.stdout.readline())


async def cut_off(town, program, batch, upto):
    """Kill it as a power cut would, wherever it is, once the run has come so far."""
    while await so_far(town, batch) < upto:
        await asyncio.sleep(0.05)
    os.kill(program, signal.SIGKILL)


async def so_far(town, batch):
    """How far a run has come, in lines built, held, marked, read and posted."""
    [row] = await town.asked(FAR, batch.id)
    return row["far"]


async def closed(town, batch):
    return (await look_at_batch(town.world, REGION, batch.id)).batch.state == "closed"


async def test_a_run_killed_ten_times_ends_in_the_books_of_one_that_was_not(emptied):
    world, programs = emptied
    town = await Town(world, 1, MANY).settle()
    found = await played(town, programs, cuts=CUTS)
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
    assert found["events"] == births + deaths + good * 14 + failed * 12
