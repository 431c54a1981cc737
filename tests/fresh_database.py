"""Fresh database: one with nothing in it, beside the one an address names, gone afterwards."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg


@asynccontextmanager
async def fresh_database(url: str) -> AsyncIterator[str]:
    """The address of a new database on the same server."""
    name = f"test_{secrets.token_hex(4)}"
    address, replaced = re.subn(r"(://[^/?]*/)\w+", rf"\g<1>{name}", url, count=1)
    assert replaced, "the address names a database"
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        yield address
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()
