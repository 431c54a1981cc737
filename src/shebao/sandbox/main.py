"""Main: the sandbox as one web application, and the way to run it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shebao.sandbox import control, holdings, identity, pages, registry, sms, statements, town
from shebao.sandbox.alipay import door as alipay
from shebao.sandbox.bank import door as bank
from shebao.sandbox.counter import door as counter
from shebao.sandbox.entrance import door as entrance
from shebao.sandbox.faults import Place
from shebao.sandbox.pages import tag
from shebao.sandbox.town import Settings, Town
from shebao.sandbox.unionpay import door as unionpay
from shebao.sandbox.wechat import door as wechat
from shebao.sandbox.wechat.entrust import door as entrust

_STOPS_WITHIN_SECONDS: Final = 2
_LINKS: Final = {
    "/sms/inbox": "演练短信",
    "/cashier/native": "扫一扫（微信）",
    "/alipay/cashier/scan": "扫一扫（支付宝）",
    "/counter/window": "银行柜台（缴款通知单）",
    "/sandbox/attempts": "订单（JSON）",
    "/sandbox/notices": "通知（JSON）",
    "/sandbox/ledger": "渠道账上的钱（JSON）",
    "/sandbox/people": "实名核验认得的人（JSON）",
}


def create(credentials: Path, settings: Settings | None = None) -> Starlette:
    """Build the sandbox around a folder of credentials, which it makes when there are none."""
    place = town.build(credentials, settings or Settings())

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        _wake(place)
        yield
        await place.timers.stop()
        for courier in place.couriers.values():
            await courier.stop()
        place.ledger.close()

    return Starlette(routes=_routes(place), lifespan=life)


def around(place: Town) -> Starlette:
    """The sandbox around a town somebody else has built and looks after."""
    return Starlette(routes=_routes(place))


def main(host: str, port: int, credentials: Path, settings: Settings | None = None) -> None:
    """Run the sandbox until it is told to stop."""
    uvicorn.run(
        create(credentials, settings),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_STOPS_WITHIN_SECONDS,
    )


def _wake(place: Town) -> None:
    if place.settings.people is not None:
        identity.load(place.ledger, place.settings.people)
    wechat.wake(place)
    alipay.wake(place)
    unionpay.wake(place)
    counter.wake(place)
    bank.wake(place)
    entrust.wake(place)


def _routes(place: Town) -> list[Route]:
    known = place.credentials
    check = registry.door(place, Place.IDENTITY, known.identity, identity.check)
    send = registry.door(place, Place.SMS, known.sms, sms.send)
    return [
        *wechat.routes(place),
        *alipay.routes(place),
        *unionpay.routes(place),
        *counter.routes(place),
        *bank.routes(place),
        *entrust.routes(place),
        *entrance.routes(place),
        Route("/identity/v1/check", check, methods=["POST"]),
        Route("/sms/v1/messages", send, methods=["POST"]),
        Route("/sms/inbox", _window(place, sms.inbox_page)),
        Route("/sms/inbox.json", _window(place, sms.inbox_json)),
        Route("/sms/replies", _answer(place), methods=["POST"]),
        Route("/sandbox/ledger", _window(place, holdings.show)),
        *control.routes(place),
        *statements.routes(place),
        Route("/sandbox.css", pages.stylesheet),
        Route("/", _front),
    ]


def _window(
    place: Town, view: Callable[[Town, Request], Response]
) -> Callable[[Request], Awaitable[Response]]:
    async def look(request: Request) -> Response:
        return view(place, request)

    return look


def _answer(place: Town) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await sms.reply(place, request)

    return answer


async def _front(_request: Request) -> Response:
    links = [tag("li", tag("a", words, href=path)) for path, words in _LINKS.items()]
    words = "这里扮演微信、支付宝、百度、银联、银行、实名核验、刷脸、政务账号和短信，不动真钱。"
    return pages.page("演练环境", tag("h1", "演练环境"), tag("p", words), tag("ul", *links))
