"""Database: a few connections, the last used first, and one way in. A transaction is the truth.

Few, because more than about eight connections on two cores only cost; last in first out,
because a warm connection has its statements prepared; without the reset that pools send at
each return, because nothing here leaves a setting behind. Readers are connections that the
database itself keeps from writing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import asyncpg

from shebao.store.queries import Query

CONNECTIONS_MAX: Final = 8
BROKEN: Final = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)  # Never used again.
_STATEMENTS_KEPT: Final = 512
_SETTINGS: Final = {"plan_cache_mode": "force_generic_plan", "jit": "off", "timezone": "UTC"}

Row: TypeAlias = Mapping[str, Any]


class Tx:
    """A connection in our hands, to ask named queries."""

    __slots__ = ("connection",)

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def rows(self, query: Query, /, **facts: Any) -> list[Row]:
        """Ask, and take every row."""
        rows: list[Row] = await self.connection.fetch(query.text, *query.arguments(facts))
        return rows

    async def row(self, query: Query, /, **facts: Any) -> Row | None:
        """Ask, and take the first row if there is one."""
        row: Row | None = await self.connection.fetchrow(query.text, *query.arguments(facts))
        return row

    async def run(self, query: Query, /, **facts: Any) -> int:
        """Ask for something to be done, and say to how many rows it was."""
        done: str = await self.connection.execute(query.text, *query.arguments(facts))
        count = done.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def script(self, text: str) -> None:
        """Run statements that take no parameters, such as a migration."""
        await self.connection.execute(text)


class Connections:
    """Open connections of one kind, handed out last in first out."""

    def __init__(self, url: str, *, most: int, settings: dict[str, str]) -> None:
        self._url = url
        self._settings = settings
        self._free: list[Any] = []
        self._turn = asyncio.Semaphore(most)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Any]:
        """A connection for as long as the block lasts; a broken one is not used again."""
        async with self._turn:
            connection = await self._take()
            try:
                yield connection
            except BROKEN:
                connection.terminate()
                raise
            finally:
                if connection.is_closed() or connection.is_in_transaction():
                    connection.terminate()
                else:
                    self._free.append(connection)

    async def _take(self) -> Any:
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
        connection = await asyncpg.connect(
            self._url,
            server_settings=self._settings,
            statement_cache_size=_STATEMENTS_KEPT,
            max_cached_statement_lifetime=0,
        )
        for kind in ("json", "jsonb"):
            await connection.set_type_codec(
                kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
            )
        return connection

    async def close(self) -> None:
        """Let the connections go."""
        while self._free:
            await self._free.pop().close()


class Database:
    """The PostgreSQL database. Nothing but this class commits or rolls back."""

    def __init__(self, url: str, *, connections_max: int = CONNECTIONS_MAX) -> None:
        writers = max(1, connections_max // 2)
        self.url = url
        self._writers = Connections(url, most=writers, settings=dict(_SETTINGS))
        self._readers = Connections(
            url,
            most=max(1, connections_max - writers),
            settings={**_SETTINGS, "default_transaction_read_only": "on"},
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """Everything inside happens, or none of it does."""
        async with self._writers.one() as connection:
            await connection.execute("BEGIN")
            try:
                yield Tx(connection)
            except BaseException:
                if not connection.is_closed():
                    with contextlib.suppress(*BROKEN):
                        await connection.execute("ROLLBACK")
                raise
            await connection.execute("COMMIT")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """A connection to look with, a statement at a time. The database refuses any writing."""
        async with self._readers.one() as connection:
            yield Tx(connection)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Tx]:
        """One moment of the books, for several looks that must agree."""
        async with (
            self._readers.one() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield Tx(connection)

    async def close(self) -> None:
        """Let the connections go."""
        await self._writers.close()
        await self._readers.close()
