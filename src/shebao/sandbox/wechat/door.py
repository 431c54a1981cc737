"""Door: the addresses at which WeChat Pay is found, and what happens when it wakes up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shebao.sandbox.faults import Place
from shebao.sandbox.town import Town
from shebao.sandbox.wechat import (
    abnormal,
    bills,
    cashier,
    client,
    payer,
    platform,
    refunds,
    transactions,
    wholes,
)
from shebao.sandbox.wechat.attempts import CASHIERS
from shebao.sandbox.wechat.gate import Action, door, file_door

_TRANSACTIONS: Final = "/v3/pay/transactions"
_WHOLES: Final = "/v3/combine-transactions"
_REFUNDS: Final = "/v3/refund/domestic/refunds"
_BY_NUMBER: Final = f"{_TRANSACTIONS}/out-trade-no/{{out_trade_no}}"
_BY_ID: Final = f"{_TRANSACTIONS}/id/{{transaction_id}}"
_WHOLE: Final = f"{_WHOLES}/out-trade-no/{{out_trade_no}}"
_ABNORMAL: Final = f"{_REFUNDS}/{{refund_id}}/apply-abnormal-refund"
_TABLE: Final[tuple[tuple[str, str, Place, Action], ...]] = (
    ("GET", _BY_NUMBER, Place.QUERY, transactions.query_by_trade_no),
    ("GET", _BY_ID, Place.QUERY, transactions.query_by_transaction_id),
    ("POST", f"{_BY_NUMBER}/close", Place.CLOSE, transactions.close),
    ("GET", _WHOLE, Place.QUERY, wholes.query),
    ("POST", f"{_WHOLE}/close", Place.CLOSE, wholes.close),
    ("POST", _REFUNDS, Place.REFUND, refunds.apply),
    ("GET", f"{_REFUNDS}/{{out_refund_no}}", Place.REFUND_QUERY, refunds.query),
    ("POST", _ABNORMAL, Place.REFUND, abnormal.apply),
    ("GET", "/v3/bill/tradebill", Place.STATEMENT, bills.trade),
    ("GET", "/v3/bill/fundflowbill", Place.STATEMENT, bills.fund),
    ("GET", "/v3/certificates", Place.PLATFORM, platform.certificates),
    ("POST", "/v3/security/echo", Place.PLATFORM, platform.echo),
)

View = Callable[[Town, Request], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(town: Town) -> list[Route]:
    """Every address of WeChat Pay."""

    async def act(request: Request) -> Response:
        return await cashier.act(town, request)

    prepay = door(town, Place.PREPAY, transactions.prepay)
    together = door(town, Place.PREPAY, wholes.prepay)
    nowhere = door(town, Place.PLATFORM, platform.nowhere)
    return [
        *(Route(f"{_TRANSACTIONS}/{scene}", prepay, methods=["POST"]) for scene in CASHIERS),
        *(Route(f"{_WHOLES}/{scene}", together, methods=["POST"]) for scene in CASHIERS),
        *(Route(path, door(town, on, do), methods=[m]) for m, path, on, do in _TABLE),
        Route(bills.DOWNLOAD, file_door(town, Place.STATEMENT, bills.download)),
        Route("/v3/{rest:path}", nowhere, methods=["GET", "POST"]),
        Route("/cashier/h5", _window(town, cashier.h5)),
        Route("/cashier/native", _window(town, cashier.native)),
        Route("/cashier/jsapi", _window(town, client.jsapi)),
        Route("/cashier/app", _window(town, client.app)),
        Route("/cashier", act, methods=["POST"]),
    ]


def wake(town: Town) -> None:
    """Take up what was still to happen when the program ended."""
    town.courier.resume()
    refunds.resume(town)
    payer.resume(town)


def _window(town: Town, view: View) -> Endpoint:
    async def look(request: Request) -> Response:
        return view(town, request)

    return look
