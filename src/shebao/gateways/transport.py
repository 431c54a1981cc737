"""Transport: one HTTP question to somebody outside, and their answer as raw bytes.

Nothing is retried, redirected, decoded or remembered here. Whoever is silent, broken or
too slow is *Unanswered*: what we asked for may have happened, so we never ask it twice blindly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from shebao.core.refusals import Unanswered

TIMEOUT_SECONDS: Final = 8
CONNECTIONS_MAX: Final = 32
BODY_BYTES_MAX: Final = 4 * 1024 * 1024
# Less than the five seconds most servers wait: a connection that closes just as we
# write on it leaves a question unanswered that was never asked.
_IDLE_SECONDS: Final = 3
_SERVER_ERROR: Final = 500
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
        limits = httpx.Limits(
            max_connections=CONNECTIONS_MAX,
            max_keepalive_connections=CONNECTIONS_MAX,
            keepalive_expiry=_IDLE_SECONDS,
        )
        self._wire = wire or httpx.AsyncHTTPTransport(limits=limits, trust_env=False)

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
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as silence:
            raise Unanswered(whom) from silence
        if answer.status >= _SERVER_ERROR:
            raise Unanswered(whom)
        return answer

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
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers.raw
        }
        return Answer(response.status_code, headers, bytes(body))

    async def close(self) -> None:
        """Give the connections back."""
        await self._wire.aclose()
