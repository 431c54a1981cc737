"""Run: how large the bench is today, and the cities it may use, filled when first asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from bench.books import Books, Server, fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large: people of the two cities, items to warm up, laps, items of each lap."""

    people: int
    more_people: int
    warm: int
    laps: int
    count: int


FULL = Scale(people=30_000, more_people=300_000, warm=640, laps=5, count=1_600)
QUICK = Scale(people=10_000, more_people=50_000, warm=640, laps=2, count=800)


@dataclass(slots=True)
class Run:
    """One run of the bench."""

    scale: Scale
    server: Server
    folder: Path
    _cities: dict[int, Books] = field(default_factory=dict)

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
