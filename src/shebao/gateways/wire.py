"""Wire: HTTP/1.1 to whoever is outside, over connections that are kept; it does what httpx asks.

The parser is uvicorn's, in C: a question costs a quarter of what httpx's own connections cost,
which were a third of a payment (ADR 0035). Nothing is asked twice: a kept connection is looked
at before it is used, and once a byte has been written on it, whatever goes wrong is silence.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from typing import Any, Final, TypeAlias, cast

import httptools
import httpx

_HEAD_BYTES_MAX: Final = 64 * 1024
_HELD_BYTES_MAX: Final = 512 * 1024  # Of a file that comes faster than it is taken.
_FINAL_STATUS: Final = 200  # Below it, the answer is still to come.
_WITHOUT_BODY: Final = frozenset({204, 304})
_PORTS: Final = {"http": 80, "https": 443}
_Headers: TypeAlias = list[tuple[bytes, bytes]]
_Place: TypeAlias = tuple[str, str, int]  # How, where and at which port.


class Wire(httpx.AsyncBaseTransport):
    """The connections, the last used first; so many questions at once and no more.

    Without `tls`, whom certifi's authorities vouch for is believed, as httpx does.
    """

    def __init__(self, *, most: int, idle_seconds: int, tls: ssl.SSLContext | None = None) -> None:
        self._turn = asyncio.Semaphore(most)
        self._idle_seconds = idle_seconds
        self._kept: defaultdict[_Place, list[_Line]] = defaultdict(list)
        self._tls = tls  # Made when first needed: reading so many certificates takes a while.

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask, and bring back the answer's head; its body is read by who asked."""
        head, place, line, status = _head(request), _place(request.url), None, 0
        await self._turn.acquire()
        try:
            line = self._again(place) or await self._open(place)
            await line.ask(head, request)
            status, headers = await line.answer()
        finally:
            if not status:  # Whatever happened, and if only that nobody waits any more.
                self._turn.release()
                if line is not None:
                    line.cut()
        return httpx.Response(status, headers=headers, stream=_Body(self, place, line))

    def give_back(self, place: _Place, line: _Line) -> None:
        """Keep a connection whose answer was read to its end; cut any other."""
        self._turn.release()
        if not line.good:
            line.cut()
            return
        now = asyncio.get_running_loop().time()
        kept = self._kept[place]
        while kept and kept[0].until <= now:
            kept.pop(0).cut()
        line.until = now + self._idle_seconds
        kept.append(line)

    async def aclose(self) -> None:
        """Hang up."""
        for lines in self._kept.values():
            while lines:
                lines.pop().cut()

    def _again(self, place: _Place) -> _Line | None:
        kept, now = self._kept[place], asyncio.get_running_loop().time()
        while kept:
            line = kept.pop()
            if line.until > now and line.quiet:
                return line
            line.cut()
        return None

    async def _open(self, place: _Place) -> _Line:
        scheme, host, port = place
        if scheme == "https" and self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)
        tls = self._tls if scheme == "https" else None
        loop = asyncio.get_running_loop()
        try:
            _, line = await loop.create_connection(_Line, host, port, ssl=tls)
        except OSError as nobody:  # TLS that cannot be trusted, too.
            raise httpx.ConnectError(str(nobody)) from nobody
        return line


