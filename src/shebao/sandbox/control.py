"""Control: the levers of a rehearsal: play the payer, order faults, look at what is held.

These routes belong to no wire; whoever may reach the sandbox may pull them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shebao.sandbox import clock, identity
from shebao.sandbox.alipay import levers as alipay
from shebao.sandbox.alipay.trades import Trade
from shebao.sandbox.channel import notices
from shebao.sandbox.channel.payer import CannotPay
from shebao.sandbox.faults import Plan, plan, read_fault
from shebao.sandbox.registry import Malformed
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import levers as unionpay
from shebao.sandbox.unionpay.notices import CHANNEL as UNIONPAY
from shebao.sandbox.unionpay.trades import Trade as UnionPayTrade
from shebao.sandbox.wechat import attempts, payer
from shebao.sandbox.wechat.attempts import Attempt, Scene, TradeState
from shebao.sandbox.wechat.signing import Signer

Lever = Callable[[Town, Request, Mapping[str, Any]], Response]
_LISTED: Final = 200
_LEVERS: Final = ("pay", "decline", "leave", "pay-late", "expire")
_PATHS: Final = {Scene.H5: "/cashier/h5?token=", Scene.NATIVE: "/cashier/native?pr="}


def routes(town: Town) -> list[Route]:
    """Every lever and window of the rehearsal."""
    one = "/sandbox/attempts/{out_trade_no}"
    levers: tuple[tuple[str, str, Lever], ...] = (
        ("GET", "/sandbox/health", _health),
        ("GET", "/sandbox/attempts", _attempts),
        ("POST", "/sandbox/attempts/pay", _pay_all),
        ("POST", "/sandbox/attempts/stray", _stray),
        ("GET", one, _one("show")),
        *(("POST", f"{one}/{lever}", _one(lever)) for lever in _LEVERS),
        ("GET", "/sandbox/notices", _notices),
        ("POST", "/sandbox/notices/{subject}/resend", _resend),
        ("GET", "/sandbox/faults", _faults),
        ("POST", "/sandbox/faults", _order_fault),
        ("DELETE", "/sandbox/faults", _clear_faults),
        ("GET", "/sandbox/people", _people),
        ("POST", "/sandbox/people", _add_people),
    )
    return [Route(path, _pulled(town, lever), methods=[m]) for m, path, lever in levers]


def _pulled(town: Town, lever: Lever) -> Callable[[Request], Awaitable[Response]]:
    async def pull(request: Request) -> Response:
        body = await request.body()
        try:
            told = json.loads(body) if body else {}
            return lever(town, request, told)
        except LookupError as missing:
            return _no(404, "unknown", str(missing))
        except CannotPay as no:
            return _no(409, f"order_{no.state.lower()}", f"{no.number} is {no.state}")
        except Malformed as wrong:
            return _no(400, "malformed", f"{wrong.field}: {wrong.issue}")
        except (ValueError, TypeError) as wrong:
            return _no(400, "malformed", str(wrong))

    return pull


def _health(town: Town, _request: Request, _told: Mapping[str, Any]) -> Response:
    return JSONResponse({"ok": True, "mchid": town.credentials.mchid})


def _attempts(town: Town, request: Request, _told: Mapping[str, Any]) -> Response:
    most = int(request.query_params.get("limit", str(_LISTED)))
    state = request.query_params.get("state")
    found = [_shown(one) for one in attempts.latest(town.ledger, state=state, most=most)]
    found += alipay.latest(town, state=state, most=most)
    found += unionpay.latest(town, state=state, most=most)
    found.sort(key=lambda one: str(one["opened_at"]), reverse=True)
    return JSONResponse({"attempts": found[:most]})


def _one(lever: str) -> Lever:
    """A lever of one attempt, whichever channel knows its number."""

    def pull(town: Town, request: Request, told: Mapping[str, Any]) -> Response:
        found = _find(town, request.path_params["out_trade_no"])
        return JSONResponse(_pull_one(town, found, lever, told))

    return pull


def _pull_one(
    town: Town, found: Attempt | Trade | UnionPayTrade, lever: str, told: Mapping[str, Any]
) -> dict[str, Any]:
    wanted = _plan(told)
    wait_ms = _whole(told, "ms", 0) or _whole(told, "seconds", 30) * 1000
    if isinstance(found, Trade):
        return alipay.shown(alipay.pull(town, found, lever, wanted, wait_ms=wait_ms))
    if isinstance(found, UnionPayTrade):
        return unionpay.shown(unionpay.pull(town, found, lever, wanted, wait_ms=wait_ms))
    return _shown(_pull_wechat(town, found, lever, wanted, wait_ms=wait_ms))


def _pull_wechat(
    town: Town, attempt: Attempt, lever: str, wanted: Plan, *, wait_ms: int
) -> Attempt:
    match lever:
        case "pay":
            return payer.pay(town, attempt, wanted)
        case "decline":
            return payer.decline(town, attempt)
        case "pay-late":
            return payer.pay_late(town, attempt, wanted, wait_ms=wait_ms)
        case "expire":
            return payer.expire(town, attempt)
        case _:
            return attempt  # Who leaves changes nothing.


def _pay_all(town: Town, _request: Request, told: Mapping[str, Any]) -> Response:
    found = [_find(town, number) for number in told["out_trade_nos"]]
    return JSONResponse({"paid": [_pull_one(town, one, "pay", told) for one in found]})


def _stray(town: Town, _request: Request, told: Mapping[str, Any]) -> Response:
    if told.get("channel") == alipay.CHANNEL:
        fen = _whole(told, "total_fen", 1)
        return JSONResponse(alipay.shown(alipay.stray(town, told, _plan(told), total_fen=fen)))
    if told.get("channel") == UNIONPAY:
        fen = _whole(told, "total_fen", 1)
        return JSONResponse(unionpay.shown(unionpay.stray(town, told, _plan(told), total_fen=fen)))
    now = clock.now_ms()
    attempt = Attempt(
        out_trade_no=str(told.get("out_trade_no") or f"stray{secrets.token_hex(8)}"),
        mchid=town.credentials.mchid,
        appid=town.credentials.appid,
        scene=Scene.NATIVE,
        description="商户没有下过的单",
        total_fen=_whole(told, "total_fen", 1),
        notify_url=str(told["notify_url"]),
        openid=attempts.new_openid(),
        attach=None,
        asked="",
        signer=Signer(told.get("signer", town.settings.signer)),
        prepay_id=attempts.new_prepay_id(now),
        token=secrets.token_urlsafe(12),
        prepaid_at=now,
        opened_at=now,
        expires_at=now + 60_000,
        state=TradeState.NOTPAY,
        transaction_id=None,
        paid_at=None,
        pays_at=None,
        plan="",
    )
    if attempts.find(town.ledger, attempt.out_trade_no) is not None:
        raise ValueError("out_trade_no is in use")
    return JSONResponse(_shown(payer.stray(town, attempt, _plan(told))))


def _notices(town: Town, request: Request, _told: Mapping[str, Any]) -> Response:
    subject = request.query_params.get("subject") or request.query_params.get("out_trade_no")
    found = notices.told(town.ledger, subject, most=_LISTED)
    return JSONResponse({"notices": found})


def _resend(town: Town, request: Request, told: Mapping[str, Any]) -> Response:
    subject, times = request.path_params["subject"], _whole(told, "times", 1)
    found = notices.about(town.ledger, subject)
    if not found:
        raise LookupError("no notice of this number")
    for notice in found:
        town.couriers[notice.channel].again(notice, times=times)
    return JSONResponse({"notices": [notice.id for notice in found]})


def _faults(town: Town, _request: Request, _told: Mapping[str, Any]) -> Response:
    return JSONResponse({"faults": town.faults.waiting()})


def _order_fault(town: Town, _request: Request, told: Mapping[str, Any]) -> Response:
    count, ms = _whole(told, "count", 1), _whole(told, "ms", 0)
    town.faults.order(read_fault(str(told.get("kind")), told.get("on"), count=count, ms=ms))
    return JSONResponse({"faults": town.faults.waiting()})


def _clear_faults(town: Town, _request: Request, _told: Mapping[str, Any]) -> Response:
    town.faults.clear()
    return JSONResponse({"faults": []})


def _people(town: Town, _request: Request, _told: Mapping[str, Any]) -> Response:
    return JSONResponse({"person": identity.known(town.ledger)})


def _add_people(town: Town, _request: Request, told: Mapping[str, Any]) -> Response:
    people = told.get("person", [told])
    return JSONResponse({"added": identity.add_people(town.ledger, people)})


def _find(town: Town, out_trade_no: str) -> Attempt | Trade | UnionPayTrade:
    found = (
        attempts.find(town.ledger, out_trade_no)
        or alipay.find(town, out_trade_no)
        or unionpay.find(town, out_trade_no)
    )
    if found is None:
        raise LookupError(f"no order {out_trade_no}")
    return found


def _plan(told: Mapping[str, Any]) -> Plan:
    return plan(told.get("faults", ()), late_ms=_whole(told, "late_ms", 0))


def _whole(told: Mapping[str, Any], name: str, default: int) -> int:
    value = told.get(name, default)
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} must be a whole number")
    return value


def _shown(attempt: Attempt) -> dict[str, Any]:
    path = _PATHS.get(attempt.scene)
    return {
        "channel": "wechat",
        "out_trade_no": attempt.out_trade_no,
        "state": attempt.standing(clock.now_ms()),
        "scene": attempt.scene,
        "description": attempt.description,
        "total_fen": attempt.total_fen,
        "transaction_id": attempt.transaction_id,
        "notify_url": attempt.notify_url,
        "opened_at": clock.rfc3339(attempt.opened_at),
        "expires_at": clock.rfc3339(attempt.expires_at),
        "paid_at": None if attempt.paid_at is None else clock.rfc3339(attempt.paid_at),
        "cashier": None if path is None else path + attempt.token,
    }


def _no(status: int, code: str, message: str) -> Response:
    return JSONResponse({"code": code, "message": message}, status_code=status)
