"""Road: one POST to a merchant, and the first words of what it answers.

Alipay believes the body of an answer and not its status, so both are brought back.
"""

from __future__ import annotations

import asyncio
from typing import Final

import httpx

_PATIENCE_SECONDS: Final = 5
_HEARD_MOST: Final = 64
_HEADERS: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}

Heard = tuple[int, bytes]


class Road:
    """The connections to merchants, made when the first notice goes out."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._opened: httpx.AsyncClient | None = None

    async def post(self, url: str, body: bytes) -> Heard | None:
        """Send a body, and say what was answered; None when nothing was in five seconds."""
        try:
            async with (
                asyncio.timeout(_PATIENCE_SECONDS),
                self._client().stream("POST", url, content=body) as answer,
            ):
                return answer.status_code, await _first(answer)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            return None

    async def close(self) -> None:
        """Hang up."""
        if self._opened is not None:
            await self._opened.aclose()

    def _client(self) -> httpx.AsyncClient:
        if self._opened is None:
            most = self._at_once
            limits = httpx.Limits(max_connections=most, max_keepalive_connections=most)
            self._opened = httpx.AsyncClient(
                trust_env=False, timeout=_PATIENCE_SECONDS, limits=limits, headers=_HEADERS
            )
        return self._opened


async def _first(answer: httpx.Response) -> bytes:
    heard = b""
    async for piece in answer.aiter_bytes():
        heard += piece
        if len(heard) > _HEARD_MOST:
            break
    return heard[: _HEARD_MOST + 1]
