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
from bench.guests.invite import OPENFISCA, ask
from bench.machine import cpu_us, family_cpu_us, peak_mb
from bench.program import environment
from bench.run import Run, say
from shebao.app import build
from shebao.config import read_config
from shebao.core.period import Period
from shebao.core.policy.cohort import price
from shebao.gateways.transport import Transport
from shebao.operations.levy import Forecast, begin, forecast, go_on
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
    forecast_us: float  # To count the people of each kind and price each, a person.
    priced_us: float  # To price each kind alone, a person.
    engine_us: float | None  # OpenFisca, a person.


async def measure(run: Run) -> list[Figure]:
    """A city, and a larger one."""
    small, large = [await _lap(run, people) for people in run.scale.levied]
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
        _amount("levy.amounts", large.priced_us, large),
        _amount("levy.forecast", large.forecast_us, large),
    ]


def _amount(name: str, us: float, lap: Lap) -> Figure:
    """What the amounts alone cost a person, beside a rules engine that keeps nothing."""
    return Figure(name=name, ours=us, limit=lap.engine_us, unit="µs", cpu_us=us, size=lap.people)


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
    world, before = _world(run, db), _spent(run)
    found = await forecast(world, **WHAT)
    foreseen, priced = _spent(run) - before, _priced(world, found)
    engine = await _engine(found, people)
    before, began = _spent(run), time.perf_counter()
    bills = await _levied(world)
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
        forecast_us=foreseen / people,
        priced_us=priced / people,
        engine_us=engine,
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


def _priced(world: World, found: Forecast) -> float:
    """CPU time of the arithmetic alone: each kind of people is priced once more."""
    scheme = world.region(WHAT["region_code"]).scheme(WHAT["scheme"])
    began = time.process_time()
    for one in found.prices:
        price(scheme, WHAT["period"], one.cohort, as_of=date.fromisoformat(TODAY))
    return (time.process_time() - began) * 1e6


async def _engine(found: Forecast, people: int) -> float | None:
    """What the same amounts cost OpenFisca a person; they come to the same, or one is wrong."""
    owed = {
        f"{one.cohort.category} {one.cohort.district}": one.assessment.personal.fen
        for one in found.prices
        if one.assessment is not None
    }
    told = await ask(OPENFISCA, people=people, owed=owed)
    if told is None:
        return None
    assert told["fen"] == found.amount.fen, "OpenFisca comes to another sum"
    return float(told["cpu_us"])


def _world(run: Run, db: Database) -> World:
    """The world as the program builds it; the rehearsal's day lies in the season of the levy."""
    books = Books(run.server, db.url, 0, Numbers(0), Numbers(0))
    return build(read_config(environment(books, run.folder)), db, Transport())
