"""What tests of the command line may ask for."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio


@pytest_asyncio.fixture
async def fresh_database(real_server_url: str) -> AsyncIterator[str]:
    """A database with nothing in it, on the server of an operator."""
    name = f"fresh_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(real_server_url)
    await connection.execute(f"CREATE DATABASE {name}")
    yield real_server_url.replace("/postgres", f"/{name}")
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()
