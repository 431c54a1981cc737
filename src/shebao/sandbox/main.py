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

from shebao.sandbox import control, holdings, identity, pages, registry, sms, town
from shebao.sandbox.alipay import door as alipay
from shebao.sandbox.faults import Place
from shebao.sandbox.pages import tag
from shebao.sandbox.town import Settings, Town
from shebao.sandbox.wechat import cashier, client, payer, platform, refunds, transactions
from shebao.sandbox.wechat.attempts import Scene
from shebao.sandbox.wechat.gate import Action, door

_STOPS_WITHIN_SECONDS: Final = 2
_TRANSACTIONS: Final = "/v3/pay/transactions"
_REFUNDS: Final = "/v3/refund/domestic/refunds"
_LINKS: Final = {
    "/sms/inbox": "演练短信",
    "/cashier/native": "扫一扫（微信）",
    "/alipay/cashier/scan": "扫一扫（支付宝）",
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
        await place.courier.stop()
        await place.alipay_courier.stop()
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
    place.courier.resume()
    refunds.resume(place)
    payer.resume(place)
    alipay.wake(place)


def _routes(place: Town) -> list[Route]:
    known = place.credentials
    check = registry.door(place, Place.IDENTITY, known.identity, identity.check)
    send = registry.door(place, Place.SMS, known.sms, sms.send)
    return [
        *_wechat(place),
        *alipay.routes(place),
        Route("/identity/v1/check", check, methods=["POST"]),
        Route("/sms/v1/messages", send, methods=["POST"]),
        Route("/sms/inbox", _window(place, sms.inbox_page)),
        Route("/sms/inbox.json", _window(place, sms.inbox_json)),
        Route("/cashier/h5", _window(place, cashier.h5)),
        Route("/cashier/native", _window(place, cashier.native)),
        Route("/cashier/jsapi", _window(place, client.jsapi)),
        Route("/cashier", _counter(place), methods=["POST"]),
        Route("/sandbox/ledger", _window(place, holdings.show)),
        *control.routes(place),
        Route("/sandbox.css", pages.stylesheet),
        Route("/", _front),
    ]


def _wechat(place: Town) -> list[Route]:
    by_number = f"{_TRANSACTIONS}/out-trade-no/{{out_trade_no}}"
    by_id = f"{_TRANSACTIONS}/id/{{transaction_id}}"
    table: tuple[tuple[str, str, Place, Action], ...] = (
        ("GET", by_number, Place.QUERY, transactions.query_by_trade_no),
        ("GET", by_id, Place.QUERY, transactions.query_by_transaction_id),
        ("POST", f"{by_number}/close", Place.CLOSE, transactions.close),
        ("POST", _REFUNDS, Place.REFUND, refunds.apply),
        ("GET", f"{_REFUNDS}/{{out_refund_no}}", Place.REFUND_QUERY, refunds.query),
        ("GET", "/v3/certificates", Place.PLATFORM, platform.certificates),
        ("POST", "/v3/security/echo", Place.PLATFORM, platform.echo),
    )
    prepay = door(place, Place.PREPAY, transactions.prepay)
    scenes = [Route(f"{_TRANSACTIONS}/{scene}", prepay, methods=["POST"]) for scene in Scene]
    known = [Route(path, door(place, on, act), methods=[m]) for m, path, on, act in table]
    nowhere = door(place, Place.PLATFORM, platform.nowhere)
    rest = Route("/v3/{rest:path}", nowhere, methods=["GET", "POST"])
    return [*scenes, *known, rest]


def _window(
    place: Town, view: Callable[[Town, Request], Response]
) -> Callable[[Request], Awaitable[Response]]:
    async def look(request: Request) -> Response:
        return view(place, request)

    return look


def _counter(place: Town) -> Callable[[Request], Awaitable[Response]]:
    async def act(request: Request) -> Response:
        return await cashier.act(place, request)

    return act


async def _front(_request: Request) -> Response:
    links = [tag("li", tag("a", words, href=path)) for path, words in _LINKS.items()]
    words = "这里扮演微信支付、支付宝、实名核验和短信。走完整套流程，不动真钱。"
    return pages.page("演练环境", tag("h1", "演练环境"), tag("p", words), tag("ul", *links))
