"""The schema shards by region as it stands: region_code comes first in every key."""

import pytest

KEYS = """
SELECT i.indexrelid::regclass::text AS name, a.attname AS first
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
  LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
 WHERE i.indisunique AND c.relname <> 'migrations'
 ORDER BY 1
"""
TABLES = """
SELECT c.relname AS name, a.attname AS first
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
 WHERE c.relkind = 'r' AND c.relname <> 'migrations'
"""


@pytest.mark.parametrize("question", [KEYS, TABLES], ids=["unique indexes", "tables"])
async def test_the_region_comes_first_everywhere(db, question):
    async with db.reading() as tx:
        rows = await tx.connection.fetch(question)
    assert len(rows) > 10
    assert {row["name"]: row["first"] for row in rows if row["first"] != "region_code"} == {}


async def test_personal_numbers_rest_sealed_and_can_be_found_by_their_hash(db):
    async with db.reading() as tx:
        rows = await tx.connection.fetch(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name ~ '(number|phone)_(sealed|hash)$'"
        )
    assert {row["data_type"] for row in rows} == {"bytea"}
    assert {row["column_name"] for row in rows} == {
        "number_sealed",
        "number_hash",
        "phone_hash",
        "phone_sealed",
    }
