"""Storm: lets everything of a forecast happen, and brings back what was killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from typing import Final

from city import browsers
from city.residents import REGION

from chaos import family
from chaos.ground import Ground, Say
from chaos.line import Line
from chaos.weather import Blow, Fault, Kill, Trouble, Way
from chaos.wire import Wire

_AGAIN_SECONDS: Final = 0.2  # As an init waits before it starts a program again.
_LOOKS_FOR_SECONDS: Final = 3  # For something to kill, if it is not there just now.
_PROGRAMS: Final = {Kill.WORKER: "worker", Kill.SERVE: "serve"}
_STRAY_FEN: Final = 12_300


@dataclass(slots=True)
class Damage:
    """What a storm has done."""

    kills: Counter[Kill] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    killed_at: list[tuple[float, Kill]] = field(default_factory=list)
    ended_alone: list[str] = field(default_factory=list)  # Programs nobody killed.


class Storm:
    """One storm over a ground."""

    def __init__(self, ground: Ground, seed: int, say: Say) -> None:
        self.damage = Damage()
        self._ground = ground
        self._dice = Random(seed + 1)
        self._say = say
        self._tasks: set[asyncio.Task[None]] = set()
        self._wires = {Way.OUT: ground.to_channel, Way.IN: ground.from_channel}
        self._watches = [asyncio.create_task(self._watch(name)) for name in ("worker", "serve")]

    async def rage(self, blows: Sequence[Blow]) -> None:
        """Let it all happen, each at its time."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for blow in blows:
            await asyncio.sleep(max(0, began + blow.at - loop.time()))
            task = asyncio.create_task(self._strike(blow))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def calm(self) -> None:
        """Let it be over: nothing is struck any more, and everything that runs goes on."""
        await asyncio.gather(*self._tasks)
        for wire in self._wires.values():
            wire.recover()
        await self._order("DELETE", None)

    async def end(self) -> None:
        """Watch over the programs no more."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)

    async def _strike(self, blow: Blow) -> None:
        match blow.what:
            case Kill():
                await self._kill(blow.what)
            case Trouble():
                await self._suffer(self._wires[blow.way], blow)
            case Fault():
                await self._go_wrong(blow)

    async def _kill(self, kind: Kill) -> None:
        """Find somebody of this kind, and end them."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _LOOKS_FOR_SECONDS
        while loop.time() < until:
            found = self._victims(kind)
            if found:
                try:
                    os.kill(self._dice.choice(found), signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.damage.kills[kind] += 1
                self.damage.killed_at.append((loop.time(), kind))
                self._say(f"kill -9 {kind}")
                return
            await asyncio.sleep(_AGAIN_SECONDS)

    def _victims(self, kind: Kill) -> list[int]:
        ground = self._ground
        try:
            match kind:
                case Kill.POSTGRES:
                    return [ground.postmaster]
                case Kill.BACKEND:
                    return family.connections(ground.postmaster)
                case Kill.WEB:
                    return family.web_workers(ground.running["serve"].process.pid)
                case Kill.WORKER | Kill.SERVE:
                    child = ground.running[_PROGRAMS[kind]]
                    return [child.process.pid] if child.process.returncode is None else []
        except (OSError, ValueError):
            return []  # PostgreSQL is on its way back.

    async def _watch(self, name: str) -> None:
        """Start a program again whenever it has ended, as an init does."""
        while True:
            code = await self._ground.running[name].process.wait()
            if code != -signal.SIGKILL:
                self.damage.ended_alone.append(f"{name} ended by itself with {code}")
                self._say(f"{name} ended by itself with {code}")
            await asyncio.sleep(_AGAIN_SECONDS)
            await self._ground.start(name)

    async def _suffer(self, wire: Wire, blow: Blow) -> None:
        assert isinstance(blow.what, Trouble)
        self.damage.troubles[f"{blow.what} {blow.way}"] += 1
        self._say(f"{blow.what} {blow.way} for {blow.seconds:.1f} s")
        wire.suffer(blow.what)
        await asyncio.sleep(blow.seconds)
        if wire.trouble is blow.what:
            wire.recover()

    async def _go_wrong(self, blow: Blow) -> None:
        self.damage.faults[str(blow.what)] += blow.times
        if blow.what is Fault.STRAY:
            for _ in range(blow.times):
                await self._stray()
            return
        ms = self._dice.randint(200, 1500) if blow.what is Fault.SLOW else 0
        told = {"kind": blow.what, "on": "any", "count": blow.times, "ms": ms}
        await self._order("POST", told)

    async def _stray(self) -> None:
        """Let the channel take money for an order that nobody has opened."""
        notify = f"{self._ground.config.base_url}/notify/wechat/{REGION}"
        told = {"notify_url": notify, "total_fen": _STRAY_FEN}
        await self._post("/sandbox/attempts/stray", told)

    async def _order(self, method: str, told: Mapping[str, object] | None) -> None:
        await self._post("/sandbox/faults", told, method=method)

    async def _post(
        self, path: str, told: Mapping[str, object] | None, *, method: str = "POST"
    ) -> None:
        bare = browsers.request(path, port=self._ground.sandbox_port)
        head = bare.removeprefix(b"GET ").removesuffix(b"\r\n")
        body = json.dumps(told or {}).encode()
        sized = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
        line = Line(self._ground.sandbox_port)
        answer = await line.ask(method.encode() + b" " + sized)
        line.close()
        assert answer.status == HTTPStatus.OK, answer.body
