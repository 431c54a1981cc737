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
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import asyncpg

from shebao.core.refusals import Unanswered
from shebao.store.queries import Query

CONNECTIONS_MAX: Final = 8
WHOM: Final = "database"
BROKEN: Final = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)  # Never used again.
# How a database says that it is not there just now.
_AWAY: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)
PATIENCE_MS: Final = 3000  # How long a request waits for a database that is on its way back.
_LOOKS_EVERY_MS: Final = 100
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

    async def stream(
        self, query: Query, /, *, at_once: int, **facts: Any
    ) -> AsyncIterator[Sequence[Row]]:
        """Ask, and take the rows some at a time, however many there are."""
        cursor = await self.connection.cursor(query.text, *query.arguments(facts))
        while rows := await cursor.fetch(at_once):
            yield rows

    async def copy(
        self, table: str, columns: Sequence[str], rows: AsyncIterator[tuple[Any, ...]]
    ) -> int:
        """Write many rows into a table as fast as they come, and say how many there were."""
        done: str = await self.connection.copy_records_to_table(
            table, columns=columns, records=rows
        )
        return int(done.rpartition(" ")[2])

    async def script(self, text: str) -> None:
        """Run statements that take no parameters, such as a migration."""
        await self.connection.execute(text)


class Connections:
    """Open connections of one kind, handed out last in first out."""

    def __init__(self, url: str, *, most: int, settings: dict[str, str], patience_ms: int) -> None:
        self._url = url
        self._settings = settings
        self._patience_ms = patience_ms
        self._free: list[Any] = []
        self._turn = asyncio.Semaphore(most)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Any]:
        """A connection for as long as the block lasts; a broken one is not used again.

        Raises Unanswered when the database is not there, or goes away meanwhile.
        """
        until = _now_ms() + self._patience_ms  # Who waits for a turn waits for the database.
        async with self._turn:
            connection = await self._take(until)
            try:
                yield connection
            except (*BROKEN, *_AWAY) as failure:
                gone = connection.is_closed() or isinstance(failure, _AWAY)
                connection.terminate()
                if gone:  # What was asked of it may have been done, or not.
                    raise Unanswered(WHOM) from failure
                raise
            finally:
                if connection.is_closed() or connection.is_in_transaction():
                    connection.terminate()
                else:
                    self._free.append(connection)

    async def _take(self, until: int) -> Any:
        """A connection; while the database is away, wait for it: nothing was asked yet."""
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
        while True:
            try:
                return await self._open()
            except (OSError, *_AWAY) as silence:
                if _now_ms() >= until:
                    raise Unanswered(WHOM) from silence
            await asyncio.sleep(_LOOKS_EVERY_MS / 1000)

    async def _open(self) -> Any:
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

    def __init__(
        self,
        url: str,
        *,
        connections_max: int = CONNECTIONS_MAX,
        patience_ms: int = PATIENCE_MS,
    ) -> None:
        writers = max(1, connections_max // 2)
        self.url = url
        self._writers = Connections(
            url, most=writers, settings=dict(_SETTINGS), patience_ms=patience_ms
        )
        self._readers = Connections(
            url,
            most=max(1, connections_max - writers),
            settings={**_SETTINGS, "default_transaction_read_only": "on"},
            patience_ms=patience_ms,
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
    async def at_once(self) -> AsyncIterator[Tx]:
        """A connection for one statement that is a transaction of its own."""
        async with self._writers.one() as connection:
            yield Tx(connection)

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


def _now_ms() -> int:
    return int(asyncio.get_running_loop().time() * 1000)
