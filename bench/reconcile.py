"""Reconcile: a day's statement against a day's money, with differences planted among them.

Every planted difference must be found as what it is and none invented, or there is no figure.
The limit of comparing is plain SQL that only joins the two sides by number; that of reading is
the database's own COPY of the same rows.
"""

from __future__ import annotations

import io
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import asyncpg

from bench.books import Books, Numbers
from bench.figures import Figure, Goal
from bench.machine import PROC, peak_mb
from bench.planted import DAY, REGION, SOURCE, Planted
from bench.program import environment
from bench.run import Run, say
from shebao.app import opened
from shebao.config import read_config
from shebao.operations.books.compare import compare
from shebao.operations.world import World
from shebao.store.books import differences, statements
from shebao.store.books.statements import NewFile
from shebao.store.database import Database
from shebao.store.migrate import migrate

MEMORY_MOST_MB: Final = 1500
OF_THE_JOIN_LEAST: Final = 0.4
SLOWER_MOST: Final = 2
_DATABASE: Final = "bench_reconcile"
_SETTINGS: Final = "SET work_mem = '128MB'; SET hash_mem_multiplier = 2"
_JOIN: Final = """
SELECT count(*)
  FROM statement_lines l
  FULL JOIN payments p ON p.reference = l.reference AND p.region_code = l.region_code
       AND p.method = l.source
 WHERE l.amount_fen IS DISTINCT FROM p.amount_fen
"""
Answer = TypeVar("Answer")


async def measure(run: Run) -> list[Figure]:
    """Reading, comparing, and the memory of both."""
    planted = run.scale.planted
    url = await _filled(run, planted)
    books = Books(run.server, url, 0, Numbers(0), Numbers(0))
    async with opened(read_config(environment(books, run.folder)), url) as world:
        read_s = (await _timed(lambda: _read(world, planted)))[0]
        laps = [await _lap(world, url, planted) for _ in range(run.scale.laps)]
        memory = peak_mb() + _database_peak_mb(run.server.postmaster)
    copy_s = await _copied(url)
    ours_s, join_s = (sorted(side)[len(side) // 2] for side in zip(*laps, strict=True))
    return _figures(planted.payments, (read_s, copy_s), (ours_s, join_s), memory)


def _figures(
    count: int, read: tuple[float, float], compared: tuple[float, float], memory: float
) -> list[Figure]:
    """The figures of so many lines, each time beside its limit."""
    facts: dict[str, Any] = {"size": count}
    (read_s, copy_s), (ours_s, join_s) = read, compared
    return [
        Figure(
            name="reconcile.compared",
            ours=count / ours_s,
            limit=count / join_s,
            unit="lines/s",
            goal=Goal(at_least=OF_THE_JOIN_LEAST),
            **facts,
        ),
        Figure(
            name="reconcile.read",
            ours=count / read_s,
            limit=count / copy_s,
            unit="lines/s",
            **facts,
        ),
        Figure(
            name="reconcile.whole",
            ours=read_s + ours_s,
            limit=copy_s + join_s,
            unit="s",
            goal=Goal(at_most=SLOWER_MOST),
            **facts,
        ),
        Figure(
            name="reconcile.memory",
            ours=memory,
            limit=MEMORY_MOST_MB,
            unit="MB",
            goal=Goal(at_most=1),
            **facts,
        ),
    ]


async def _filled(run: Run, planted: Planted) -> str:
    say(f"filling {planted.payments:,} payments, {planted.differences:,} differences")
    connection = await asyncpg.connect(run.server.url)
    await connection.execute(f"CREATE DATABASE {_DATABASE}")
    await connection.close()
    url = run.server.database(_DATABASE)
    db = Database(url)
    await migrate(db)
    await db.close()
    connection = await asyncpg.connect(url)
    await planted.fill(connection)
    await connection.close()
    return url


async def _read(world: World, planted: Planted) -> None:
    new = NewFile(
        regions=(REGION,),
        source=SOURCE,
        day=DAY,
        number=1,
        name=f"{REGION}/{SOURCE}/{DAY}",
        sha256=bytes(32),
        size=1,
    )
    async with world.db.transaction() as tx:
        await statements.insert(tx, new, planted.lines(), at=world.now())


async def _lap(world: World, url: str, planted: Planted) -> tuple[float, float]:
    """How long comparing takes, and how long the join alone; what was found must be right."""
    took, compared = await _timed(
        lambda: compare(world, region_code=REGION, source=SOURCE, day=DAY)
    )
    async with world.db.reading() as tx:
        found = await differences.of_days(
            tx,
            (DAY, DAY),
            region_code=REGION,
            source=None,
            only_open=False,
            most=2 * planted.differences,
        )
    kinds = {(str(one.subject), one.number): one.kind for one in found if one.stands}
    assert compared.found == planted.differences, compared
    assert kinds == planted.expected(), "not what was planted"
    connection = await asyncpg.connect(url)
    await connection.execute(_SETTINGS)
    joined, _ = await _timed(lambda: connection.fetchval(_JOIN))
    await connection.close()
    return took, joined


async def _copied(url: str) -> float:
    """How long the database takes to copy the same rows from a file that is ready."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE bare (LIKE statement_lines INCLUDING INDEXES)")
    ready = io.BytesIO()
    await connection.copy_from_table("statement_lines", output=ready)
    ready.seek(0)
    took, _ = await _timed(lambda: connection.copy_to_table("bare", source=ready))
    await connection.close()
    return took


async def _timed(work: Callable[[], Awaitable[Answer]]) -> tuple[float, Answer]:
    began = time.perf_counter()
    answer = await work()
    return time.perf_counter() - began, answer


def _database_peak_mb(postmaster: int) -> float:
    """The most memory the server's processes have held, what they share counted once."""
    own = shared = 0
    for folder in PROC.glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if postmaster in {int(folder.name), int(parent)}:
                told = _status(folder)
                own += told["VmHWM"] - told["RssShmem"]
                shared = max(shared, told["RssShmem"])
        except (OSError, KeyError):
            continue  # It ended while we looked.
    return (own + shared) / 1024


def _status(process: Path) -> dict[str, int]:
    """What the kernel says of a process's memory, in kilobytes."""
    lines = (line.split() for line in (process / "status").read_text().splitlines())
    return {line[0].rstrip(":"): int(line[1]) for line in lines if line[-1] == "kB"}
