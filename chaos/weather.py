"""Weather: what will go wrong in a storm, and when. The seed decides all of it beforehand."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final, TypeVar


class Kill(StrEnum):
    """What is killed with -9."""

    WEB = "web"  # One of the web workers.
    SERVE = "serve"  # The program that watches over the web workers.
    WORKER = "worker"
    POSTGRES = "postgres"  # Its first process.
    BACKEND = "backend"  # One of its connections; PostgreSQL then ends all the others.


class Trouble(StrEnum):
    """What befalls a wire between the program and the channels."""

    CUT = "cut"  # Hung up, and nobody answers.
    SILENT = "silent"  # Nothing arrives until it is over, and then all of it.
    SLOW = "slow"
    DEAF = "deaf"  # What is asked arrives, and the answers are lost.


class Way(StrEnum):
    """Which of the two wires."""

    OUT = "to_channel"
    IN = "from_channel"  # Notices.


class Fault(StrEnum):
    """What the channel does wrong by itself, as the sandbox names it."""

    ANSWER_LOST = "answer_lost"
    ANSWER_HANGS = "answer_hangs"
    ANSWER_FORGED = "answer_forged"
    SYSTEM_ERROR = "system_error"
    UNAVAILABLE = "unavailable"
    SLOW = "slow"
    STRAY = "stray"  # Money for an order nobody has opened.


@dataclass(frozen=True, slots=True)
class Blow:
    """One thing that goes wrong: when, what, for how long or how often."""

    at: float
    what: Kill | Trouble | Fault
    way: Way = Way.OUT
    seconds: float = 0
    times: int = 1


QUIET_SECONDS: Final = 1.5  # At the beginning, so that there is something to break.
_KILLS_EVERY: Final = 5.2
_TROUBLES_EVERY: Final = 4.5
_FAULTS_EVERY: Final = 2.0
_SERVE_FROM: Final = 30  # It takes the longest to come back: not in short storms.
_KILLS: Final = (Kill.WEB, Kill.WORKER, Kill.POSTGRES, Kill.BACKEND)
_TROUBLES: Final = tuple((trouble, way) for trouble in Trouble for way in Way)
Card = TypeVar("Card")
_LASTS: Final = (0.4, 1.4)


def forecast(seed: int, seconds: float) -> list[Blow]:
    """Everything that will go wrong in a storm of so many seconds, in order."""
    dice = Random(seed)
    blows = [*_kills(dice, seconds), *_troubles(dice, seconds), *_faults(dice, seconds)]
    return sorted(blows, key=lambda blow: blow.at)


def _kills(dice: Random, seconds: float) -> Iterator[Blow]:
    """One after the other, with time between them for what was killed to come back."""
    deck, count = _deck(dice, _KILLS), max(1, int(seconds / _KILLS_EVERY))
    every = (seconds - QUIET_SECONDS - 1) / count
    for number in range(count):
        at = QUIET_SECONDS + every * (number + dice.uniform(0, 0.4))
        whole = seconds >= _SERVE_FROM and number == count // 2
        yield Blow(at, Kill.SERVE if whole else next(deck))


def _troubles(dice: Random, seconds: float) -> Iterator[Blow]:
    deck = _deck(dice, _TROUBLES)
    for at in _moments(dice, seconds, every=_TROUBLES_EVERY):
        trouble, way = next(deck)
        yield Blow(at, trouble, way, seconds=min(dice.uniform(*_LASTS), seconds - at))


def _faults(dice: Random, seconds: float) -> Iterator[Blow]:
    deck = _deck(dice, tuple(Fault))
    for at in _moments(dice, seconds, every=_FAULTS_EVERY):
        yield Blow(at, next(deck), times=dice.randint(1, 4))


def _moments(dice: Random, seconds: float, *, every: float) -> list[float]:
    """One moment in each stretch of time, so that no two come together by chance alone."""
    last = seconds - QUIET_SECONDS / 2
    starts = [QUIET_SECONDS + every * n for n in range(int((last - QUIET_SECONDS) / every) or 1)]
    return [min(start + dice.uniform(0, every * 0.8), last) for start in starts]


def _deck(dice: Random, cards: Sequence[Card]) -> Iterator[Card]:
    """The cards shuffled, and shuffled again when all were drawn: each comes as often."""
    waiting: deque[Card] = deque()
    while True:
        if not waiting:
            waiting.extend(dice.sample(cards, len(cards)))
        yield waiting.popleft()
