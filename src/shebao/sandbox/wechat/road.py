"""Road: one POST to a merchant, over connections that are kept open.

A bench sends thousands of notices to a program on the same machine, and a general client costs
more than the notice. So plain http goes over a few lines of our own; https goes over httpx.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx

_PATIENCE_SECONDS: Final = 5
_HEAD_MOST: Final = 64 * 1024
_NO_BODY: Final = (204, 304)
_BROKEN: Final = (OSError, EOFError, ValueError, asyncio.LimitOverrunError)

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Road:
    """The connections to merchants, used again as long as both sides keep them open."""

    def __init__(self, at_once: int) -> None:
        self._open: defaultdict[str, list[Wire]] = defaultdict(list)
        limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        timeout = _PATIENCE_SECONDS
        self._client = httpx.AsyncClient(trust_env=False, timeout=timeout, limits=limits)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int | None:
        """Send a body, and say the status of the answer; None when none came in five seconds."""
        parts = urlsplit(url)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                if parts.scheme == "http":
                    return await self._plain(parts, _request(parts, body, headers))
                answer = await self._client.post(url, content=body, headers=dict(headers))
                return answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, *_BROKEN):
            return None

    async def close(self) -> None:
        """Hang up."""
        for wires in self._open.values():
            for _, writer in wires:
                writer.close()
        await self._client.aclose()

    async def _plain(self, parts: SplitResult, request: bytes) -> int:
        waiting = self._open[parts.netloc]
        while waiting:
            try:
                return await self._ask(parts.netloc, waiting.pop(), request)
            except (OSError, EOFError):
                continue  # They had hung up meanwhile; a notice may come twice, so ask again.
        assert parts.hostname is not None
        wire = await asyncio.open_connection(parts.hostname, parts.port or 80, limit=_HEAD_MOST)
        return await self._ask(parts.netloc, wire, request)

    async def _ask(self, netloc: str, wire: Wire, request: bytes) -> int:
        reader, writer = wire
        keep = False
        try:
            writer.write(request)
            status, keep = await _answer(reader)
        finally:
            if keep:
                self._open[netloc].append(wire)
            else:
                writer.close()
        return status


def _request(parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> bytes:
    named = {"Host": parts.netloc, "Accept": "*/*", **headers, "Content-Length": str(len(body))}
    lines = [f"POST {parts.path or '/'} HTTP/1.1", *(f"{k}: {v}" for k, v in named.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """The status of an answer, and whether the connection can be used again."""
    first, *rest = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
    version, status, *_ = first.split(b" ", 2)
    told = dict(line.split(b":", 1) for line in rest if b":" in line)
    keep = version == b"http/1.1" and told.get(b"connection", b"").strip() != b"close"
    if int(status) not in _NO_BODY:
        length = told.get(b"content-length")
        if length is None:
            return int(status), False  # We do not read to the end, so the wire is spent.
        await reader.readexactly(int(length))
    return int(status), keep
