"""Reading: makes a Visit of what came over the wire."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from shebao.operations.desk.sign_in import ClerkSignedOut, who_is_clerk
from shebao.operations.sign_in import SignedOut
from shebao.store.desk.clerks import ClerkSession
from shebao.store.sessions import Session
from shebao.web.cookies import (
    A_YEAR,
    BEFORE,
    CLERK,
    ENTRY,
    LOOK,
    SESSION,
    Cookie,
    read_cookies,
)
from shebao.web.fields import BODY_MOST, NO_FIELDS, Fields, FormUnreadable
from shebao.web.language.catalogue import CHINESE, LANGUAGES
from shebao.web.site import Site
from shebao.web.visit import Device, Entry, Look, Visit, is_at_work

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]

_THEMES: Final = ("blue", "red")
_LOOK_FIELDS: Final = ("elder", "theme", "lang")
_SECRET_BYTES: Final = 18
_AGENTS_KEPT: Final = 1000
_PHONES: Final = ("Mobile", "Android", "iPhone", "MicroMessenger")
# What a browser's name for itself says of the app it is in, and how people call that.
_APPS: Final = {
    "MicroMessenger": ("wechat", "微信"),
    "AlipayClient": ("alipay", "支付宝"),
    "baiduboxapp": ("baidu", "百度"),
    "Edg/": ("", "Edge"),
    "Firefox/": ("", "Firefox"),
    "Chrome/": ("", "Chrome"),
    "Safari/": ("", "Safari"),
}
_WANTED: Final = frozenset(
    {b"cookie", b"user-agent", b"accept", b"accept-encoding", b"content-type", b"referer", b"host"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A visit, what its browser shall keep from now on, and how it takes answers."""

    visit: Visit
    keeps: tuple[Cookie, ...]
    packed: bool


async def read(
    site: Site, scope: Scope, form: Fields = NO_FIELDS, *, known: bool = True
) -> Reading:
    """Read everything a request says. What a form says is believed later, by the guard.

    Without `known` nobody is looked up: the page is for whoever it is, and needs no books.
    """
    headers = {
        name.decode(): value.decode("latin-1")
        for name, value in scope["headers"]
        if name in _WANTED
    }
    cookies = read_cookies(headers.get("cookie", ""))
    query = _query(scope["query_string"])
    look, kept_look = _look(cookies.get(LOOK, ""), query)
    at_work = is_at_work(scope["path"])
    session_cookie = cookies.get(CLERK if at_work else SESSION, "")
    secret, kept_secret = _secret(site, session_cookie, cookies.get(BEFORE, ""))
    looked_up = session_cookie if known else ""
    session = None if at_work else await _session(site, looked_up)
    clerk_session = await _clerk_session(site, looked_up) if at_work else None
    visit = Visit(
        site=site,
        path=scope["path"],
        secret=secret,
        session=session,
        token=session_cookie.partition(".")[2] if session else "",
        entry=_entry(site, cookies.get(ENTRY, "")),
        look=look,
        device=_device(scope, headers),
        parts=scope.get("path_params", {}),
        query=query.without(*_LOOK_FIELDS) if kept_look else query,
        form=form,
        cookies=cookies,
        clerk_session=clerk_session,
    )
    keeps = tuple(cookie for cookie in (kept_look, kept_secret) if cookie)
    return Reading(visit, keeps, packed="gzip" in headers.get("accept-encoding", ""))


def _device(scope: Scope, headers: Mapping[str, str]) -> Device:
    """What the visitor comes with."""
    phone, name, app = _kind_of(headers.get("user-agent", ""))
    return Device(
        address=(scope.get("client") or ("127.0.0.1",))[0],
        phone=phone,
        wants_json="json" in headers.get("accept", ""),
        name=name,
        app=app,
        came_from=_ours(headers.get("referer", ""), headers.get("host", "")),
    )


def _ours(address: str, host: str) -> str:
    """The path of an address, if it is one of ours."""
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.netloc != host:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@lru_cache(maxsize=_AGENTS_KEPT)
def _kind_of(agent: str) -> tuple[bool, str, str]:
    """Whether it is a telephone, what a list of devices calls it, and whose app it is in."""
    phone = any(word in agent for word in _PHONES)
    named = next((words for mark, (_, words) in _APPS.items() if mark in agent), "")
    app = next((app for mark, (app, _) in _APPS.items() if mark in agent and app), "")
    kind = "手机" if phone else "电脑"
    return phone, f"{kind}，{named}" if named else kind, app


async def form_of(receive: Receive) -> Fields:
    """The form a request brings. Raises FormUnreadable."""
    return Fields.read(await body_of(receive))


async def body_of(receive: Receive, *, most: int = BODY_MOST) -> bytes:
    """What a request brings. Raises FormUnreadable for more than any form of ours."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            raise FormUnreadable
        if not message.get("more_body", False):
            return bytes(body)


def _query(text: bytes) -> Fields:
    try:
        return Fields.read(text)
    except FormUnreadable:  # An address somebody mangled shows the page as it opens by itself.
        return Fields({})


def _look(kept: str, query: Fields) -> tuple[Look, Cookie | None]:
    """How pages shall look: as asked for now, or as kept from before."""
    mode, _, rest = kept.partition(".")
    theme, _, language = rest.partition(".")
    look = Look(
        mode == "elder",
        theme if theme in _THEMES else _THEMES[0],
        language if language in LANGUAGES else CHINESE,
    )
    if not any(name in query for name in _LOOK_FIELDS):
        return look, None
    elder = query.one("elder", "1" if look.elder else "0") == "1"
    asked = query.one("theme")
    language = query.one("lang")
    look = Look(
        elder,
        asked if asked in _THEMES else look.theme,
        language if language in LANGUAGES else look.language,
    )
    return look, Cookie(LOOK, _kept(look), A_YEAR)


def _kept(look: Look) -> str:
    """A look as its cookie has it; Chinese goes without saying."""
    parts = ["elder" if look.elder else "std", look.theme]
    return ".".join(parts if look.language == CHINESE else [*parts, look.language])


def _secret(site: Site, session: str, before: str) -> tuple[str, Cookie | None]:
    """What forms are signed with: the session's token, or one of the time before there is any."""
    if session:
        return session, None
    if before:
        return before, None
    made = base64.urlsafe_b64encode(site.world.entropy(_SECRET_BYTES)).decode()
    return made, Cookie(BEFORE, made)


async def _session(site: Site, cookie: str) -> Session | None:
    region_code, _, token = cookie.partition(".")
    if not token or region_code not in site.world.regions:
        return None
    try:
        return await site.who.put((region_code, token))
    except SignedOut:
        return None


async def _clerk_session(site: Site, cookie: str) -> ClerkSession | None:
    region_code, _, token = cookie.partition(".")
    if not token or region_code not in site.world.regions:
        return None
    try:
        return await who_is_clerk(site.world, region_code=region_code, token=token)
    except ClerkSignedOut:
        return None


def _entry(site: Site, kept: str) -> Entry | None:
    region_code, _, channel_id = kept.partition(".")
    region = site.world.regions.get(region_code)
    channel = region.channels.get(channel_id) if region else None
    return Entry(region, channel) if region and channel else None


def entry_cookie(entry: Entry) -> Cookie:
    """The cookie that remembers the city and the way in."""
    return Cookie(ENTRY, f"{entry.region.code}.{entry.channel.id}", A_YEAR)
