"""Bench: measures everything, or one thing, and prints it beside its limit."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from bench import (
    deduction,
    first_page,
    growth,
    levy,
    machine,
    notices,
    orders,
    paint,
    payables,
    policy,
    reconcile,
    roster,
)
from bench.books import server
from bench.figures import Figure, show, write
from bench.run import FULL, QUICK, Run, Scale, say
from shebao.sandbox.credentials import open_folder

BENCHES: Final[Mapping[str, Callable[[Run], Awaitable[list[Figure]]]]] = {
    "notices": notices.measure,
    "orders": orders.measure,
    "payables": payables.measure,
    "first_page": first_page.measure,
    "policy": policy.measure,
    "growth": growth.measure,
    "levy": levy.measure,
    "reconcile": reconcile.measure,
    "deduction": deduction.measure,
    "roster": roster.measure,
}
# What takes a whole system and a browser of its own; the tests of the bench leave it to people.
APART: Final[Mapping[str, Callable[[Run], Awaitable[list[Figure]]]]] = {"paint": paint.measure}


async def bench(names: Sequence[str], scale: Scale) -> list[Figure]:
    """Measure these, one after the other, on a PostgreSQL of our own."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="shebao-bench-run-") as kept:
        folder = Path(kept)
        open_folder(folder / "credentials")
        async with server() as running, Run(scale, running, folder) as run:
            for name in names:
                say(f"{name} ({machine.load()})")
                found += await {**BENCHES, **APART}[name](run)
    return found


@click.command()
@click.option("--quick", is_flag=True, help="Smaller cities and fewer laps: a look, no proof.")
@click.option("--only", type=click.Choice([*BENCHES, *APART]), help="Measure one thing.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write JSON lines.")
def main(*, quick: bool, only: str | None, file: Path | None) -> None:
    """Measure what design.md §8 asks for, side by side with its limits."""
    names = [only] if only else [*BENCHES, *APART]
    before = machine.load()
    figures = asyncio.run(bench(names, QUICK if quick else FULL))
    show(figures, before=before, after=machine.load())
    if file is not None:
        write(figures, file)


if __name__ == "__main__":
    main(prog_name="bin/bench")
