"""Door: the addresses at which the bank is found, and what happens when it wakes up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shebao.sandbox.bank import (
    agreements,
    gate,
    levers,
    packets,
    page,
    payments,
    refunds,
    statement,
)
from shebao.sandbox.bank.gate import Teller
from shebao.sandbox.bank.keys import GATEWAY
from shebao.sandbox.faults import Place
from shebao.sandbox.town import Town

SERVICES: Final[Mapping[str, Teller]] = {
    "SB1001": Teller(Place.SIGN, agreements.apply),
    "SB1002": Teller(Place.SIGN, agreements.query),
    "SB1003": Teller(Place.SIGN, agreements.cancel),
    "SB2001": Teller(Place.PREPAY, payments.pay),
    "SB2002": Teller(Place.QUERY, payments.query),
    "SB2003": Teller(Place.CLOSE, payments.void),
    "SB3001": Teller(Place.REFUND, refunds.apply),
    "SB3002": Teller(Place.REFUND_QUERY, refunds.query),
    "SB5001": Teller(Place.PREPAY, packets.begin),
    "SB5002": Teller(Place.QUERY, packets.query),
    "SB5003": Teller(Place.STATEMENT, packets.answer),
    "SB4001": Teller(Place.STATEMENT, statement.ask),
}


def routes(town: Town) -> list[Route]:
    """Every address of the bank."""

    async def gateway(request: Request) -> Response:
        return await gate.answer(town, request, SERVICES)

    async def show(request: Request) -> Response:
        return page.show(town, request)

    async def act(request: Request) -> Response:
        return await page.act(town, request)

    async def bring(request: Request) -> Response:
        return statement.bring(town, request)

    async def put(request: Request) -> Response:
        return await packets.put(town, request)

    async def bring_answer(request: Request) -> Response:
        return packets.bring(town, request)

    return [
        Route(f"{packets.PATH}/{{number}}", put, methods=["PUT"]),
        Route(f"{packets.PATH}/{{number}}/{{name}}", bring_answer, methods=["GET"]),
        Route(GATEWAY, gateway, methods=["POST"]),
        Route(agreements.PAGE, show, methods=["GET"]),
        Route(agreements.PAGE, act, methods=["POST"]),
        Route(f"{statement.PATH}/{{name}}", bring, methods=["GET"]),
        *levers.routes(town),
    ]


def wake(town: Town) -> None:
    """Take up what was still to happen when the program ended."""
    town.bank.courier.resume()
    payments.resume(town)
