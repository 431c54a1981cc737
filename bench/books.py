"""Books: a PostgreSQL of our own in a throw-away home, filled with a city of a chosen size."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg
from city import residents
from city.residents import BILLS_A_PERSON, STREWN

from shebao.store.server.embedded import EmbeddedServer

ORDER_FEN: Final = 273_000


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL: where it lives, how to reach it, and its first process."""

    home: Path
    url: str

    @property
    def postmaster(self) -> int:
        """The process whose children serve."""
        lines = (self.home / "postgres/data/postmaster.pid").read_text().splitlines()
        return int(lines[0])

    def database(self, name: str) -> str:
        """The address of one database."""
        return self.url.replace("/shebao?", f"/{name}?")


@dataclass(slots=True)
class Numbers:
    """Numbers from 1, each given out once."""

    most: int
    _next: int = 1

    def take(self, count: int) -> range:
        """So many numbers that nobody has had."""
        first, self._next = self._next, self._next + count
        assert self._next - 1 <= self.most, "the city is too small for this bench"
        return range(first, first + count)


@dataclass(frozen=True, slots=True)
class Books:
    """One filled database."""

    server: Server
    url: str
    people: int
    orders: Numbers  # That wait for their money.
    payers: Numbers  # Who have opened no order yet.

    @property
    def size(self) -> int:
        """How many bills there are."""
        return self.people * BILLS_A_PERSON

    def person(self, number: int) -> int:
        """The person of an order or payer, as fill.sql strews them over the tables."""
        return number * STREWN % self.people + 1

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Any]:
        """A bare connection, to look and to prepare."""
        connection = await asyncpg.connect(self.url)
        try:
            yield connection
        finally:
            await connection.close()


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    """Our own PostgreSQL, as `bin/demo` starts it: same settings, commits on the disk."""
    home = Path(tempfile.mkdtemp(prefix="shebao-bench-"))
    try:
        async with EmbeddedServer(home) as url:
            yield Server(home, url)
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def fill(found: Server, name: str, *, people: int, say: Callable[[str], None]) -> Books:
    """A new database with so many people, four bills each, half of them in a running order."""
    say(f"filling {people * BILLS_A_PERSON:,} bills of {people:,} people")
    connection = await asyncpg.connect(found.url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = found.database(name)
    await residents.fill(url, people=people, orders=people)
    return Books(found, url, people, Numbers(people), Numbers(people))
