"""Schema: the tables as the database knows them after all migrations, written out to be read.

Migrations say how the schema came to be; this says what it is. The page
docs/generated/schema.sql is made from it, and a test compares the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from shebao.store.database import Row, Tx
from shebao.store.queries import Queries

SQL = Queries("schema")


async def written_out(tx: Tx) -> str:
    """The whole schema as SQL, in alphabetical order."""
    columns, inside = defaultdict(list), defaultdict(list)
    after: defaultdict[str, list[str]] = defaultdict(list)
    for row in await tx.rows(SQL.columns):
        columns[row["of"]].append(row)
    for row in await tx.rows(SQL.constraints):
        inside[row["of"]].append(row["says"])
    for query in (SQL.indexes, SQL.triggers):
        for row in await tx.rows(query):
            after[row["of"]].append(f"{_plain(row['says'])};")
    sequences = [f"CREATE SEQUENCE {row['name']};" for row in await tx.rows(SQL.sequences)]
    functions = [f"{_plain(row['says']).strip()};" for row in await tx.rows(SQL.functions)]
    tables = [
        "\n".join([_table(name, of, inside[name]), *after[name]]) for name, of in columns.items()
    ]
    return "\n\n".join(["\n".join(sequences), *functions, *tables]) + "\n"


def _table(name: str, columns: Sequence[Row], constraints: Sequence[str]) -> str:
    wide = max(len(column["name"]) for column in columns)
    body = [_column(column, wide) for column in columns] + list(constraints)
    options = columns[0]["options"]
    inside = ",\n".join(f"    {line}" for line in body)
    return f"CREATE TABLE {name} (\n{inside}\n){f' WITH ({options})' if options else ''};"


def _column(column: Row, wide: int) -> str:
    required = " NOT NULL" if column["required"] else ""
    otherwise = f" DEFAULT {column['otherwise']}" if column["otherwise"] else ""
    return f"{column['name']:{wide}} {column['type']}{required}{otherwise}"


def _plain(says: str) -> str:
    """Without the name of the schema, which is the same everywhere."""
    return says.replace("public.", "")
