"""Road: one form posted to a merchant, and the first words of what it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import httpx

from shebao.sandbox.channel.courier import Heard

_HEARD_MOST: Final = 64
_HEADERS: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


class Road:
    """The connections to merchants, made when the first notice goes out."""

    def __init__(self, at_once: int, *, patience_seconds: int = 5) -> None:
        self._at_once = at_once
        self._patience_seconds = patience_seconds
        self._opened: httpx.AsyncClient | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Heard:
        """Send a body, and say what was answered while we were patient."""
        try:
            async with (
                asyncio.timeout(self._patience_seconds),
                self._client().stream("POST", url, content=body, headers=headers) as answer,
            ):
                return Heard(answer.status_code, (await _first(answer)).decode(errors="replace"))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            return Heard(None)

    async def close(self) -> None:
        """Hang up."""
        if self._opened is not None:
            await self._opened.aclose()

    def _client(self) -> httpx.AsyncClient:
        if self._opened is None:
            most = self._at_once
            limits = httpx.Limits(max_connections=most, max_keepalive_connections=most)
            self._opened = httpx.AsyncClient(
                trust_env=False, timeout=self._patience_seconds, limits=limits, headers=_HEADERS
            )
        return self._opened


async def _first(answer: httpx.Response) -> bytes:
    heard = b""
    async for piece in answer.aiter_bytes():
        heard += piece
        if len(heard) > _HEARD_MOST:
            break
    return heard[: _HEARD_MOST + 1]
