"""Every query is understood by the schema it will meet, and used by somebody."""

from pathlib import Path

import pytest

from shebao.store.queries import Queries

STORE = Path(__file__).parents[2] / "src" / "shebao" / "store"
ALL = [
    (file.stem, name)
    for file in sorted((STORE / "sql").glob("*.sql"))
    for name in Queries(file.stem)
]


@pytest.mark.parametrize(("stem", "name"), ALL)
async def test_the_schema_understands_the_query(db, stem, name):
    async with db.reading() as tx:
        statement = await tx.connection.prepare(Queries(stem)[name].text)
        assert len(statement.get_parameters()) == len(Queries(stem)[name].parameters)


@pytest.mark.parametrize(("stem", "name"), ALL)
def test_somebody_asks_the_query(stem, name):
    assert any(f"SQL.{name}" in shelf.read_text() for shelf in STORE.rglob(f"{stem}.py"))
