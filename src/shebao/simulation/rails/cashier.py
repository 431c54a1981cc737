"""Cashier: a rail whose payer stands at a page of the channel's own, and may dawdle or leave."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from shebao.sandbox import clock
from shebao.sandbox.channel.payer import CannotPay
from shebao.sandbox.faults import Plan
from shebao.sandbox.town import Town
from shebao.simulation.rails.rail import Left, Rail

LATE_MS: Final = 60_000  # What a bank may take to answer for a payment that was under way.


class Order(Protocol):
    """What a channel's cashier asks to be paid."""

    @property
    def total_fen(self) -> int:
        """What it asks for."""

    def standing(self, now: int) -> str:
        """How it stands, by the clock."""


AnOrder = TypeVar("AnOrder", bound=Order)


class Payer(Protocol[AnOrder]):
    """What a person at the cashier may do. Each raises CannotPay."""

    def pay(self, town: Town, order: AnOrder, plan: Plan, /) -> AnOrder:
        """Pay, unless the card is empty."""

    def pay_late(self, town: Town, order: AnOrder, plan: Plan, /, *, wait_ms: int) -> AnOrder:
        """Dawdle, and pay after a while."""

    def decline(self, town: Town, order: AnOrder, /) -> AnOrder:
        """Cancel."""


class CashierRail(Rail, Generic[AnOrder]):
    """A channel with a cashier of its own."""

    open: ClassVar[Collection[str]]
    payer: ClassVar[Payer[Any]]

    @abstractmethod
    def order(self, number: str) -> AnOrder:
        """The order of one of our numbers."""

    def is_open(self, number: str) -> bool:
        """Whether it can be paid."""
        return self.order(number).standing(clock.now_ms()) in self.open

    def fen(self, number: str) -> int:
        """What it asks for."""
        return self.order(number).total_fen

    def pay(self, number: str, plan: Plan) -> None:
        """Somebody pays. Raises Left."""
        with _or_left():
            self.payer.pay(self.town, self.order(number), plan)

    def pay_later(self, number: str, plan: Plan, *, wait_ms: int) -> None:
        """Somebody dawdles over the password or the bank's code. Raises Left."""
        with _or_left():
            self.payer.pay_late(self.town, self.order(number), plan, wait_ms=wait_ms)

    def decline(self, number: str) -> None:
        """Somebody cancels. Raises Left."""
        with _or_left():
            self.payer.decline(self.town, self.order(number))


@contextmanager
def _or_left() -> Iterator[None]:
    try:
        yield
    except CannotPay as no:
        raise Left(no.state) from no
