"""Deduction: a batch from its people to its posted money, beside plain SQL with the same rows.

The limit of a stage is COPY or INSERT … SELECT of the very rows it left behind, into the same
tables with the same indexes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import asyncpg

from bench.books import Books, Numbers
from bench.figures import Figure, Goal
from bench.guests.invite import TRYTON, ask
from bench.machine import cpu_us, family_cpu_us, peak_mb
from bench.program import environment
from bench.run import Run, say
from shebao.app import build
from shebao.config import read_config
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.period import Period
from shebao.gateways.transport import Transport
from shebao.operations.batch.build import begin_batch, build_on
from shebao.operations.batch.look import look_at_batch
from shebao.operations.batch.post import post_on
from shebao.operations.batch.rehearse import settle_town
from shebao.operations.batch.send import mark_on, write_on
from shebao.operations.batch.sign import hold_on, sign_batch
from shebao.operations.batch.take_in import take_in
from shebao.operations.world import World
from shebao.store.database import Database
from shebao.store.migrate import migrate

REGION, SCHEME = "320400", "resident_medical"
_TRYTON_LINES: Final = 200
AT_MOST: Final = 1.3  # Times the inserts and the updates as plain SQL.
_TABLES: Final = (
    "batch_lines", "orders", "order_lines", "attempts", "payments", "entries", "lines", "receipts",
    "declarations", "events",
)  # fmt: skip


# The states a row of these goes through from building to posted, as plain SQL sets whole tables.
_STEPS: Final = {
    "batch_lines": ("sent", "succeeded"), "orders": ("paying", "paid"),
    "attempts": ("sent", "succeeded"), "bills": ("reserved", "paid"),
}  # fmt: skip


async def measure(run: Run) -> list[Figure]:
    """One batch of a city."""
    people = run.scale.collected
    say(f"settling {people:,} people")
    db, url = await _books(run, f"deduction_{people}")
    books = Books(run.server, url, 0, Numbers(0), Numbers(0))
    world = replace(build(read_config(environment(books, run.folder)), db, Transport()), batches={})
    settling = settle_town(
        world, region_code=REGION, scheme=SCHEME, period=Period(2024), people=people
    )
    async with aclosing(settling) as going:
        async for _ in going:
            pass
    connection = await asyncpg.connect(url)
    await connection.execute("VACUUM ANALYZE")
    figures = await _stages(run, world, people)
    plain, spent = await _plain(run, connection)
    stepped = await _stepped(run, connection)
    figures += _whole(figures, people, plain=(plain, spent), stepped=stepped)
    figures += await _tryton(figures, people)
    await connection.close()
    await db.close()
    return figures


def _whole(
    stages: Sequence[Figure], people: int, *, plain: tuple[float, float], stepped: float
) -> list[Figure]:
    """All stages together, beside the inserts alone and beside inserts and updates."""
    whole, (took, spent) = sum(one.cpu_us or 0 for one in stages), plain
    facts: dict[str, Any] = {"ours": whole, "unit": "µs", "cpu_us": whole, "size": people}
    return [
        Figure(name="deduction.whole", limit=spent / people, **facts),
        Figure(
            name="deduction.with_steps",
            limit=(spent + stepped) / people,
            goal=Goal(at_most=AT_MOST),
            **facts,
        ),
        Figure(name="deduction.plain", ours=people / took, unit="lines/s", size=people),
        Figure(name="deduction.memory", ours=peak_mb(), unit="MB", size=people),
    ]


async def _tryton(stages: Sequence[Figure], people: int) -> list[Figure]:
    """A line of ours from its making to its money, beside one of Tryton's SEPA batch."""
    whole = next(one.ours for one in stages if one.name == "deduction.whole")
    told = await ask(TRYTON, lines=_TRYTON_LINES)
    limit = None if told is None else float(told["cpu_us"])
    figure = Figure(
        name="deduction.to_tryton", ours=whole, limit=limit, unit="µs", cpu_us=whole, size=people
    )
    return [figure]


