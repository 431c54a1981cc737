"""Main: the pages as one ASGI application: site map, static files, notices, and what is left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Final, TypeAlias

import structlog
from minijinja import Environment
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import Response as StarletteResponse
from starlette.routing import Route as Wire
from starlette.routing import Router

from shebao.operations.world import World
from shebao.web.answers import Page
from shebao.web.assets import PREFIX
from shebao.web.drawing import environment
from shebao.web.headers import Send, for_good
from shebao.web.kernel import Door, PageUnknown, refused, respond
from shebao.web.reading import Receive, Scope, read
from shebao.web.routes import ROUTES
from shebao.web.site import Site, open_site

App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

WECHAT_CASHIER: Final = "https://wx.tenpay.com"
NOTICES: Final = "/notify/"
_log = structlog.get_logger()


def create(
    world: World,
    *,
    notices: App | None = None,
    inbox_url: str | None = None,
    cashiers: Sequence[str] = (WECHAT_CASHIER,),
) -> App:
    """Make the application. `inbox_url` is where people read our messages in a rehearsal.

    `notices` takes everything under /notify/. `cashiers` are the origins of channels' cashiers:
    a form of ours may lead there, and nowhere else.
    """
    site, env = open_site(world, inbox_url=inbox_url or "", cashiers=cashiers), environment()
    wires = [Wire(route.path, Door(site, env, route), methods=[route.method]) for route in ROUTES]
    pages = ServerErrorMiddleware(
        Router(wires, redirect_slashes=False, default=_nowhere(site, env)),
        handler=_bug_page(site, env),
    )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif notices is not None and scope["path"].startswith(NOTICES):
            await notices(scope, receive, send)
        elif scope["path"].startswith(PREFIX):
            await _static(site, env, scope, receive, send)
        else:
            await pages(scope, receive, send)

    return app


def _nowhere(site: Site, env: Environment) -> App:
    async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
        await _unknown(site, env, scope, receive, send)

    return nowhere


async def _unknown(
    site: Site, env: Environment, scope: Scope, _receive: Receive, send: Send
) -> None:
    reading = await read(site, scope)
    answer = refused(reading.visit, PageUnknown(reading.visit.path))
    await respond(env, reading, answer).send(send)


async def _static(site: Site, env: Environment, scope: Scope, receive: Receive, send: Send) -> None:
    """A file that a browser keeps for good; an old name is not found."""
    asset = site.assets.by_path.get(scope["path"])
    if asset is None:
        await _unknown(site, env, scope, receive, send)
        return
    headers = dict(scope["headers"])
    packed = b"gzip" in headers.get(b"accept-encoding", b"")
    await for_good(asset.plain, asset.packed, asset.media_type, packed=packed).send(send)


def _bug_page(
    site: Site, env: Environment
) -> Callable[[Request, Exception], Awaitable[StarletteResponse]]:
    """The page for our own mistakes: calm, with a number that finds it in our logs."""

    async def bug_page(request: Request, bug: Exception) -> StarletteResponse:
        number = site.world.mint("req")
        _log.error("bug", request=number, path=request.url.path, bug=type(bug).__name__)
        reading = await read(site, request.scope)
        page = Page("bug.html", {"number": number}, HTTPStatus.INTERNAL_SERVER_ERROR)
        response = respond(env, reading, page)
        return StarletteResponse(
            response.body,
            response.status,
            {name.decode(): value.decode() for name, value in response.headers},
        )

    return bug_page


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
