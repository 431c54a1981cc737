"""Door: the addresses at which Alipay is found, and what happens when it wakes up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from shebao.sandbox import pages
from shebao.sandbox.alipay import bills, cashier, gate, opening, payer
from shebao.sandbox.alipay.keys import GATEWAY
from shebao.sandbox.alipay.methods import METHODS
from shebao.sandbox.alipay.refusals import AlipayRefusal, missing
from shebao.sandbox.entrance import apps
from shebao.sandbox.pages import tag
from shebao.sandbox.town import Town

# A payer may go back and open the same link again; the trade's own time decides.
_PAGE_WINDOW_MS: Final = 24 * 3600 * 1000
# An app hands its order to Alipay's own; here it opens the same cashier.
_PAGES: Final = frozenset({"alipay.trade.wap.pay", "alipay.trade.page.pay", "alipay.trade.app.pay"})

View = Callable[[Town, Request], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(town: Town) -> list[Route]:
    """Every address of Alipay."""

    async def gateway(request: Request) -> Response:
        return await _gateway(town, request)

    async def download(request: Request) -> Response:
        return await bills.download(town, request)

    async def act(request: Request) -> Response:
        return await cashier.act(town, request)

    return [
        Route(GATEWAY, gateway, methods=["GET", "POST"]),
        Route(bills.DOWNLOAD, download),
        Route(cashier.PATH, _window(town, cashier.cashier)),
        Route(cashier.PATH, act, methods=["POST"]),
        Route(f"{cashier.PATH}/scan", _window(town, cashier.scan)),
        Route(f"{cashier.PATH}/tradepay", _window(town, cashier.trade_pay)),
    ]


def wake(town: Town) -> None:
    """Take up what was still to happen when the program ended."""
    town.alipay_courier.resume()
    payer.resume(town)


async def _gateway(town: Town, request: Request) -> Response:
    try:
        params = await gate.read_params(request)
    except AlipayRefusal:
        params = {}
    if params.get("method") == apps.ALIPAY_METHOD:
        return await apps.alipay_token(town, request, params)
    if params.get("method") not in _PAGES:
        return await gate.answer(town, request, METHODS)
    try:
        if "charset" not in request.query_params:
            raise missing("charset")  # Before the body can be read, its charset must be known.
        trade = opening.opened(town, gate.verified(town, params, window_ms=_PAGE_WINDOW_MS))
    except AlipayRefusal as no:
        inside = [tag("h1", no.sub_msg), tag("p", f"错误码 {no.sub_code}", cls="muted")]
        return pages.page("无法支付", *inside, status=400)
    return RedirectResponse(f"{cashier.PATH}?token={trade.token}", status_code=302)


def _window(town: Town, view: View) -> Endpoint:
    async def look(request: Request) -> Response:
        return view(town, request)

    return look
