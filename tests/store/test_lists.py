"""Lists go to PostgreSQL as one text, and arrive as they left."""

import pytest

from shebao.store.lists import numbers, texts


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["NULL", "null", None],
        ["a,b", "{c}", " d ", "王小芳·", "\U00020bb7"],
        ['say "yes"', "back\\slash", '","'],
        ["line\nbreak\r\n\ttab"],
    ],
)
async def test_texts_arrive_as_they_left(db, values):
    async with db.reading() as tx:
        row = await tx.connection.fetchrow("SELECT $1::text::text[] AS found", texts(values))
    assert row["found"] == values


@pytest.mark.parametrize("values", [[], [0, -1, 2**63 - 1, None], [-(2**63)]])
async def test_numbers_arrive_as_they_left(db, values):
    async with db.reading() as tx:
        row = await tx.connection.fetchrow("SELECT $1::text::bigint[] AS found", numbers(values))
    assert row["found"] == values
