"""Transport: one HTTP question to somebody outside, and their answer as raw bytes.

Nothing is retried, redirected, decoded or remembered here. Whoever is silent, broken or
too slow is *Unanswered*: what we asked for may have happened, so we never ask it twice blindly.
A file is an answer too long to be held: it is handed on piece by piece as it comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from shebao.core.refusals import Unanswered, Unreached
from shebao.gateways.wire import Wire

TIMEOUT_SECONDS: Final = 8
CONNECTIONS_MAX: Final = 32
BODY_BYTES_MAX: Final = 4 * 1024 * 1024
FILE_BYTES_MAX: Final = 4 * 1024 * 1024 * 1024  # A million lines are a third of a gigabyte.
# Less than the five seconds most servers wait: a connection that closes just as we
# write on it leaves a question unanswered that was never asked.
_IDLE_SECONDS: Final = 3
_OK: Final = 200
_PIECE_BYTES: Final = 256 * 1024
_SERVER_ERROR: Final = 500
# No connection came about, so nothing can have been asked.
_NEVER_LEFT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# What comes back is checked byte by byte, so nothing may be compressed on the way.
_PLAIN: Final = {"accept-encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the names of the headers in lower case, the body untouched."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """The connections to everybody outside. Make one for a program; it needs no proxy."""

    def __init__(
        self,
        *,
        timeout_seconds: int = TIMEOUT_SECONDS,
        wire: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Keep connections for later; one deadline covers connecting, writing and reading."""
        self._timeout_seconds = timeout_seconds
        self._wire = wire or Wire(most=CONNECTIONS_MAX, idle_seconds=_IDLE_SECONDS)

    async def ask(
        self,
        *,
        whom: str,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
    ) -> Answer:
        """Send exactly these bytes and bring back the answer; a 5xx is not one."""
        request = httpx.Request(
            method,
            url,
            headers={**_PLAIN, **headers},
            content=body or None,
        )
        try:
            async with asyncio.timeout(self._timeout_seconds):
                answer = await self._exchange(request, whom)
        except _NEVER_LEFT as nobody:
            raise Unreached(whom) from nobody
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as silence:
            raise Unanswered(whom) from silence
        if answer.status >= _SERVER_ERROR:
            raise Unanswered(whom)
        return answer

    async def download(
        self,
        *,
        whom: str,
        url: str,
        headers: Mapping[str, str],
        take: Callable[[bytes], object],
        body: bytes = b"",
    ) -> Answer:
        """Hand on a file piece by piece as it comes; what is no file is an answer like any.

        The deadline is for each piece, as a long file may take its time. What was handed on
        before an *Unanswered* is not the whole file.
        """
        request = httpx.Request(
            "POST" if body else "GET", url, headers={**_PLAIN, **headers}, content=body or None
        )
        try:
            async with asyncio.timeout(self._timeout_seconds) as deadline:
                answer = await self._arriving(request, whom, take, deadline)
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as silence:
            raise Unanswered(whom) from silence
        if answer.status >= _SERVER_ERROR:
            raise Unanswered(whom)
        return answer

    async def upload(
        self, *, whom: str, url: str, headers: Mapping[str, str], file: Path
    ) -> Answer:
        """Put a file piece by piece, however long it is; the deadline is for each piece."""
        pieces = _Pieces(file, self._timeout_seconds)
        length = {"content-length": str(pieces.length)}
        request = httpx.Request("PUT", url, headers={**_PLAIN, **headers, **length}, content=pieces)
        try:
            async with asyncio.timeout(self._timeout_seconds) as pieces.deadline:
                answer = await self._exchange(request, whom)
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as silence:
            raise Unanswered(whom) from silence
        if answer.status >= _SERVER_ERROR:
            raise Unanswered(whom)
        return answer

    async def _arriving(
        self,
        request: httpx.Request,
        whom: str,
        take: Callable[[bytes], object],
        deadline: asyncio.Timeout,
    ) -> Answer:
        response = await self._wire.handle_async_request(request)
        is_file = response.status_code == _OK
        kept, length, clock = bytearray(), 0, asyncio.get_running_loop()
        try:
            assert isinstance(response.stream, httpx.AsyncByteStream)
            async for piece in response.stream:
                deadline.reschedule(clock.time() + self._timeout_seconds)
                length += len(piece)
                if length > (FILE_BYTES_MAX if is_file else BODY_BYTES_MAX):
                    raise Unanswered(whom)
                if is_file:
                    take(piece)
                else:
                    kept += piece
        finally:
            await response.aclose()
        return Answer(response.status_code, _headers(response), bytes(kept))

    async def _exchange(self, request: httpx.Request, whom: str) -> Answer:
        response = await self._wire.handle_async_request(request)
        try:
            body = bytearray()
            assert isinstance(response.stream, httpx.AsyncByteStream)
            async for piece in response.stream:
                body += piece
                if len(body) > BODY_BYTES_MAX:
                    raise Unanswered(whom)
        finally:
            await response.aclose()
        return Answer(response.status_code, _headers(response), bytes(body))

    async def close(self) -> None:
        """Give the connections back."""
        await self._wire.aclose()


class _Pieces:
    """A file in pieces; each one gives the next more time."""

    def __init__(self, file: Path, seconds: int) -> None:
        self._file, self._seconds = file, seconds
        self.length = file.stat().st_size
        self.deadline: asyncio.Timeout | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with self._file.open("rb") as stream:
            while piece := stream.read(_PIECE_BYTES):
                if self.deadline is not None:
                    now = asyncio.get_running_loop().time()
                    self.deadline.reschedule(now + self._seconds)
                yield piece


def _headers(response: httpx.Response) -> Mapping[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in response.headers.raw
    }
