"""Main: the pages as one ASGI application: site map, static files, notices, and what is left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final, TypeAlias

import structlog
from starlette.routing import Route as Wire
from starlette.routing import Router

from shebao.operations.world import World
from shebao.web import gate
from shebao.web.answers import Page
from shebao.web.assets import PREFIX
from shebao.web.drawing import Pens, pens_for
from shebao.web.face_notices import told_of_face
from shebao.web.headers import Send, for_good
from shebao.web.kernel import Door, PageUnknown, refused, respond
from shebao.web.notices_together import TOGETHER, told_together
from shebao.web.reading import Receive, Scope, read
from shebao.web.routes import ROUTES
from shebao.web.site import Site, open_site
from shebao.web.text_replies import PATH as REPLIES
from shebao.web.text_replies import told_of_reply

App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
Telling: TypeAlias = Callable[[World, Scope, Receive, Send], Awaitable[None]]

CASHIERS: Final = ("https://wx.tenpay.com", "https://*.alipay.com", "https://*.95516.com")
NOTICES: Final = "/notify/"
# Who tells us something by themselves, besides the channels of one city; the first that fits.
TOLD: Final[Mapping[str, Telling]] = {
    REPLIES: told_of_reply,
    "/told/": told_of_face,
    TOGETHER: told_together,
}
_log = structlog.get_logger()


def create(
    world: World,
    *,
    notices: App | None = None,
    inbox_url: str | None = None,
    cashiers: Sequence[str] = CASHIERS,
) -> App:
    """Make the application. `inbox_url` is where people read our messages in a rehearsal.

    `notices` takes everything under /notify/. `cashiers` are the origins of channels' cashiers:
    a form of ours may lead there, and nowhere else.
    """
    site = open_site(world, inbox_url=inbox_url or "", cashiers=cashiers)
    pens = pens_for(world.regions.values())
    doors = [(route, Door(site, pens, route)) for route in ROUTES]
    wires = [Wire(route.path, door, methods=[route.method]) for route, door in doors]
    search = Router(wires, redirect_slashes=False, default=_nowhere(site, pens))
    # An address without parts leads straight to its door; the others are matched one by one.
    straight = {(route.method, route.path): door for route, door in doors}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif notices is not None and scope["path"].startswith(NOTICES):
            await notices(scope, receive, send)
        elif (told := _told_by(scope["path"])) is not None:
            await told(world, scope, receive, send)
        elif (scope["method"], scope["path"]) == ("POST", gate.PATH):
            await gate.gate(world, app, scope, receive, send)
        elif scope["path"].startswith(PREFIX):
            await _static(site, pens, scope, receive, send)
        else:
            door = straight.get((scope["method"], scope["path"]), search)
            try:
                await door(scope, receive, send)
            except Exception as bug:
                await _bug_page(site, pens, scope, send, bug)
                raise  # Whoever runs us logs where it happened.

    return app


def _told_by(path: str) -> Telling | None:
    """What hears those who tell us something at this address; nothing, at any other."""
    return next((door for prefix, door in TOLD.items() if path.startswith(prefix)), None)


def _nowhere(site: Site, pens: Pens) -> App:
    async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
        await _unknown(site, pens, scope, receive, send)

    return nowhere


async def _unknown(site: Site, pens: Pens, scope: Scope, _receive: Receive, send: Send) -> None:
    reading = await read(site, scope)
    answer = refused(reading.visit, PageUnknown(reading.visit.path))
    await respond(pens, reading, answer).send(send)


async def _static(site: Site, pens: Pens, scope: Scope, receive: Receive, send: Send) -> None:
    """A file that a browser keeps for good; an old name is not found."""
    asset = site.assets.by_path.get(scope["path"])
    if asset is None:
        await _unknown(site, pens, scope, receive, send)
        return
    headers = dict(scope["headers"])
    packed = b"gzip" in headers.get(b"accept-encoding", b"")
    await for_good(asset.plain, asset.packed, asset.media_type, packed=packed).send(send)


async def _bug_page(site: Site, pens: Pens, scope: Scope, send: Send, bug: Exception) -> None:
    """The page for our own mistakes: calm, with a number that finds it in our logs."""
    number = site.world.mint("req")
    _log.error("bug", request=number, path=scope["path"], bug=type(bug).__name__)
    reading = await read(site, scope, known=False)  # It must not depend on what broke.
    page = Page("bug.html", {"number": number}, HTTPStatus.INTERNAL_SERVER_ERROR)
    await respond(pens, reading, page).send(send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
