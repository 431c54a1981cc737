"""Levy: a whole city is billed for a year, beside plain SQL that inserts the very same rows.

Two cities of different size show that cost grows in step. The amounts alone are measured too,
a person each, which is what a rules engine without a database would do.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import asyncpg
from city.residents import TODAY

from bench.books import Books, Numbers
from bench.figures import Figure, Goal
from bench.machine import cpu_us, family_cpu_us, peak_mb
from bench.program import environment
from bench.run import Run, say
from shebao.app import build
from shebao.config import read_config
from shebao.core.period import Period
from shebao.core.policy.cohort import price
from shebao.gateways.transport import Transport
from shebao.operations.levy import begin, forecast, go_on
from shebao.operations.world import World
from shebao.store.database import Database
from shebao.store.migrate import migrate

WHAT: Final[dict[str, Any]] = {
    "region_code": "320400",
    "scheme": "resident_medical",
    "period": Period(2024),
}
AT_MOST: Final = 2.0  # Times the plain inserts of the rows.
RATIO_MOST: Final = 1.15
_FILL: Final = Path(__file__).with_name("registered.sql").read_text("utf-8")
_KEPT: Final = ("bills", "events")


@dataclass(frozen=True, slots=True)
class Lap:
    """One city billed: how fast, at what cost a bill, and how much memory our process took."""

    people: int
    bills: int
    rate: float
    cpu_us: float
    plain_rate: float
    plain_us: float
    memory_mb: float


async def measure(run: Run) -> list[Figure]:
    """A city, and a larger one."""
    small, large = [await _lap(run, people) for people in run.scale.levied]
    priced = await _amounts(run)
    return [
        Figure(
            name="levy.rate",
            ours=large.rate,
            limit=large.plain_rate,
            unit="bills/s",
            cpu_us=large.cpu_us,
            size=large.people,
        ),
        Figure(
            name="levy.cpu",
            ours=large.cpu_us,
            limit=large.plain_us,
            unit="µs",
            cpu_us=large.cpu_us,
            size=large.people,
            goal=Goal(at_most=AT_MOST),
        ),
        Figure(name="levy.memory", ours=large.memory_mb, unit="MB", size=large.people),
        Figure(
            name="levy.growth",
            ours=large.cpu_us,
            limit=small.cpu_us,
            unit="µs",
            cpu_us=large.cpu_us,
            size=large.people,
            goal=Goal(at_most=RATIO_MOST),
        ),
        Figure(name="levy.amounts", ours=1e6 / priced, unit="1/s a core", cpu_us=priced),
    ]


async def _lap(run: Run, people: int) -> Lap:
    say(f"registering {people:,} people")
    name = f"levy_{people}"
    connection = await asyncpg.connect(run.server.url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = run.server.database(name)
    db = Database(url)
    await migrate(db)
    connection = await asyncpg.connect(url)
    await connection.execute(f"SET bench.people = {people}; {_FILL}")
    await connection.execute("RESET ALL")
    await connection.execute("VACUUM ANALYZE")
    before, began = _spent(run), time.perf_counter()
    bills = await _levied(_world(run, db))
    took, spent = time.perf_counter() - began, _spent(run) - before
    plain_took, plain_spent = await _plain(run, connection)
    await connection.close()
    await db.close()
    return Lap(
        people=people,
        bills=bills,
        rate=bills / took,
        cpu_us=spent / bills,
        plain_rate=bills / plain_took,
        plain_us=plain_spent / bills,
        memory_mb=peak_mb(),
    )


def _spent(run: Run) -> float:
    """The CPU time we and the database have used."""
    return cpu_us(os.getpid()) + family_cpu_us(run.server.postmaster)


async def _levied(world: World) -> int:
    await begin(world, await forecast(world, **WHAT))
    last = [levy async for levy in go_on(world, **WHAT)][-1]
    return last.issued


async def _plain(run: Run, connection: Any) -> tuple[float, float]:
    """The same rows put into the emptied tables by one INSERT … SELECT each."""
    for table in _KEPT:
        await connection.execute(f"CREATE UNLOGGED TABLE {table}_kept AS SELECT * FROM {table}")
    await connection.execute(f"TRUNCATE {', '.join(_KEPT)} CASCADE")
    await connection.execute("CHECKPOINT")
    before, began = _spent(run), time.perf_counter()
    for table in _KEPT:
        await connection.execute(f"INSERT INTO {table} SELECT * FROM {table}_kept")
    return time.perf_counter() - began, _spent(run) - before


async def _amounts(run: Run) -> float:
    """CPU time of one person's amount, as `price` works it out a cohort at a time."""
    db = Database(run.server.database(f"levy_{run.scale.levied[0]}"))
    world = _world(run, db)
    scheme = world.region(WHAT["region_code"]).scheme(WHAT["scheme"])
    found = (await forecast(world, **WHAT)).prices
    began = time.process_time()
    for one in found:
        price(scheme, WHAT["period"], one.cohort, as_of=date.fromisoformat(TODAY))
    took = (time.process_time() - began) * 1e6
    await db.close()
    return took / len(found)


def _world(run: Run, db: Database) -> World:
    """The world as the program builds it; the rehearsal's day lies in the season of the levy."""
    books = Books(run.server, db.url, 0, Numbers(0), Numbers(0))
    return build(read_config(environment(books, run.folder)), db, Transport())
