"""Headers: what goes out with every answer, and how it is packed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

from isal import igzip

from shebao.web.cookies import Cookie

Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
RawHeaders: TypeAlias = list[tuple[bytes, bytes]]

PACK_FROM: Final = 1024
PACK_LEVEL: Final = 1  # As small as zlib's level 1, in half the time.
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_ALWAYS: Final[RawHeaders] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]
_PRIVATE: Final = [
    *_ALWAYS,
    (b"cache-control", b"no-store"),
    (b"vary", b"cookie, accept-encoding"),
]
_FOR_GOOD: Final = [
    *_ALWAYS,
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"vary", b"accept-encoding"),
]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as HTTP sends it."""

    status: int
    headers: RawHeaders
    body: bytes

    async def send(self, send: Send) -> None:
        """Send it."""
        headers = [*self.headers, (b"content-length", str(len(self.body)).encode())]
        start = {"type": "http.response.start", "status": self.status, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": self.body})


def html(text: str, *, status: int, more: RawHeaders, policy: bytes, packed: bool) -> Response:
    """A page, what its browser lets it do, and what it is told before the first word."""
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", policy),
        *_PRIVATE,
        *more,
    ]
    return Response(int(status), *_packed(headers, text.encode(), packed=packed))


@lru_cache(maxsize=8)
def policy_of(leads_to: tuple[str, ...], scripts_from: str = "") -> bytes:
    """What a page may do: its forms lead to us, and to nobody else but those named."""
    scripts = f"script-src 'self' {scripts_from}" if scripts_from else "script-src 'self'"
    return " ".join([_POLICY.replace("script-src 'self'", scripts), *leads_to]).encode()


def content(
    body: bytes, *, status: int = 200, media_type: str, more: RawHeaders | None = None
) -> Response:
    """A file or facts that belong to one person."""
    policy = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
    headers = [(b"content-type", media_type.encode()), policy, *_PRIVATE, *(more or [])]
    return Response(int(status), headers, body)


def see_other(path: str, cookies: RawHeaders) -> Response:
    """Look over there, and ask for it with GET."""
    return Response(303, [(b"location", path.encode()), *_PRIVATE, *cookies], b"")


def for_good(plain: bytes, gzipped: bytes, media_type: str, *, packed: bool) -> Response:
    """A file whose name changes when it does."""
    headers = [(b"content-type", media_type.encode()), *_FOR_GOOD]
    if packed:
        headers.append((b"content-encoding", b"gzip"))
    return Response(200, headers, gzipped if packed else plain)


def set_cookies(cookies: Sequence[Cookie], *, secure: bool) -> RawHeaders:
    """The headers that set some cookies."""
    return [(b"set-cookie", cookie.header(secure=secure).encode()) for cookie in cookies]


def _packed(headers: RawHeaders, body: bytes, *, packed: bool) -> tuple[RawHeaders, bytes]:
    if not packed or len(body) < PACK_FROM:
        return headers, body
    small = igzip.compress(body, PACK_LEVEL, mtime=0)
    return [*headers, (b"content-encoding", b"gzip")], small
