"""Rail: one way money comes on a simulated day, as its payers, its post and its files know it.

A rail plays what is outside: the person at the cashier, the letters the channel writes and what
its file of the day says. What we do about it is the program's own, and the same for all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Final

import httpx

from shebao.core.channel import Cashier, Method, Scene
from shebao.sandbox.channel.movements import Mishap, Movement
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.faults import Plan, Twist
from shebao.sandbox.town import Town

Holding = Mapping[str, Any]
Letter = tuple[Mapping[str, str], bytes]  # Headers and body, as they go out.
FORM: Final = {"content-type": "application/x-www-form-urlencoded;charset=utf-8"}
OF_FILES: Final = (
    *(Mishap.LATE, Mishap.NONE, Mishap.DAMAGED, Mishap.CUT_SHORT, Mishap.TOTALS_WRONG),
    Mishap.GARBLED,
)


class Lie(StrEnum):
    """How somebody may tell us what is not the channel's word."""

    PROBE = "probe"
    FORGED = "forged"
    STALE = "stale"


class Left(Exception):  # noqa: N818  An answer, not an error.
    """The person at the cashier finds that nothing can be paid there now."""


class Rail(ABC):
    """What is outside on one way of paying."""

    method: ClassVar[Method]
    scenes: ClassVar[tuple[Scene, ...]] = (Scene.H5,)
    lies: ClassVar[tuple[Lie, ...]] = (Lie.FORGED,)
    accepted: ClassVar[int] = 200
    closes: ClassVar[bool] = False  # Nobody can pay any more once we have asked for it.
    gives_back: ClassVar[bool] = True  # Else whatever goes back waits for a person.
    file_mishaps: ClassVar[tuple[Mishap, ...]] = OF_FILES
    number_most: ClassVar[int] = 64  # Characters of its numbers that its file has room for.
    stuck_there: ClassVar[str] = "—"  # How its file calls a refund that moved no money.

    def __init__(self, town: Town, window: httpx.AsyncClient) -> None:
        self.town = town
        self.window = window

    @property
    def channel(self) -> str:
        """The name the outside has for it."""
        return self.method.value

    @property
    def letters(self) -> tuple[str, ...]:
        """The names under which its letters go out."""
        return (self.channel,)

    @abstractmethod
    async def reached(self, cashier: Cashier) -> str | None:
        """The number of what the payer finds where we sent them; none when there is nothing."""

    @abstractmethod
    def is_open(self, number: str) -> bool:
        """Whether it can be paid."""

    @abstractmethod
    def is_closed(self, number: str) -> bool:
        """Whether it is over, and was not paid."""

    @abstractmethod
    def pay(self, number: str, plan: Plan) -> None:
        """Somebody pays. Raises Left."""

    @abstractmethod
    def pay_after_all(self, number: str, plan: Plan) -> None:
        """A bank answers for a payment that was under way when it was closed."""

    @abstractmethod
    def charge(self, number: str, fen: int) -> None:
        """From now on it asks for another sum."""

    @abstractmethod
    def stray(self, number: str, *, fen: int, url: str, plan: Plan) -> None:
        """Somebody pays for an order that nobody ever opened."""

    @abstractmethod
    def letter(self, notice: Notice, lie: Lie | None) -> Letter:
        """A notice as it goes out now, or a lie about it."""

    @abstractmethod
    def movements(self, day: date) -> Sequence[Movement]:
        """What really moved on a day."""

    @abstractmethod
    def fen(self, number: str) -> int:
        """What it asks for."""

    def pay_later(self, number: str, plan: Plan, *, wait_ms: int) -> None:
        """Somebody dawdles, and pays after a while. Raises Left."""
        raise Left(f"{number} {plan.late_ms} {wait_ms}")

    def decline(self, number: str) -> None:
        """Somebody leaves without paying. Raises Left."""
        raise Left(number)

    def no_to(self, request: httpx.Request, response: httpx.Response) -> str | None:  # noqa: ARG002
        """The refund a channel has just said no to, by our number, if that was the question."""
        return None

    def payments(self, told: Sequence[Holding]) -> Sequence[Holding]:
        """What the channel says it was paid, of all that was told of every channel."""
        return [one for one in told if one["channel"] == self.channel]


def silent(*, quiet: bool) -> Plan:
    """A payment of which the channel may forget to tell us."""
    return Plan(frozenset({Twist.NEVER})) if quiet else Plan()
