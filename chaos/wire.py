"""Wire: the network between the program and the channels, which can be cut, silenced and slowed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from chaos.weather import Trouble

LOCALHOST: Final = "127.0.0.1"
_SLOW_SECONDS: Final = 0.25


class Wire:
    """Listens on a port of its own, and carries what comes to another port, and back."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.port = 0
        self.trouble: Trouble | None = None
        self.carried = 0
        self.cut = 0  # Connections that were hung up.
        self._lines: set[_End] = set()
        self._held: list[Callable[[], None]] = []
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen, on whichever port is free."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Near(self), LOCALHOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Hang up for good."""
        assert self._server is not None
        self._server.close()
        self._hang_up()

    def suffer(self, trouble: Trouble) -> None:
        """Begin to go wrong."""
        self.trouble = trouble
        if trouble is Trouble.CUT:
            self._hang_up()

    def recover(self) -> None:
        """Carry as before; what was held back arrives now, whoever still waits for it."""
        self.trouble = None
        held, self._held = self._held, []
        for deliver in held:
            deliver()

    def joined(self, end: _End) -> None:
        """Keep a connection in mind."""
        self._lines.add(end)

    def left(self, end: _End) -> None:
        """Forget a connection."""
        self._lines.discard(end)

    def hold(self, deliver: Callable[[], None]) -> None:
        """Deliver something when the silence is over."""
        self._held.append(deliver)

    def _hang_up(self) -> None:
        self.cut += len(self._lines)
        for end in list(self._lines):
            end.abort()


class _End(asyncio.Protocol):
    """One end of a connection through us; what it hears, the other end says."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.transport: Any = None
        self.other: _End | None = None
        self._waiting: list[bytes] = []
        self._free_at = 0.0  # When what was said last will have been carried.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.wire.joined(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.wire.left(self)
        if self.other is not None:
            self._in_order(self.other.close)

    def data_received(self, data: bytes) -> None:
        self.wire.carried += 1
        self._in_order(lambda: self._pass_on(data))

    def say(self, data: bytes) -> None:
        """Say something as soon as there is somebody to say it to."""
        if self.transport is None:
            self._waiting.append(data)
        elif not self.transport.is_closing():
            self.transport.write(data)

    def close(self) -> None:
        """Hang up, when all is said."""
        if self.transport is not None:
            self.transport.close()

    def abort(self) -> None:
        """Hang up at once."""
        if self.transport is not None:
            self.transport.abort()

    def said_meanwhile(self) -> None:
        """Say what was waiting for the connection."""
        waiting, self._waiting = self._waiting, []
        for data in waiting:
            self.say(data)

    def _pass_on(self, data: bytes) -> None:
        if self.other is not None:
            self.other.say(data)

    def _in_order(self, action: Callable[[], None]) -> None:
        """Do it now or later, and never before what came earlier."""
        loop = asyncio.get_running_loop()
        if self.wire.trouble is Trouble.SILENT:
            self.wire.hold(action)
            return
        slow = _SLOW_SECONDS if self.wire.trouble is Trouble.SLOW else 0
        at = max(self._free_at + 1e-4, loop.time() + slow)
        if not slow and self._free_at <= loop.time():
            action()
        else:
            self._free_at = at
            loop.call_at(at, action)


class _Far(_End):
    """The end at whom it is for."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.said_meanwhile()

    def data_received(self, data: bytes) -> None:
        if self.wire.trouble is Trouble.DEAF:
            self.wire.cut += 1
            self.abort()
        else:
            super().data_received(data)


class _Near(_End):
    """The end at whoever called."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self.wire.trouble is Trouble.CUT:
            self.abort()
            return
        self.other = _Far(self.wire)
        self.other.other = self
        self._calling = asyncio.create_task(self._call(self.other))

    async def _call(self, far: _End) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: far, LOCALHOST, self.wire.to_port)
        except OSError:
            self.abort()
            return
        if self.transport.is_closing() and self.wire.trouble is not Trouble.SILENT:
            with suppress(RuntimeError):
                far.close()
