"""Market: one simulated day: its clock, its dice, its channel, and the program that runs."""

from __future__ import annotations

import traceback
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.types import Message

from shebao.core.channel import Cashier
from shebao.core.refusals import Refusal, Unanswered
from shebao.gateways.bank.pay import Bank
from shebao.gateways.transport import Transport
from shebao.operations.gathering import Gathering
from shebao.operations.open_order import Basket, open_orders
from shebao.operations.world import World
from shebao.simulation.books import PulledPlug, Socket
from shebao.simulation.cast import Payer
from shebao.simulation.clock import Clock
from shebao.simulation.ground import Ground
from shebao.simulation.loom import Loom, Task
from shebao.simulation.outside import Outside
from shebao.simulation.rails.connected import Line, channels, drawn, statements
from shebao.web.notices import NoticeDoor

_NEVER_SECONDS: Final = 3600  # The wire decides what is lost, not how long this machine takes.


@dataclass(frozen=True, slots=True)
class Program:
    """A running program: everything it has in memory, gone when the plug is pulled."""

    world: World
    orders: Gathering[Basket, str]
    door: NoticeDoor


class Market:
    """One day, as far as it has come."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground = ground
        self.seed = seed
        self.dice = Random(seed)  # noqa: S311  Dice that fall the same way again.
        self.clock = Clock()
        self.loom = Loom(self.dice, self._ended)
        self.socket = Socket(self.loom)
        self.notes: list[str] = []  # What happened, in order.
        self.mix = drawn(self.dice)
        weaving = self.clock, self.loom, self.dice, self.note
        self.outside = Outside(self.mix, ground.town, weaving)
        self.note(f"今天的支付方式：{'、'.join(self.mix)}")
        self.cast: list[Payer] = []
        self.wrong: list[str] = []  # What must never happen.
        self._begun = 0
        ground.woven.loom, ground.woven.socket = self.loom, self.socket
        self.program = self._boot()

    def world_of(self, world: World) -> World:
        """A world with the clock and the dice of this day."""
        return replace(world, now=self.clock, entropy=self.dice.randbytes)

    def calm_world(self) -> World:
        """The same world before the market opens: nothing goes wrong in it yet."""
        return self._connected(Transport(wire=self.outside.calm))

    def note(self, what: str) -> None:
        """Keep what happened."""
        self.notes.append(f"{self.clock.said()}  {what}")

    def begin(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        """Begin something of the program; it goes on when the loom weaves."""
        self._begun += 1
        self.note(f"{name} #{self._begun} 开始")
        self.loom.start(f"{name} #{self._begun}", work)

    async def weave(self, most: int | None = None) -> bool:
        """Let what has begun go on; whether the plug was pulled meanwhile."""
        await self.loom.weave(most)
        if not self.loom.cut_short:
            return False
        self.note("程序断电，重新启动")
        await self.loom.cut()
        self.program = self._boot()
        return True

    async def passes(self, seconds: int) -> None:
        """Let time pass, outside and inside."""
        await self.outside.timers.pass_until(self.clock.ms + seconds * 1000)

    def _boot(self) -> Program:
        transport = Transport(timeout_seconds=_NEVER_SECONDS, wire=self.outside.wire)
        world = replace(self._connected(transport), db=self.ground.woven)

        async def opened(baskets: Any) -> Any:
            return await open_orders(world, baskets)

        return Program(world, Gathering(opened), NoticeDoor(world))

    def _connected(self, transport: Transport) -> World:
        line = Line(transport, self.clock, self.dice.randbytes)
        connected = channels(self.mix, self.ground.accounts, line)
        bank = {method: one for method, one in connected.items() if isinstance(one, Bank)}
        return replace(
            self.world_of(self.ground.world),
            channels=connected,
            agreements=bank,
            statements=statements(connected, self.ground.accounts, line),
        )

    def _ended(self, name: str, task: Task) -> None:
        if task.cancelled():
            self.note(f"{name} 没有做完")
            return
        match task.exception():
            case None:
                self.note(f"{name} {_said(task.result())}")
            case PulledPlug():
                self.note(f"{name} 断电")
            case Refusal() as refused:
                self.note(f"{name} 被拒：{refused.code}")
            case Unanswered():
                self.note(f"{name} 没有回音")
            case OSError():
                self.note(f"{name} 断线")
            case failure:
                self.note(f"{name} 出错")
                self.wrong += [f"{name}\n{''.join(traceback.format_exception(failure))}"]


async def knock(door: NoticeDoor, url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Bring a notice to the program's door; the status it answers."""
    answered = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": urlsplit(url).path,
        "headers": [(name.lower().encode(), said.encode()) for name, said in headers.items()],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        answered.append(message)

    try:
        await door(scope, receive, send)
    except Refusal as refused:
        raise AssertionError("the door answers a channel, whatever comes") from refused
    status: int = answered[0]["status"]
    return status


def _said(result: object) -> str:
    if isinstance(result, Cashier):
        return "到收银台"
    if isinstance(result, list):
        return f"{len(result)} 项"
    return "完成" if result is None or isinstance(result, str) else str(result)
