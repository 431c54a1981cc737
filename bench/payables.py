"""Payables: signed-in residents with four bills each look at what they owe (GET /items)."""

from __future__ import annotations

from statistics import median
from typing import Final

from bench import payers
from bench.books import Numbers
from bench.crowd import CONNECTIONS, visit
from bench.figures import Figure, Goal
from bench.program import serving
from bench.run import Run

MOST_US: Final = 400
VISITORS: Final = 400


async def measure(run: Run) -> list[Figure]:
    """What a page costs; how many a second; how long somebody waits."""
    books, scale = await run.city(), run.scale
    program_us, database_us, rates, slowest = [], [], [], []
    async with serving(books, folder=run.folder) as program:
        cookies = await payers.sign_in(books, run.folder, Numbers(books.people).take(VISITORS))
        pages = [
            payers.page_request("/items", cookie, port=program.port)
            for cookie in cookies.values()
        ]
        for _ in range(scale.laps + 1):
            before = program.cpu_us()
            requests = (pages * (scale.count // len(pages) + 1))[: scale.count]
            met = await visit(
                program.port, requests, connections=CONNECTIONS, folder=run.folder
            )
            assert met.statuses == {"200": len(requests)}, met.statuses
            spent = [now - then for now, then in zip(program.cpu_us(), before, strict=True)]
            program_us.append(spent[0] / len(requests))
            database_us.append(spent[1] / len(requests))
            rates.append(len(requests) / (met.ended - met.began))
            slowest.append(met.p99_ms)
    cpu = median(map(sum, zip(program_us[1:], database_us[1:], strict=True)))
    size = books.size
    return [
        Figure(
            name="the payables page",
            ours=cpu,
            limit=MOST_US,
            unit="µs CPU",
            cpu_us=cpu,
            size=size,
            goal=Goal(at_most=1),
        ),
        Figure(name="the payables page: program", ours=median(program_us[1:]), unit="µs CPU"),
        Figure(name="the payables page: PostgreSQL", ours=median(database_us[1:]), unit="µs CPU"),
        Figure(name="payables pages", ours=median(rates[1:]), unit="1/s", cpu_us=cpu, size=size),
        Figure(name="the payables page, p99", ours=median(slowest[1:]), unit="ms", size=size),
    ]
