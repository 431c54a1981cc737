"""Door: the addresses of the bank, its window as a page, and the levers of whoever rehearses."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from shebao.sandbox import clock, pages, registry
from shebao.sandbox.counter import books, files, letters, window
from shebao.sandbox.counter.window import CannotTake
from shebao.sandbox.faults import Place, plan
from shebao.sandbox.pages import Markup, tag
from shebao.sandbox.town import Town

PAGE: Final = "/counter/window"
_NOTICES: Final = "/counter/v1/notices"
_LEVERS: Final = "/sandbox/counter"
Lever = Callable[[Town, Request, Mapping[str, Any]], Response]


def routes(town: Town) -> list[Route]:
    """Every address of the bank and the acquirer."""
    asked = (
        (_NOTICES, Place.PREPAY, window.register),
        (f"{_NOTICES}/query", Place.QUERY, window.query),
        (f"{_NOTICES}/close", Place.CLOSE, window.close),
        ("/counter/v1/files", Place.STATEMENT, window.file_of_day),
    )
    levers: tuple[tuple[str, str, Lever], ...] = (
        ("POST", f"{_LEVERS}/windows/{{number}}/pay", _pay),
        ("POST", f"{_LEVERS}/terminals/{{terminal}}/charge", _charge),
        ("POST", f"{_LEVERS}/deposits", _bring),
        ("GET", f"{_LEVERS}/files/{{kind}}", _file),
        ("GET", PAGE, _window_page),
        ("POST", PAGE, _take_page),
    )
    partner = town.counter_keys.partner
    return [
        *(
            Route(path, registry.door(town, place, partner, act), methods=["POST"])
            for path, place, act in asked
        ),
        *(Route(path, _pulled(town, lever), methods=[how]) for how, path, lever in levers),
    ]


def wake(town: Town) -> None:
    """Take up what was still to be told when the program ended."""
    town.couriers[letters.CHANNEL].resume()


def _pulled(town: Town, lever: Lever) -> Callable[[Request], Awaitable[Response]]:
    async def pull(request: Request) -> Response:
        try:
            if request.headers.get("content-type", "").startswith("application/x-www-form"):
                return lever(town, request, dict(await request.form()))
            body = await request.body()
            return lever(town, request, json.loads(body) if body else {})
        except CannotTake as no:
            return JSONResponse({"code": "cannot_take", "message": str(no)}, status_code=409)
        except (LookupError, ValueError, TypeError) as wrong:
            return JSONResponse({"code": "malformed", "message": str(wrong)}, status_code=400)

    return pull


def _pay(town: Town, request: Request, told: Mapping[str, Any]) -> Response:
    twists = plan(told.get("faults", ()))
    number = request.path_params["number"]
    money = window.take(town, number, twists, again=bool(told.get("again")))
    return JSONResponse({"serial": money.serial, "fen": money.fen})


def _charge(town: Town, request: Request, told: Mapping[str, Any]) -> Response:
    return JSONResponse(window.charge(town, request.path_params["terminal"], int(told["fen"])))


def _bring(town: Town, _request: Request, told: Mapping[str, Any]) -> Response:
    serial = window.bring_cash(
        town, office=str(told["office"]), fen=int(told["fen"]), serial=str(told.get("serial", ""))
    )
    return JSONResponse({"serial": serial})


def _file(town: Town, request: Request, _told: Mapping[str, Any]) -> Response:
    kind = request.path_params["kind"]
    if kind not in files.KINDS:
        raise LookupError(kind)
    asked = request.query_params.get("day")
    day = date.fromisoformat(asked) if asked else clock.at(clock.now_ms()).date()
    return PlainTextResponse(files.written(town.ledger, kind, day))


def _window_page(town: Town, request: Request, _told: Mapping[str, Any]) -> Response:
    number = "".join(request.query_params.get("number", "").split())
    slip = books.by_number(town.ledger, number) if number else None
    label = tag("label", "缴款码", for_="number")
    typed = tag("input", id="number", name="number", inputmode="numeric", value=number)
    look = tag("form", label, typed, tag("button", "查询"), action=PAGE, method="get")
    inside = [tag("h1", "演练：银行柜台"), look]
    if number and slip is None:
        inside.append(tag("p", "没有这个缴款码"))
    if slip is not None:
        inside += _shown(slip)
    return pages.page("演练：银行柜台", *inside)


def _take_page(town: Town, _request: Request, told: Mapping[str, Any]) -> Response:
    number = str(told.get("number", ""))
    try:
        window.take(town, number, plan(()))
    except CannotTake as no:
        return pages.page("银行柜台", tag("h1", str(no)), status=409)
    return RedirectResponse(f"{PAGE}?number={number}", status_code=303)


def _shown(slip: books.Slip) -> list[Markup]:
    standing = slip.standing(clock.now_ms())
    words = {"open": "待缴", "paid": "已缴", "closed": "已失效"}[standing]
    said = [tag("p", slip.title), tag("p", f"{pages.yuan(slip.fen)} 元，{words}")]
    if standing is books.SlipState.OPEN:
        number = tag("input", type="hidden", name="number", value=slip.number)
        said.append(tag("form", number, tag("button", "收款"), action=PAGE, method="post"))
    return said
