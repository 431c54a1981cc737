"""Door: the addresses at which the face provider, the portals and the apps are found."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shebao.sandbox import registry
from shebao.sandbox.entrance import apps, face, portal, shells
from shebao.sandbox.faults import Place
from shebao.sandbox.town import Town

Endpoint = Callable[[Request], Awaitable[Response]]
Lever = Callable[[Town, Request, Mapping[str, Any]], Response]


def routes(town: Town) -> list[Route]:
    """Every address of theirs."""
    oidc = "/oidc/{portal}"
    partner = town.entrance.keys.face
    query = registry.door(town, Place.FACE, partner, face.query)
    return [
        Route("/face/v1/checks", _face(town), methods=["POST"]),
        Route("/face/v1/checks/query", query, methods=["POST"]),
        Route(face.PATH, _window(town, face.page)),
        Route(face.PATH, _counter(town, face.act), methods=["POST"]),
        Route(f"{oidc}/.well-known/openid-configuration", _window(town, portal.discovery)),
        Route(f"{oidc}/jwks", _window(town, portal.jwks)),
        Route(f"{oidc}/authorize", _window(town, portal.authorize)),
        Route(f"{oidc}/authorize", _counter(town, portal.decide), methods=["POST"]),
        Route(f"{oidc}/token", _counter(town, portal.token), methods=["POST"]),
        Route("/sns/jscode2session", _counter(town, apps.wechat_session)),
        Route("/sns/oauth2/access_token", _counter(town, apps.wechat_session)),
        Route("/connect/oauth2/authorize", _window(town, apps.wechat_authorize)),
        Route("/oauth/jscode2sessionkey", _counter(town, apps.baidu_session), methods=["POST"]),
        Route("/apps/open", _window(town, apps.opener)),
        Route("/apps/kit/{app}.js", _window(town, shells.kit)),
        Route(shells.PATH, _counter(town, shells.cashier)),
        Route("/sandbox/apps/codes", _lever(town, apps.give_code), methods=["POST"]),
        Route("/sandbox/portals/twists", _lever(town, portal.twist), methods=["POST"]),
        Route("/sandbox/portals/key", _lever(town, portal.change_key), methods=["POST"]),
    ]


def _face(town: Town) -> Endpoint:
    """Where a check begins; the page it leads to is where we are reached."""

    async def begin(request: Request) -> Response:
        base = (town.settings.public_url or str(request.base_url)).rstrip("/")
        action = partial(face.begin, base=base)
        return await registry.door(town, Place.FACE, town.entrance.keys.face, action)(request)

    return begin


def _window(town: Town, view: Callable[[Town, Request], Response]) -> Endpoint:
    async def look(request: Request) -> Response:
        return view(town, request)

    return look


def _counter(town: Town, serve: Callable[[Town, Request], Awaitable[Response]]) -> Endpoint:
    async def act(request: Request) -> Response:
        return await serve(town, request)

    return act


def _lever(town: Town, pull: Lever) -> Endpoint:
    async def act(request: Request) -> Response:
        body = await request.body()
        try:
            return pull(town, request, json.loads(body) if body else {})
        except ValueError as wrong:
            return JSONResponse({"code": "malformed", "message": str(wrong)}, status_code=400)

    return act
