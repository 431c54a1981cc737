"""Roster: a file of many lines is read, judged against the books and kept, and then taken in.

Nobody is known before, so every line becomes an application. The limit is reading the
same file alone: what is left over is judging.
"""

from __future__ import annotations

import os
import time
from typing import Final

import asyncpg

from bench.books import Books, Numbers
from bench.figures import Figure
from bench.machine import cpu_us, family_cpu_us, peak_mb
from bench.program import environment
from bench.run import Run, say
from shebao.app import build
from shebao.config import read_config
from shebao.core.desk.clerk import Clerk, Duty
from shebao.core.identity import check_digit
from shebao.core.period import Period
from shebao.core.roster.collector import CollectorKind, Scope
from shebao.gateways.roster.reading import read_sheet
from shebao.gateways.transport import Transport
from shebao.operations.roster.check import Upload, keep_file
from shebao.operations.roster.collectors import NewCollector, add_collector
from shebao.operations.roster.take_in import take_in
from shebao.store.database import Database
from shebao.store.migrate import migrate

REGION: Final = "320400"
_LINES_MOST: Final = 100_000


async def measure(run: Run) -> list[Figure]:
    """One roster, as large as one may be."""
    lines = min(_LINES_MOST, run.scale.collected)
    say(f"a roster of {lines:,} lines")
    connection = await asyncpg.connect(run.server.url)
    await connection.execute("CREATE DATABASE bench_roster")
    await connection.close()
    db = Database(run.server.database("bench_roster"))
    await migrate(db)
    books = Books(run.server, db.url, 0, Numbers(0), Numbers(0))
    world = build(read_config(environment(books, run.folder)), db, Transport())
    new = NewCollector("BENCH", "Bench", CollectorKind.SCHOOL, (Scope("resident_medical"),))
    await add_collector(world, region_code=REGION, new=new)
    clerk = Clerk(REGION, world.mint("clk"), "何敏", "BENCH", frozenset({Duty.ROSTER}))
    content = _file(lines)
    upload = Upload("resident_medical", Period(2024), 1, "bench", "bench.csv", content)
    reading = _read(content) / lines
    before, began = _spent(run), time.perf_counter()
    checked = await keep_file(world, clerk, upload, says=str)
    judged, took = (_spent(run) - before) / lines, time.perf_counter() - began
    before, began = _spent(run), time.perf_counter()
    await take_in(world, clerk, checked.roster.id)
    taken, taking = (_spent(run) - before) / lines, time.perf_counter() - began
    await db.close()
    return [
        Figure(name="roster.judged", ours=lines / took, unit="lines/s", cpu_us=judged, size=lines),
        Figure(name="roster.cpu", ours=judged, limit=reading, unit="µs", cpu_us=judged, size=lines),
        Figure(
            name="roster.taken_in", ours=lines / taking, unit="lines/s", cpu_us=taken, size=lines
        ),
        Figure(name="roster.memory", ours=peak_mb(), unit="MB", size=lines),
    ]


def _file(lines: int) -> bytes:
    rows = ["姓名,证件号码,人员类别,班级"]
    for n in range(lines):
        month, day = n // 28 % 12 + 1, n % 28 + 1
        seventeen = f"3204042005{month:02d}{day:02d}{n // 336 % 1000:03d}"
        rows.append(f"周小九,{seventeen}{check_digit(seventeen)},未成年居民,{n // 50}班")
    return "\n".join(rows).encode()


def _read(content: bytes) -> float:
    """CPU time of reading the file alone, in microseconds."""
    began = time.process_time()
    assert read_sheet(content).rows
    return max(1.0, (time.process_time() - began) * 1e6)


def _spent(run: Run) -> float:
    """The CPU time we and the database have used."""
    return cpu_us(os.getpid()) + family_cpu_us(run.server.postmaster)
