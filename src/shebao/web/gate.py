"""Gate (静态门户): the same pages for portals that host only a static package, such as 浙里办.

The package asks through the portal's gateway for one page at a time, and is answered with what it
shows: ``{path, title, mode, html, token}``. The token is all that a browser would keep in cookies,
sealed; cookies that come with the request itself are not read. What leads away from us is named
for the package to open (``go``), and what is kept as a file comes whole (``file``). Nobody comes
back to a package from a cashier, so what browser it is open in is not passed on: payers are shown a
code to scan first.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from email.message import Message
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode

from cryptography.exceptions import InvalidTag

from shebao.operations.world import World
from shebao.web.fields import FormUnreadable
from shebao.web.headers import Send, content
from shebao.web.reading import Receive, Scope, body_of

PATH: Final = "/gate"
_App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
_STEPS_MOST: Final = 6  # Pages that say "look over there" one after the other.
_SEE_OTHER: Final = 303
_LOCAL: Final = re.compile(r"/(?![/\\])[!-~]*")
_TITLE: Final = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_LOOK: Final = re.compile(r'data-mode="(\w+)" data-theme="(\w+)"')
_BODY: Final = re.compile(r"<body>(.*)</body>", re.DOTALL)
_SCRIPT: Final = re.compile(r"<script src=[^>]*></script>")


@dataclass(slots=True)
class _Asked:
    """What the package asks for, and what it keeps for us."""

    method: str
    path: str
    body: bytes
    jar: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Came:
    """What one of our pages answered."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: bytes) -> str:
        return next((said.decode("latin-1") for kind, said in self.headers if kind == name), "")


async def gate(world: World, pages: _App, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one page asked for through a gateway: ``POST /gate``."""
    try:
        asked = _read(world, await body_of(receive))
    except (ValueError, TypeError, LookupError, FormUnreadable):
        told = json.dumps({"title": "看不懂这个请求", "code": "gate_unreadable"}).encode()
        await content(told, status=400, media_type="application/problem+json").send(send)
        return
    told = json.dumps(await _answer(world, pages, scope, asked), ensure_ascii=False).encode()
    await content(told, media_type="application/json").send(send)


async def _answer(world: World, pages: _App, scope: Scope, asked: _Asked) -> dict[str, Any]:
    for _ in range(_STEPS_MOST):
        came = await _page(pages, scope, asked)
        _keep(asked.jar, came)
        if came.status != _SEE_OTHER:
            return {"path": asked.path, **_shown(came), "token": _token(world, asked.jar)}
        there = came.header(b"location").removeprefix(world.base_url)
        if not _LOCAL.fullmatch(there):
            return {"go": there, "token": _token(world, asked.jar)}
        asked.method, asked.path, asked.body = "GET", there, b""
    raise RecursionError("our pages lead to one another")


def _read(world: World, body: bytes) -> _Asked:
    told = json.loads(body)
    method, path, form = told["method"], told["path"], told.get("form") or {}
    if method not in {"GET", "POST"} or not _LOCAL.fullmatch(path) or path.startswith(PATH):
        raise ValueError("no page of ours")
    text = urlencode({str(name): values for name, values in form.items()}, doseq=True)
    if method == "GET" and text:
        path, text = f"{path.partition('?')[0]}?{text}", ""
    return _Asked(method, path, text.encode(), _jar(world, told.get("token") or ""))


def _jar(world: World, token: str) -> dict[str, str]:
    """What the package keeps for us; nothing, if it is not ours."""
    try:
        whole = json.loads(world.vault.open(base64.urlsafe_b64decode(token))) if token else {}
    except (binascii.Error, ValueError, InvalidTag, LookupError):
        return {}
    return dict(whole.get("gate", {}))


def _token(world: World, jar: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(world.vault.seal(json.dumps({"gate": jar}))).decode()


async def _page(pages: _App, scope: Scope, asked: _Asked) -> _Came:
    """Ask one of our own pages, as a browser with these cookies would."""
    path, _, query = asked.path.partition("?")
    cookies = "; ".join(f"{name}={value}" for name, value in asked.jar.items())
    inner = {
        **scope,
        "method": asked.method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"cookie", cookies.encode()), (b"accept", b"text/html")],
    }
    heard: list[MutableMapping[str, Any]] = []

    async def bring() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": asked.body, "more_body": False}

    async def hear(message: MutableMapping[str, Any]) -> None:
        heard.append(message)

    await pages(inner, bring, hear)
    start, *rest = heard
    body = b"".join(part.get("body", b"") for part in rest)
    return _Came(start["status"], list(start["headers"]), body)


def _keep(jar: dict[str, str], came: _Came) -> None:
    for name, said in came.headers:
        if name != b"set-cookie":
            continue
        pair, *terms = said.decode("latin-1").split("; ")
        key, _, value = pair.partition("=")
        if "Max-Age=0" in terms:
            jar.pop(key, None)
        else:
            jar[key] = value


def _shown(came: _Came) -> dict[str, Any]:
    """A page as a package shows it, or a file as it keeps it."""
    kind = came.header(b"content-type")
    if not kind.startswith("text/html"):
        named = Message()
        named["content-disposition"] = came.header(b"content-disposition")
        packed = base64.b64encode(came.body).decode()
        return {"file": {"name": named.get_filename(""), "type": kind, "content": packed}}
    text = came.body.decode()
    title, look, body = _TITLE.search(text), _LOOK.search(text), _BODY.search(text)
    assert title is not None
    assert look is not None
    assert body is not None
    return {
        "title": html.unescape(title[1]),
        "mode": look[1],
        "theme": look[2],
        "html": _SCRIPT.sub("", body[1]),
    }
