"""Door: the addresses at which UnionPay is found, and what happens when it wakes up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shebao.sandbox.faults import Place
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import cashier, gate, payer, queries, returns, statement
from shebao.sandbox.unionpay.gate import Transaction
from shebao.sandbox.unionpay.keys import FILES, GATEWAY

Endpoint = Callable[[Request], Awaitable[Response]]
_CONSUME: Final = frozenset({"000201"})
_ANY: Final = frozenset({"000000", "000201"})
_QUERIES: Final = {("00", "00"): Transaction(Place.QUERY, _ANY, queries.query)}
_BACK: Final = {
    ("04", "00"): Transaction(Place.REFUND, _CONSUME, returns.refund),
    ("31", "00"): Transaction(Place.REFUND, _CONSUME, returns.undo),
}
_FILES: Final = {("76", "01"): Transaction(Place.PLATFORM, _ANY, statement.fetch)}


def routes(town: Town) -> list[Route]:
    """Every address of UnionPay."""

    async def front(request: Request) -> Response:
        return await cashier.front(town, request)

    async def act(request: Request) -> Response:
        return await cashier.act(town, request)

    async def look(request: Request) -> Response:
        return cashier.cashier(town, request)

    return [
        Route(f"{GATEWAY}/frontTransReq.do", front, methods=["POST"]),
        Route(f"{GATEWAY}/queryTrans.do", _answering(town, _QUERIES), methods=["POST"]),
        Route(f"{GATEWAY}/backTransReq.do", _answering(town, _BACK), methods=["POST"]),
        Route(f"{FILES}/", _answering(town, _FILES), methods=["POST"]),
        Route(cashier.PATH, look),
        Route(cashier.PATH, act, methods=["POST"]),
    ]


def wake(town: Town) -> None:
    """Take up what was still to happen when the program ended."""
    town.unionpay_courier.resume()
    payer.resume(town)
    returns.resume(town)


def _answering(town: Town, known: Mapping[tuple[str, str], Transaction]) -> Endpoint:
    async def answer(request: Request) -> Response:
        return await gate.answer(town, request, known)

    return answer
