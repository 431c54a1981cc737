"""Run: how large the bench is today, and what it may use, made when first asked for.

A city is filled once and its program started once; both serve until the run is over.
"""

from __future__ import annotations

import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.books import Books, Server, fill
from bench.planted import Planted
from bench.program import Program, serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large: people of the cities, items to warm up, laps, items of each lap."""

    people: int
    more_people: int
    levied: tuple[int, int]  # People of the cities that are billed in one run.
    collected: int  # People a batch collects from.
    planted: Planted  # A day of money and its statement.
    warm: int
    laps: int
    count: int
    workers: int = 2  # Web workers of each program.
    seconds: float = 1  # Of CPU, for what is only counted.


FULL = Scale(
    people=30_000,
    more_people=300_000,
    levied=(1_000_000, 10_000_000),
    collected=1_000_000,
    planted=Planted(payments=1_000_000, differences=1_000),
    warm=640,
    laps=5,
    count=1_600,
)
QUICK = Scale(
    people=10_000,
    more_people=50_000,
    levied=(50_000, 250_000),
    collected=20_000,
    planted=Planted(payments=100_000, differences=1_000),
    warm=640,
    laps=2,
    count=800,
)


@dataclass(slots=True)
class Run:
    """One run of the bench."""

    scale: Scale
    server: Server
    folder: Path
    _cities: dict[int, Books] = field(default_factory=dict)
    _programs: dict[int, Program] = field(default_factory=dict)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        await self._open.aclose()

    async def program(self, books: Books) -> Program:
        """The web program of a city."""
        if books.people not in self._programs:
            starting = serving(books, folder=self.folder, workers=self.scale.workers)
            self._programs[books.people] = await self._open.enter_async_context(starting)
        return self._programs[books.people]

    async def city(self) -> Books:
        """The city everything is measured in."""
        return await self._filled(self.scale.people)

    async def larger_city(self) -> Books:
        """The city that shows what size costs."""
        return await self._filled(self.scale.more_people)

    async def _filled(self, people: int) -> Books:
        if people not in self._cities:
            self._cities[people] = await fill(
                self.server, f"bench_{people}", people=people, say=say
            )
        return self._cities[people]


def say(words: str) -> None:
    """Tell whoever waits what is going on."""
    print(f"  {words}", file=sys.stderr, flush=True)
