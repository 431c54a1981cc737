"""Residents: fills an empty database with a city of a chosen size, and names what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import asyncpg

from shebao.store.database import Database
from shebao.store.migrate import migrate

REGION: Final = "320400"
TODAY: Final = "2023-11-05"
BILLS_A_PERSON: Final = 4
STREWN: Final = 48_271  # A prime: times it, numbers side by side are people far apart.
_OF_PEOPLE: Final = ("persons", "sessions", "enrolments", "bills", "events")
_OF_ORDERS: Final = ("orders", "order_lines", "attempts")
_FILL: Final = Path(__file__).with_name("fill.sql").read_text("utf-8")


async def fill(url: str, *, people: int, orders: int) -> None:
    """People with four bills each; so many of them have two of these in a running order."""
    db = Database(url)
    await migrate(db)
    await db.close()
    connection = await asyncpg.connect(url)
    await connection.execute(f"SET city.people = {people}")
    await connection.execute(f"SET city.orders = {orders}")
    await connection.execute(_FILL)
    # Not those that are empty: PostgreSQL would take them to be empty for ever.
    filled = [*_OF_PEOPLE, *(_OF_ORDERS if orders else ())]
    await connection.execute(f"VACUUM ANALYZE {', '.join(filled)}")
    await connection.close()


def id_of(prefix: str, number: int) -> str:
    """The id of a thing of the city, as fill.sql makes it."""
    return f"{prefix}{number:026d}"


def bill_of(person: int, which: int) -> str:
    """One of a person's bills, counted from nought."""
    return id_of("bil", BILLS_A_PERSON * person + which)
