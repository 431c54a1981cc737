"""Transactions: opening, asking after and closing an order."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.town import Town
from shebao.sandbox.wechat import attempts
from shebao.sandbox.wechat.attempts import Attempt, Scene, TradeState
from shebao.sandbox.wechat.fields import Fields, read_body
from shebao.sandbox.wechat.gate import Answer, Call
from shebao.sandbox.wechat.refusals import (
    merchant_unknown,
    not_ours,
    number_used,
    order_closed,
    order_paid,
    order_unknown,
    param_error,
)

_MINUTE_MS: Final = 60 * 1000
_WEEK_MS: Final = 7 * 24 * 3600 * 1000
_DESCRIPTION_MOST: Final = 127
_ATTACH_MOST: Final = 128


def prepay(town: Town, call: Call) -> Answer:
    """Open an order, or answer again for one opened with exactly these words."""
    scene = Scene(call.target.rpartition("/")[2])
    fields = read_body(call.body)
    asked = attempts.digest(scene, fields.told)
    fresh = _read(town, call, scene, fields)
    known = attempts.find(town.ledger, fresh.out_trade_no)
    if known is None:
        attempt = replace(fresh, asked=asked, expires_at=end(fields, fresh))
        attempts.insert(town.ledger, attempt)
    else:
        attempt = renewed(known, asked)
        attempts.save(town.ledger, attempt)
    return Answer(200, way_to_pay(call, attempt))


def query_by_trade_no(town: Town, call: Call) -> Answer:
    """Tell what became of an order, by the merchant's number."""
    _check_mchid_asked(call)
    attempt = attempts.find(town.ledger, call.path["out_trade_no"])
    if attempt is None:
        raise order_unknown()
    return Answer(200, attempt.transaction(clock.now_ms()))


def query_by_transaction_id(town: Town, call: Call) -> Answer:
    """Tell what became of an order, by the channel's number of its payment."""
    _check_mchid_asked(call)
    attempt = attempts.find_paid(town.ledger, call.path["transaction_id"])
    if attempt is None:
        raise order_unknown()
    return Answer(200, attempt.transaction(clock.now_ms()))


def close(town: Town, call: Call) -> Answer:
    """Close an order nobody has paid. Closing twice is closing once."""
    mchid = read_body(call.body).text("mchid", most=32)
    if mchid != call.mchid:
        raise merchant_unknown(mchid)
    attempt = attempts.find(town.ledger, call.path["out_trade_no"])
    if attempt is None:
        raise order_unknown()
    if attempt.is_paid:
        raise order_paid()
    attempts.save(town.ledger, replace(attempt, state=TradeState.CLOSED, pays_at=None))
    return Answer(204)


def _read(town: Town, call: Call, scene: Scene, fields: Fields) -> Attempt:
    _check_merchant(town, call, fields)
    now = clock.now_ms()
    amount = fields.object("amount")
    if amount.told.get("currency") is not None:
        amount.one_of("currency", ("CNY",))
    openid = fields.object("payer").openid() if scene is Scene.JSAPI else attempts.new_openid()
    if scene is Scene.H5:
        check_scene(fields.object("scene_info"))
    until = fields.maybe_time_ms("time_expire") or now + _WEEK_MS
    return Attempt(
        out_trade_no=fields.trade_no(),
        mchid=call.mchid,
        appid=town.credentials.appid,
        scene=scene,
        description=fields.text("description", most=_DESCRIPTION_MOST),
        total_fen=amount.fen("total"),
        notify_url=fields.notify_url(),
        openid=openid,
        attach=fields.maybe_text("attach", most=_ATTACH_MOST),
        asked="",
        signer=call.signer,
        prepay_id=attempts.new_prepay_id(now),
        token=secrets.token_urlsafe(12),
        prepaid_at=now,
        opened_at=now,
        expires_at=until,
        state=TradeState.NOTPAY,
        transaction_id=None,
        paid_at=None,
        pays_at=None,
        plan="",
    )


def _check_merchant(town: Town, call: Call, fields: Fields) -> None:
    mchid, appid = fields.text("mchid", most=32), fields.text("appid", most=32)
    if mchid != call.mchid:
        raise merchant_unknown(mchid)
    if appid != town.credentials.appid:
        raise not_ours(appid)


def check_scene(scene_info: Fields) -> None:
    """Refuse where a payer of the H5 scene sits, unless it is whole."""
    scene_info.ip("payer_client_ip")
    scene_info.object("h5_info").one_of("type", ("Wap", "iOS", "Android"))


def _check_mchid_asked(call: Call) -> None:
    mchid = call.query.get("mchid", "")
    if not mchid:
        raise param_error("mchid", "", "此字段为必填项", where="query")
    if mchid != call.mchid:
        raise merchant_unknown(mchid)


def end(fields: Fields, attempt: Attempt) -> int:
    """Until when an order can be paid."""
    if attempt.expires_at <= attempt.opened_at:
        raise fields.wrong("time_expire", "支付截止时间已过")
    # Nobody pays in less than a minute, so the channel gives at least that.
    return max(attempt.expires_at, attempt.opened_at + _MINUTE_MS)


def renewed(known: Attempt, asked: str) -> Attempt:
    """Find an order again that was opened with exactly these words; else refuse."""
    now = clock.now_ms()
    if known.is_paid:
        raise order_paid()
    if known.standing(now) is TradeState.CLOSED:
        raise order_closed()
    if known.asked != asked:
        raise number_used()
    return replace(known, prepaid_at=now)


def way_to_pay(call: Call, attempt: Attempt) -> dict[str, str]:
    """Say how a payer comes to the cashier of an order."""
    if attempt.scene in {Scene.JSAPI, Scene.APP}:
        return {"prepay_id": attempt.prepay_id}
    if attempt.scene is Scene.NATIVE:
        return {"code_url": attempt.code_url}
    return {"h5_url": f"{call.base_url}/cashier/h5?token={attempt.token}"}
