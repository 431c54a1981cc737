"""Levers: what whoever rehearses may do at the bank, and see of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shebao.sandbox.bank import accounts, agreements, payments
from shebao.sandbox.bank.accounts import Account, AccountState
from shebao.sandbox.bank.agreements import Agreement
from shebao.sandbox.faults import Plan, plan
from shebao.sandbox.ledger import columns
from shebao.sandbox.town import Town

Lever = Callable[[Town, Request, Mapping[str, Any]], Mapping[str, Any]]
_ROOT: Final = "/sandbox/bank"
_LISTED: Final = 200
_HIDDEN: Final = frozenset({"code", "id_number", "name"})


def routes(town: Town) -> list[Route]:
    """Every lever and window of the bank."""
    table: tuple[tuple[str, str, Lever], ...] = (
        ("POST", "/accounts", _open_account),
        ("GET", "/accounts/{id_number}", _accounts),
        ("POST", "/next", _next),
        ("POST", "/packets/next", _next_packet),
        ("GET", "/agreements", _agreements),
        ("POST", "/agreements/{sign_no}/sign", _sign),
        ("POST", "/agreements/{sign_no}/refuse", _refuse),
        ("POST", "/agreements/{sign_no}/end", _end),
        ("GET", "/payments/{pay_no}", _payment),
        ("POST", "/payments/{pay_no}/take-back", _take_back),
        ("POST", "/days/{day}/close", _close_day),
    )
    return [
        Route(f"{_ROOT}{path}", _pulled(town, lever), methods=[method])
        for method, path, lever in table
    ]


def _pulled(town: Town, lever: Lever) -> Callable[[Request], Awaitable[Response]]:
    async def pull(request: Request) -> Response:
        body = await request.body()
        try:
            told = json.loads(body) if body else {}
            return JSONResponse(lever(town, request, told))
        except LookupError as missing:
            said = {"code": "unknown", "message": str(missing)}
            return JSONResponse(said, status_code=404)
        except (AssertionError, ValueError, TypeError) as wrong:
            said = {"code": "malformed", "message": str(wrong)}
            return JSONResponse(said, status_code=400)

    return pull


def _open_account(town: Town, _request: Request, told: Mapping[str, Any]) -> Mapping[str, Any]:
    kind = str(told.get("kind", "bank_card"))
    if kind not in accounts.KINDS:
        raise ValueError(f"kind is one of {', '.join(accounts.KINDS)}")
    account = Account(
        number=str(told["number"]),
        kind=kind,
        holder=str(told["holder"]),
        id_number=str(told["id_number"]),
        phone=str(told["phone"]),
        balance_fen=int(told.get("balance_fen", 0)),
        state=AccountState(told.get("state", "open")),
    )
    accounts.keep(town.ledger, account)
    return accounts.shown(account)


def _accounts(town: Town, request: Request, _told: Mapping[str, Any]) -> Mapping[str, Any]:
    found = accounts.of_person(town.ledger, request.path_params["id_number"])
    return {"accounts": [accounts.shown(one) for one in found]}


def _next(town: Town, _request: Request, told: Mapping[str, Any]) -> Mapping[str, Any]:
    wanted = _plan(told)
    town.bank.plans.extend([wanted] * int(told.get("count", 1)))
    return {"waiting": len(town.bank.plans)}


def _next_packet(town: Town, _request: Request, told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Order how the next packet goes: per_mille of codes, parts, late_seconds, refuse."""
    town.bank.packet_orders.append(dict(told))
    return {"waiting": len(town.bank.packet_orders)}


def _agreements(town: Town, _request: Request, _told: Mapping[str, Any]) -> Mapping[str, Any]:
    found = agreements.latest(town.ledger, most=_LISTED)
    return {"agreements": [_shown(one) for one in found]}


def _sign(town: Town, request: Request, told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Sign for the account holder, on the account named or on their first of an asked kind."""
    agreement = _find(town, request)
    offered = accounts.offered(town.ledger, holder=agreement.name, id_number=agreement.id_number)
    number = told.get("number")
    wanted = [
        one
        for one in offered
        if (one.number == number if number else one.kind in json.loads(agreement.kinds))
    ]
    return _shown(agreements.sign(town, agreement, wanted[0], _plan(told)))


def _refuse(town: Town, request: Request, told: Mapping[str, Any]) -> Mapping[str, Any]:
    why = str(told.get("why", "客户未同意签约"))
    return _shown(agreements.refuse(town, _find(town, request), _plan(told), why=why))


def _end(town: Town, request: Request, told: Mapping[str, Any]) -> Mapping[str, Any]:
    return _shown(agreements.end(town, _find(town, request), _plan(told)))


def _payment(town: Town, request: Request, _told: Mapping[str, Any]) -> Mapping[str, Any]:
    return columns(_paid(town, request))


def _take_back(town: Town, request: Request, _told: Mapping[str, Any]) -> Mapping[str, Any]:
    return columns(payments.take_back(town, _paid(town, request)))


def _close_day(town: Town, request: Request, _told: Mapping[str, Any]) -> Mapping[str, Any]:
    day = str(request.path_params["day"])
    town.bank.closed_days.add(day)
    return {"closed": day}


def _find(town: Town, request: Request) -> Agreement:
    found = agreements.by_sign_no(town.ledger, request.path_params["sign_no"])
    if found is None:
        raise LookupError("no agreement of this number")
    return found


def _paid(town: Town, request: Request) -> payments.Payment:
    found = payments.find(town.ledger, request.path_params["pay_no"])
    if found is None:
        raise LookupError("no payment of this number")
    return found


def _plan(told: Mapping[str, Any]) -> Plan:
    return plan(told.get("faults", ()), late_ms=int(told.get("late_ms", 0)))


def _shown(agreement: Agreement) -> dict[str, Any]:
    return {name: value for name, value in columns(agreement).items() if name not in _HIDDEN}
