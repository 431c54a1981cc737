"""Wholes (合单): orders of several parts, each booked for a merchant number of its own.

The whole is an order like any other, so the same cashier takes its payer's money; but the money
is that of its parts, and only they get numbers of the channel, stand in bills and are given back.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.ledger import Ledger
from shebao.sandbox.town import Town
from shebao.sandbox.wechat import attempts
from shebao.sandbox.wechat.attempts import Attempt, Scene, TradeState
from shebao.sandbox.wechat.fields import Fields, read_body
from shebao.sandbox.wechat.gate import Answer, Call
from shebao.sandbox.wechat.refusals import (
    invalid_request,
    merchant_unknown,
    not_ours,
    number_used,
    order_paid,
    order_unknown,
)
from shebao.sandbox.wechat.transactions import check_scene, end, renewed, way_to_pay

_PARTS_LEAST: Final = 2
_PARTS_MOST: Final = 50
_WEEK_MS: Final = 7 * 24 * 3600 * 1000
_DESCRIPTION_MOST: Final = 127
_ATTACH_MOST: Final = 128
_PART: Final = "INSERT INTO wechat_parts VALUES (:part, :whole, :place)"
_PARTS: Final = "SELECT part FROM wechat_parts WHERE whole = :whole ORDER BY place"


def prepay(town: Town, call: Call) -> Answer:
    """Open an order of several parts, or answer again for one opened with these very words."""
    scene = Scene(call.target.rpartition("/")[2])
    fields = read_body(call.body)
    asked = attempts.digest(f"combine {scene}", fields.told)
    whole, parts = _read(town, call, scene, fields)
    known = attempts.find(town.ledger, whole.out_trade_no)
    if known is not None:
        if known.state is TradeState.SUCCESS:
            raise order_paid()
        whole = renewed(known, asked)
        attempts.save(town.ledger, whole)
        return Answer(200, way_to_pay(call, whole))
    if any(attempts.find(town.ledger, part.out_trade_no) for part in parts):
        raise number_used()
    whole = replace(whole, asked=asked, expires_at=end(fields, whole))
    with town.ledger.together():
        attempts.insert(town.ledger, whole)
        for place, part in enumerate(parts):
            attempts.insert(town.ledger, replace(part, expires_at=whole.expires_at))
            numbers = {"part": part.out_trade_no, "whole": whole.out_trade_no}
            town.ledger.write(_PART, numbers | {"place": place})
    return Answer(200, way_to_pay(call, whole))


def query(town: Town, call: Call) -> Answer:
    """Tell what became of every part."""
    whole, parts = _found(town, call)
    return Answer(200, told(whole, parts, clock.now_ms()))


def close(town: Town, call: Call) -> Answer:
    """Close an order nobody has paid, with every part of it."""
    whole, parts = _found(town, call)
    fields = read_body(call.body)
    appid = fields.text("combine_appid", most=32)
    if appid != town.credentials.appid:
        raise not_ours(appid)
    named = {(one.text("mchid", most=32), one.trade_no()) for one in _objects(fields)}
    if named != {(part.mchid, part.out_trade_no) for part in parts}:
        raise invalid_request("子单与原订单不一致")
    if whole.state is TradeState.SUCCESS:
        raise order_paid()
    with town.ledger.together():
        for one in (whole, *parts):
            shut = replace(one, state=TradeState.CLOSED, pays_at=None)
            attempts.save(town.ledger, shut)
    return Answer(204)


def parts_of(ledger: Ledger, whole: str) -> list[Attempt]:
    """The parts of an order, in the order they were named; none of an ordinary one."""
    found = [attempts.find(ledger, row["part"]) for row in ledger.rows(_PARTS, {"whole": whole})]
    return [part for part in found if part is not None]


def told(whole: Attempt, parts: Sequence[Attempt], now: int) -> dict[str, Any]:
    """An order of several parts as the channel tells it."""
    return {
        "combine_appid": whole.appid,
        "combine_mchid": whole.mchid,
        "combine_out_trade_no": whole.out_trade_no,
        "combine_payer_info": {"openid": whole.openid},
        "sub_orders": [_told(whole, part, now) for part in parts],
    }


def _told(whole: Attempt, part: Attempt, now: int) -> Mapping[str, Any]:
    plain = part.transaction(now)
    # Until there is money, what the payer does happens to the whole.
    state = part.standing(now) if part.is_paid else whole.standing(now)
    amount = {"total_amount": part.total_fen, "currency": "CNY"}
    if part.is_paid:
        amount |= {"payer_amount": part.total_fen, "payer_currency": "CNY"}
    names = ("mchid", "out_trade_no", "attach", "transaction_id", "trade_type", "bank_type")
    kept = {name: plain[name] for name in (*names, "success_time") if name in plain}
    return kept | {"trade_state": state.value, "amount": amount}


def _found(town: Town, call: Call) -> tuple[Attempt, list[Attempt]]:
    whole = attempts.find(town.ledger, call.path["out_trade_no"])
    parts = parts_of(town.ledger, call.path["out_trade_no"])
    if whole is None or not parts:
        raise order_unknown()
    return whole, parts


def _read(town: Town, call: Call, scene: Scene, fields: Fields) -> tuple[Attempt, list[Attempt]]:
    appid, mchid = fields.text("combine_appid", most=32), fields.text("combine_mchid", most=32)
    if mchid != call.mchid:
        raise merchant_unknown(mchid)
    if appid != town.credentials.appid:
        raise not_ours(appid)
    if scene is Scene.H5:
        check_scene(fields.object("scene_info"))
    is_known = scene is Scene.JSAPI
    openid = fields.object("combine_payer_info").openid() if is_known else attempts.new_openid()
    now = clock.now_ms()
    until = fields.maybe_time_ms("time_expire") or now + _WEEK_MS
    whole = Attempt(
        out_trade_no=fields.trade_no("combine_out_trade_no"),
        mchid=mchid,
        appid=appid,
        scene=scene,
        description="合单支付",
        total_fen=1,
        notify_url=fields.notify_url(),
        openid=openid,
        attach=None,
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
    parts = [_part(whole, one, now) for one in _objects(fields)]
    if len({part.out_trade_no for part in parts} | {whole.out_trade_no}) != len(parts) + 1:
        raise fields.wrong("sub_orders", "商户订单号重复")
    return replace(whole, total_fen=sum(part.total_fen for part in parts)), parts


def _part(whole: Attempt, fields: Fields, now: int) -> Attempt:
    mchid = fields.text("mchid", most=32)
    if not (mchid.isascii() and mchid.isdigit()):
        raise merchant_unknown(mchid)
    amount = fields.object("amount")
    amount.one_of("currency", ("CNY",))
    return replace(
        whole,
        mchid=mchid,
        out_trade_no=fields.trade_no(),
        description=fields.text("description", most=_DESCRIPTION_MOST),
        attach=fields.text("attach", most=_ATTACH_MOST),
        total_fen=amount.fen("total_amount"),
        prepay_id=attempts.new_prepay_id(now),
        token=secrets.token_urlsafe(12),
    )


def _objects(fields: Fields) -> list[Fields]:
    found = fields.told.get("sub_orders")
    fits = isinstance(found, list) and _PARTS_LEAST <= len(found) <= _PARTS_MOST
    if not fits or not all(isinstance(one, dict) for one in found or ()):
        raise fields.wrong("sub_orders", f"应为 {_PARTS_LEAST} 至 {_PARTS_MOST} 个子单")
    return [Fields(one, f"/sub_orders/{place}") for place, one in enumerate(found or ())]