@dataclass
class _Laps:
    """Stages, each with its rate and its CPU time a line."""

    run: Run
    people: int
    found: list[Figure] = field(default_factory=list)

    async def lap(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        """Do one stage, and keep what it took."""
        before, began = _spent(self.run), time.perf_counter()
        done = await work()
        took, spent = time.perf_counter() - began, _spent(self.run) - before
        self.found.append(
            Figure(
                name=f"deduction.{name}",
                ours=self.people / took,
                unit="lines/s",
                cpu_us=spent / self.people,
                size=self.people,
            )
        )
        return done


async def _stages(run: Run, world: World, people: int) -> list[Figure]:
    builder = Clerk(REGION, "b", "b", "b", frozenset({Duty.BATCH_BUILD}))
    signer = Clerk(REGION, "s", "s", "s", frozenset({Duty.BATCH_SIGN}))
    day = next(world.work_days.from_on(world.today(REGION)))
    batch = await begin_batch(world, builder, scheme=SCHEME, day=day)
    laps = _Laps(run, people)
    lap = laps.lap

    async def through(stage: Callable[..., Any]) -> None:
        async for _ in stage(world, batch):
            pass

    await lap("build", lambda: through(build_on))
    await sign_batch(world, signer, batch.id)
    await lap("hold", lambda: through(hold_on))
    await lap("mark", lambda: through(mark_on))
    batch = (await look_at_batch(world, REGION, batch.id)).batch
    files: list[Path] = []

    async def write() -> None:
        files.extend([one.file async for one in write_on(world, batch)])

    await lap("write", write)
    answers = [_answered(one) for one in files]

    async def read() -> None:
        for file in answers:
            await take_in(world, REGION, file, format_name="pipe")

    await lap("read", read)
    await lap("post", lambda: through(post_on))
    return laps.found


def _answered(file: Path) -> Path:
    """The answer of a bank that collects everything, but for one line in twenty."""
    into, number = file.with_name("answer.txt"), ""
    with file.open("rb") as demand, into.open("wb") as answer:
        for raw in demand:
            row = raw.decode("gb18030").rstrip("\r\n").split("|")
            if row[0] == "H":
                number = row[1]
                row += ["1", "1"]
            elif row[0] == "D":
                short = int(row[1]) % 20 == 0
                reference = "" if short else f"{number}{row[1]}"
                code = "1001" if short else "0000"
                row = ["D", row[1], row[4], code, "", reference, "20231128100000"]
            answer.write(("|".join(row) + "\r\n").encode("gb18030"))
    return into


async def _books(run: Run, name: str) -> tuple[Database, str]:
    connection = await asyncpg.connect(run.server.url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = run.server.database(name)
    db = Database(url)
    await migrate(db)
    return db, url


async def _plain(run: Run, connection: Any) -> tuple[float, float]:
    """The same rows put into tables of the same shape by one INSERT … SELECT each."""
    for table in (*_TABLES, "bills"):
        await connection.execute(f"CREATE TABLE plain_{table} (LIKE {table} INCLUDING ALL)")
    await connection.execute("INSERT INTO plain_bills SELECT * FROM bills")  # They were there.
    await connection.execute("CHECKPOINT")
    before, began = _spent(run), time.perf_counter()
    for table in _TABLES:
        await connection.execute(f"INSERT INTO plain_{table} SELECT * FROM {table}")
    return time.perf_counter() - began, _spent(run) - before


async def _stepped(run: Run, connection: Any) -> float:
    """What the steps cost as plain SQL: each row is changed as often as a line's is on its way."""
    before = _spent(run)
    for table, states in _STEPS.items():
        for state in states:
            await connection.execute(
                f"UPDATE plain_{table} SET state = $1, version = version + 1", state
            )
    return _spent(run) - before


def _spent(run: Run) -> float:
    """The CPU time we and the database have used."""
    return cpu_us(os.getpid()) + family_cpu_us(run.server.postmaster)
