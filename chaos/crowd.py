"""Crowd: many payers at once, each with the next bill as soon as the last is done with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from city.residents import BILLS_A_PERSON

from chaos.ground import Ground
from chaos.payer import Known, Payer

PAYERS: Final = 128
_LEAVES_WITHIN: Final = 6


class Crowd:
    """The payers of one storm."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.known = Known()
        self._dice = Random(seed + 2)
        self._baskets = self._some_of_everybody(sorted(ground.cookies))
        self._payers = [
            Payer(ground, self.known, Random(self._dice.random())) for _ in range(PAYERS)
        ]
        self._closed = False
        self._tasks: list[asyncio.Task[None]] = []

    def come(self) -> None:
        """Let them come in."""
        self._tasks = [asyncio.create_task(self._go_on(payer)) for payer in self._payers]

    async def leave(self) -> None:
        """Let nobody in any more, and wait a little for those who are inside."""
        self._closed = True
        await asyncio.wait(self._tasks, timeout=_LEAVES_WITHIN)
        for task in self._tasks:
            task.cancel()
        done = await asyncio.gather(*self._tasks, return_exceptions=True)
        for payer in self._payers:
            payer.close()
        mistakes = [one for one in done if isinstance(one, Exception)]
        assert not mistakes, mistakes

    async def _go_on(self, payer: Payer) -> None:
        for person, which in self._baskets:
            if self._closed:
                return
            await payer.pay(person, which)

    def _some_of_everybody(self, people: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
        """Baskets of one bill or two, of everybody once and then again, until all is paid."""
        for first in range(0, BILLS_A_PERSON, 2):
            for person in people:
                if self._dice.randrange(3):
                    yield person, [first]
                    yield person, [first + 1]
                else:
                    yield person, [first, first + 1]