class _Body(httpx.AsyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(self, wire: Wire, place: _Place, line: _Line) -> None:
        self._wire, self._place = wire, place
        self._line: _Line | None = line

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._line is not None and (piece := await self._line.piece()):
            yield piece

    async def aclose(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self._wire.give_back(self._place, line)


class _Line(asyncio.Protocol):
    """One connection, and the one answer that is coming on it."""

    def __init__(self) -> None:
        self.until: Any = 0  # By the clock of the loop: how long it is kept.
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._fault: Exception | None = None
        self._room: asyncio.Future[None] | None = None  # Who waits to write more.
        self._news: asyncio.Future[None] | None = None  # Who waits for what comes.
        self._begin()
        self._done = True

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._headers: _Headers = []
        self._status = 0  # Nought until the head is here.
        self._pieces: deque[bytes] = deque()
        self._held = self._head_bytes = 0
        self._done = self._to_the_end = self._goes_on = self._paused = False

    @property
    def good(self) -> bool:
        """Whether another question may follow."""
        return (
            self._done
            and self._fault is None
            and not self._to_the_end
            and not self._pieces
            and self._goes_on
        )

    @property
    def quiet(self) -> bool:
        """Whether nothing has come since the last answer: no word, and no end."""
        if self._fault is not None or self._transport is None or self._transport.is_closing():
            return False
        looks = select.poll()
        looks.register(self._transport.get_extra_info("socket").fileno(), select.POLLIN)
        return not looks.poll(0)

    async def ask(self, head: bytes, request: httpx.Request) -> None:
        """Write a question, piece by piece if it is long."""
        self._begin()
        assert self._transport is not None
        assert isinstance(request.stream, httpx.AsyncByteStream)
        assert "transfer-encoding" not in request.headers, "how long it is must be known"
        written = head
        async for piece in request.stream:
            self._transport.write(written + piece)
            written = b""
            if self._room is not None:
                await self._room
            if self._fault is not None:
                raise self._fault
        if written:
            self._transport.write(written)

    async def answer(self) -> tuple[int, _Headers]:
        """The head of the answer."""
        while not self._status:
            await self._something()
        return self._status, self._headers

    async def piece(self) -> bytes:
        """The next piece of the body; nothing when it is over."""
        while not self._pieces:
            if self._done:
                return b""
            await self._something()
        piece = self._pieces.popleft()
        self._held -= len(piece)
        if self._paused and self._held < _HELD_BYTES_MAX and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return piece

    def cut(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    async def _something(self) -> None:
        if self._fault is not None:
            raise self._fault
        self._news = self._loop.create_future()
        try:
            await self._news
        finally:
            self._news = None

    def _tell(self, fault: Exception | None = None) -> None:
        self._fault = self._fault or fault
        for waits in (self._news, self._room if self._fault else None):
            if waits is not None and not waits.done():
                waits.set_result(None)

    # What the connection says.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are of no such kind.

    def data_received(self, data: bytes) -> None:
        if self._done:  # A word that nobody asked for.
            self._tell(httpx.RemoteProtocolError("they spoke unasked"))
            self.cut()
            return
        self._head_bytes += 0 if self._status else len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as nonsense:
            self._tell(httpx.RemoteProtocolError(str(nonsense)))
        if not self._status and self._head_bytes > _HEAD_BYTES_MAX:
            self._tell(httpx.RemoteProtocolError("a head without end"))
        if self._held > _HELD_BYTES_MAX and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        if self._status or self._fault is not None:
            self._tell()

    def eof_received(self) -> None:
        if self._status and self._to_the_end:
            self._done = True

    def connection_lost(self, exc: Exception | None) -> None:
        if self._done and exc is None and self._status:
            self._fault = self._fault or httpx.RemoteProtocolError("they have hung up")
        self._tell(None if self._done else httpx.ReadError(str(exc or "they hung up")))

    def pause_writing(self) -> None:
        self._room = self._loop.create_future()

    def resume_writing(self) -> None:
        room, self._room = self._room, None
        if room is not None and not room.done():
            room.set_result(None)

    # What the parser says.

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < _FINAL_STATUS:
            self._headers = []
            return
        self._status = status
        named = {name.lower() for name, _ in self._headers}
        framed = named & {b"content-length", b"transfer-encoding"} or status in _WITHOUT_BODY
        self._to_the_end = not framed
        self._goes_on = self._parser.should_keep_alive()

    def on_body(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._held += len(piece)

    def on_message_complete(self) -> None:
        self._done = bool(self._status)

    def on_message_begin(self) -> None:
        if self._done:
            raise httpx.RemoteProtocolError("they said more than one answer")


def _place(url: httpx.URL) -> _Place:
    return url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]


def _head(request: httpx.Request) -> bytes:
    """The first lines of a question."""
    lines = [b"%s: %s" % pair for pair in request.headers.raw]
    lines.insert(0, b"%s %s HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path))
    head = b"\r\n".join([*lines, b"", b""])
    if head.count(b"\n") != len(lines) + 1 or head.count(b"\r") != len(lines) + 1:
        raise httpx.LocalProtocolError("a header of several lines")
    return head
