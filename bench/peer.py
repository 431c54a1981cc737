"""Peer: pgbench, from the same wheel as our PostgreSQL, running our statements one item each.

The statements are those of ``store/sql``; each parameter becomes an expression of ``:n``, the
number of the item, so that nothing but the database's own work is measured.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from bench.books import Books
from bench.machine import family_cpu_us
from shebao.store.queries import Queries
from shebao.store.server.account import ENVIRONMENT
from shebao.store.server.binaries import wheel_binaries

CLIENTS: Final = 16
_PARAMETER: Final = re.compile(r"\$(\d+)(?:::text(?=::\w+\[\]))?")  # A list needs no detour.
_RATE: Final = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_COMMENT: Final = re.compile(r"--[^\n]*")
_SETTINGS: Final = "-c plan_cache_mode=force_generic_plan -c jit=off"


@dataclass(frozen=True, slots=True)
class Lap:
    """One run: items a second, and the database's CPU time an item."""

    rate: float
    cpu_us: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of ``store/sql/{stem}.sql`` with an expression for each of its parameters."""

    stem: str
    name: str
    facts: Mapping[str, str]

    def line(self) -> str:
        """The statement on one line, as pgbench reads it."""
        query = Queries(self.stem)[self.name]
        text = _COMMENT.sub("", query.text).strip().rstrip(";")
        names = query.parameters
        filled = _PARAMETER.sub(lambda found: f"({self.facts[names[int(found[1]) - 1]]})", text)
        return filled.replace("\n", " ") + ";"


def script(before: Sequence[Asked], inside: Sequence[Asked]) -> str:
    """The pgbench script: what is asked before the transaction, and inside it."""
    lines = [r"\set n :base + :client_id * :each + :i", r"\set i :i + 1"]
    lines += [asked.line() for asked in before]
    lines += ["BEGIN;", *(asked.line() for asked in inside), "COMMIT;"]
    return "\n".join(lines) + "\n"


async def run(books: Books, text: str, numbers: range, *, folder: Path) -> Lap:
    """Let pgbench do the items of these numbers."""
    each = len(numbers) // CLIENTS
    file = folder / "script.sql"
    file.write_text(text, encoding="utf-8")
    url = urlsplit(books.url)
    given = {name: values[0] for name, values in parse_qs(url.query).items()}
    arguments = {
        "-h": given["host"], "-p": given["port"], "-U": str(url.username), "-f": str(file),
        "-c": str(CLIENTS), "-j": "1", "-t": str(each), "-M": "prepared",
    }  # fmt: skip
    variables = {"base": numbers.start, "each": each, "i": 0, "people": books.people}
    before = family_cpu_us(books.server.postmaster)
    process = await asyncio.create_subprocess_exec(
        wheel_binaries() / "pgbench", "-n",
        *(word for pair in arguments.items() for word in pair),
        *(word for name, value in variables.items() for word in ("-D", f"{name}={value}")),
        url.path[1:],
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**ENVIRONMENT, "PGOPTIONS": _SETTINGS},
    )  # fmt: skip
    said, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()[:2000]
    spent = family_cpu_us(books.server.postmaster) - before
    found = _RATE.search(said.decode())
    assert found is not None, said.decode()
    return Lap(float(found[1]), spent / (each * CLIENTS))
