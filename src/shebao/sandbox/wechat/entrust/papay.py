"""Papay: what a merchant asks on the older wire: contracts, and money under them.

A request for money is only accepted; a moment later it is taken or not, and the merchant told.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from shebao.sandbox import clock, mishaps
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.faults import Kind, Place, Plan, Twist, read_plan
from shebao.sandbox.town import Town
from shebao.sandbox.wechat import attempts
from shebao.sandbox.wechat.attempts import Attempt, Scene, TradeState
from shebao.sandbox.wechat.entrust import contracts, xml
from shebao.sandbox.wechat.signing import Signer

_LIVES_MS: Final = 24 * 3600 * 1000
_DECIDES_SECONDS: Final = 6


class No(Exception):  # noqa: N818  An answer, not an error.
    """WeChat will not, and says why."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(code)
        self.code, self.says = code, says


Act = Callable[[Town, Mapping[str, str]], Mapping[str, Any]]


async def answer(town: Town, request: Request) -> Response:
    """Do what a merchant asks, and answer it signed."""
    place, act = SERVICES[request.url.path]
    absent = await mishaps.on_the_way_in(town.faults, place)
    if absent is not None:
        return absent
    key = town.entrust.terms.key
    said = _done(town, place, act, await request.body())
    forged = town.faults.strikes(place, (Kind.ANSWER_FORGED,)) is not None
    response = Response(xml.packed(key, said, forged=forged), media_type="text/xml")
    return await mishaps.on_the_way_out(town.faults, place, request, response)


def _done(town: Town, place: Place, act: Act, body: bytes) -> dict[str, str]:
    try:
        told = xml.read(body)
    except ValueError:
        return {"return_code": "FAIL", "return_msg": "XML格式错误"}
    known = town.credentials
    if not xml.is_signed(town.entrust.terms.key, told):
        return {"return_code": "FAIL", "return_msg": "签名错误"}
    if (told.get("appid"), told.get("mch_id")) != (known.appid, known.mchid):
        return {"return_code": "FAIL", "return_msg": "appid和mch_id不匹配"}
    ours = {"return_code": "SUCCESS", "appid": known.appid, "mch_id": known.mchid}
    if town.faults.strikes(place, (Kind.SYSTEM_ERROR,)) is not None:
        return ours | {"result_code": "FAIL", "err_code": "SYSTEMERROR", "err_code_des": "系统超时"}
    try:
        return ours | {"result_code": "SUCCESS"} | dict(act(town, told))
    except No as no:
        return ours | {"result_code": "FAIL", "err_code": no.code, "err_code_des": no.says}


def query(town: Town, told: Mapping[str, str]) -> Mapping[str, Any]:
    """Tell of a contract; one that nobody signed there is not."""
    return _contract(town, told).told(town)


def delete(town: Town, told: Mapping[str, str]) -> Mapping[str, Any]:
    """End a contract for the merchant; ending it again is the same."""
    ended = contracts.end(town, _contract(town, told), by="3", plan=Plan())
    return {"contract_code": ended.contract_code, "contract_id": ended.contract_id}


def apply(town: Town, told: Mapping[str, str]) -> Mapping[str, Any]:
    """Accept a request for money under a contract; asked again, nothing more is taken."""
    number, fen = told.get("out_trade_no", ""), told.get("total_fee", "")
    known = attempts.find(town.ledger, number)
    if known is not None:
        if known.asked != attempts.digest(Scene.PAP, _asked(told)):
            raise No("OUT_TRADE_NO_USED", "商户订单号重复")
        return {}
    contract = contracts.by_id(town.ledger, told.get("contract_id", ""))
    if contract is None or contract.ended_at is not None:
        raise No("CONTRACT_NOT_EXIST", "签约协议不存在")
    if not number or not fen.isdigit() or int(fen) < 1:
        raise No("PARAM_ERROR", "参数错误")
    attempt = _accepted(town, told, contract)
    attempts.insert(town.ledger, attempt)
    delay = town.timers.scaled_ms(_DECIDES_SECONDS)
    town.timers.after(delay, partial(_decide, town, number))
    return {}


def _accepted(town: Town, told: Mapping[str, str], contract: contracts.Contract) -> Attempt:
    """A request for money, as it waits for its decision."""
    now = clock.now_ms()
    return Attempt(
        out_trade_no=told["out_trade_no"],
        mchid=town.credentials.mchid,
        appid=town.credentials.appid,
        scene=Scene.PAP,
        description=told.get("body", ""),
        total_fen=int(told["total_fee"]),
        notify_url=told.get("notify_url", ""),
        openid=contract.openid,
        attach=None,
        asked=attempts.digest(Scene.PAP, _asked(told)),
        signer=Signer.PUBLIC_KEY,
        prepay_id=attempts.new_prepay_id(now),
        token=secrets.token_urlsafe(12),
        prepaid_at=now,
        opened_at=now,
        expires_at=now + _LIVES_MS,
        state=TradeState.USERPAYING,
        transaction_id=None,
        paid_at=None,
        pays_at=None,
        plan=town.entrust.next_plan().written(),
    )


def _asked(told: Mapping[str, str]) -> dict[str, str]:
    return {name: told.get(name, "") for name in ("out_trade_no", "total_fee", "contract_id")}


def _contract(town: Town, told: Mapping[str, str]) -> contracts.Contract:
    found = contracts.find(town.ledger, told.get("contract_code", ""))
    if found is None or found.plan_id != told.get("plan_id"):
        raise No("CONTRACT_NOT_EXIST", "签约协议不存在")
    return found


async def _decide(town: Town, number: str) -> None:
    attempt = attempts.find(town.ledger, number)
    if attempt is None or attempt.standing(clock.now_ms()) is not TradeState.USERPAYING:
        return
    plan, now = read_plan(attempt.plan), clock.now_ms()
    if Twist.INSUFFICIENT_FUNDS in plan:
        # A try without a payer has nobody to try again: it is over.
        ended = replace(attempt, state=TradeState.PAYERROR, expires_at=now)
    else:
        ended = replace(
            attempt,
            state=TradeState.SUCCESS,
            transaction_id=attempts.new_transaction_id(now),
            paid_at=now,
        )
    notice = contracts.news(
        town,
        _told(ended),
        plan,
        subject=number,
        event="PAP",
        url=ended.notify_url,
    )
    with town.ledger.together():
        attempts.save(town.ledger, ended)
        shelf.insert(town.ledger, notice)
    town.entrust.courier.carry(notice)


def _told(attempt: Attempt) -> dict[str, str]:
    facts = {
        "return_code": "SUCCESS",
        "appid": attempt.appid,
        "mch_id": attempt.mchid,
        "out_trade_no": attempt.out_trade_no,
        "openid": attempt.openid,
        "total_fee": str(attempt.total_fen),
        "trade_type": "PAP",
        "bank_type": "OTHERS",
    }
    if attempt.transaction_id is None or attempt.paid_at is None:
        return facts | {
            "result_code": "FAIL",
            "err_code": "NOTENOUGH",
            "err_code_des": "账户余额不足",
        }
    return facts | {
        "result_code": "SUCCESS",
        "transaction_id": attempt.transaction_id,
        "time_end": f"{clock.at(attempt.paid_at):%Y%m%d%H%M%S}",
    }


SERVICES: Final[Mapping[str, tuple[Place, Act]]] = {
    "/papay/querycontract": (Place.SIGN, query),
    "/papay/deletecontract": (Place.SIGN, delete),
    "/pay/pappayapply": (Place.PREPAY, apply),
}
