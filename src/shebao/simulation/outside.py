"""Outside: the real sandbox in our own process, without sockets and without waiting.

Requests reach it through a wire on which they can be lost, come late, or lose their answer.
Its timers wait for the simulated clock, and its notices wait until the post is delivered.
"""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import httpx
from starlette.types import ASGIApp

from shebao.core.channel import Method
from shebao.sandbox import main as sandbox
from shebao.sandbox.bank.desk import Desk
from shebao.sandbox.channel.courier import Courier
from shebao.sandbox.channel.notices import Notice, NoticeState
from shebao.sandbox.faults import Faults
from shebao.sandbox.ledger import Ledger
from shebao.sandbox.nonces import Nonces
from shebao.sandbox.timers import Timers
from shebao.sandbox.town import Town
from shebao.simulation.clock import Clock
from shebao.simulation.loom import Loom
from shebao.simulation.rails.connected import rails
from shebao.simulation.rails.rail import Holding, Rail

URL: Final = "http://127.0.0.1:8100"
_PATIENCE_MS: Final = 8_000  # What the program waits for an answer.
_ON_ITS_WAY_MS: Final = 55_000  # How late a request may still arrive.
_STUCK: Final = frozenset({"ABNORMAL", "CLOSED"})
_IN_MEMORY: Final = Path(":memory:")


Tell = Callable[[str], None]
Weaving = tuple[Clock, Loom, Random, Tell]  # What a day is woven of.


class SimulatedTimers(Timers):
    """Things that happen later, when the simulated time has come."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(Fraction(1))
        self._clock = clock
        self._due: list[tuple[int, int, Callable[[], Awaitable[None]]]] = []
        self._serial = 0

    def after(self, delay_ms: int, action: Callable[[], Awaitable[None]]) -> None:
        """Do something once, some milliseconds from now."""
        self._serial += 1
        heapq.heappush(self._due, (self._clock.ms + max(0, delay_ms), self._serial, action))

    async def pass_until(self, ms: int) -> None:
        """Let the time pass, and do what comes due on the way."""
        while self._due and self._due[0][0] <= ms:
            at, _, action = heapq.heappop(self._due)
            self._clock.ms = max(self._clock.ms, at)
            await action()
        self._clock.ms = max(self._clock.ms, ms)

    @property
    def waiting(self) -> int:
        """How many things are still to happen."""
        return len(self._due)


class Outbox(Courier):
    """Notices that wait for whoever delivers the post; nothing is sent from here."""

    def __init__(self) -> None:
        self.letters: list[Notice] = []

    def carry(self, notice: Notice) -> None:
        """Keep a notice until it is delivered."""
        if notice.state is NoticeState.WAITING:
            self.letters.append(notice)


class Trouble(StrEnum):
    """What can befall one request on the wire."""

    NONE = "none"
    LOST = "lost"  # It never arrives.
    LATE = "late"  # It arrives after nobody waits for it any more.
    ANSWER_LOST = "answer_lost"  # It was done, and we never hear of it.


class Wire(httpx.AsyncBaseTransport):
    """The way to the channel and back."""

    def __init__(
        self, app: ASGIApp, loom: Loom, timers: SimulatedTimers, dice: Random, tell: Tell
    ) -> None:
        self._tell = tell
        self._inner = httpx.ASGITransport(app=app)
        self._loom = loom
        self._timers = timers
        self._dice = dice
        self.troubles: list[Trouble] = []  # Of the next requests, in order.
        self.refused: set[str] = set()  # Refunds the channel said no to, by our number.
        self.rails: Collection[Rail] = ()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Bring a request there, and its answer back, if all goes well."""
        await self._loom.turn()
        what = _short(request)
        trouble = self.troubles.pop(0) if self.troubles else Trouble.NONE
        if trouble is Trouble.LOST:
            self._tell(f"{what} 丢失")
            raise httpx.ConnectTimeout("the request was lost")
        if trouble is Trouble.LATE:
            delay = self._dice.randrange(_PATIENCE_MS, _ON_ITS_WAY_MS)
            self._tell(f"{what} 迟到 {delay // 1000} 秒")
            self._timers.after(delay, partial(self._arrive, request))
            raise httpx.ReadTimeout("the request comes late")
        with self._loom.at_work():
            response = await self._inner.handle_async_request(request)
            await response.aread()
        self.refused |= {no for rail in self.rails if (no := rail.no_to(request, response))}
        lost = "，应答丢失" if trouble is Trouble.ANSWER_LOST else ""
        self._tell(f"{what} {response.status_code}{lost}")
        await self._loom.turn()
        if trouble is Trouble.ANSWER_LOST:
            raise httpx.ReadTimeout("the answer was lost")
        return response

    async def _arrive(self, request: httpx.Request) -> None:
        response = await self._inner.handle_async_request(request)
        self._tell(f"{_short(request)} 终于到达 {response.status_code}")


class Outside:
    """The channels on one day: an empty ledger, and everything that moves it."""

    def __init__(self, mix: Collection[Method], built: Town, weaving: Weaving) -> None:
        clock, loom, dice, tell = weaving
        self.timers = SimulatedTimers(clock)
        self.outbox = Outbox()
        self.town = replace(
            built,
            ledger=Ledger(_IN_MEMORY),
            faults=Faults(),
            nonces=Nonces(),
            timers=self.timers,
            courier=self.outbox,
            alipay_courier=self.outbox,
            unionpay_courier=self.outbox,
            counter_courier=self.outbox,
            bank=Desk(built.bank.keys, self.outbox),
        )
        app = sandbox.around(self.town)
        self.wire = Wire(app, loom, self.timers, dice, tell)
        self.calm = httpx.ASGITransport(app=app)  # A way there on which nothing happens.
        self._window = httpx.AsyncClient(transport=self.calm, base_url=URL)
        self.rails = rails(mix, self.town, self._window)
        self.wire.rails = [*self.rails.values()]

    def rail(self, channel: str) -> Rail:
        """The rail whose channel the outside calls so; one contract of UnionPay is like another."""
        return next(one for one in self.rails.values() if channel in one.letters)

    async def holdings(self) -> tuple[Mapping[Rail, Sequence[Holding]], Sequence[Holding]]:
        """What every channel says it was paid, and every refund they tell of."""
        told = (await self._window.get("/sandbox/ledger")).json()
        paid = {rail: rail.payments(told["payments"]) for rail in self.rails.values()}
        return paid, told["refunds"]

    async def stuck(self) -> frozenset[str]:
        """Refunds that a channel took on and that move nothing, by our numbers."""
        _, back = await self.holdings()
        return frozenset(str(one["out_refund_no"]) for one in back if one["state"] in _STUCK)

    async def close(self) -> None:
        """Put the channel's book away."""
        await self._window.aclose()
        self.town.ledger.close()


def _short(request: httpx.Request) -> str:
    """A request as a person who follows the story knows it."""
    parts = request.url.path.removeprefix("/v3/").removesuffix("/close").split("/")
    asks = "close" if request.url.path.endswith("/close") else parts[0] or parts[1]
    return f"　→ {request.method} {asks} …{parts[-1][-4:]}"
