"""Line: one connection of a browser: a request goes out, and its answer comes back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import httptools

from chaos.wire import LOCALHOST

_PATIENCE_SECONDS: Final = 15


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: bytes


class Line:
    """A browser's connection to one port, made anew whenever it has broken."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._call: _Call | None = None

    async def ask(self, request: bytes) -> Answer:
        """Send a request. Raises OSError when no answer comes: it may have been done."""
        if self._call is None or self._call.gone:
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(_PATIENCE_SECONDS):
                _, self._call = await loop.create_connection(_Call, LOCALHOST, self._port)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self._call.ask(request)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if self._call is not None:
            self._call.hang_up()
            self._call = None


class _Call(asyncio.Protocol):
    """A connection as long as it lasts."""

    def __init__(self) -> None:
        self.gone = False
        self._transport: Any = None
        self._answer: asyncio.Future[Answer] | None = None
        self._parser: Any = None
        self._location = ""
        self._body = b""

    async def ask(self, request: bytes) -> Answer:
        self._answer = asyncio.get_running_loop().create_future()
        self._parser, self._location, self._body = httptools.HttpResponseParser(self), "", b""
        self._transport.write(request)
        return await self._answer

    def hang_up(self) -> None:
        self.gone = True
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("they hung up"))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.hang_up()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"location":
            self._location = value.decode()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if not self._parser.should_keep_alive():
            self.gone = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(
                Answer(self._parser.get_status_code(), self._location, self._body)
            )
