"""Opening: how a trade begins, by a page, a code or an app, and how the same one is known again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.alipay import trades
from shebao.sandbox.alipay.fields import Fields, address, notify_address
from shebao.sandbox.alipay.gate import Call
from shebao.sandbox.alipay.refusals import inconsistent, parameter, trade_closed, trade_paid
from shebao.sandbox.alipay.trades import Status, Trade, Way
from shebao.sandbox.town import Town

_HOUR_MS: Final = 3600 * 1000
_LIVES_MS: Final = 15 * 24 * _HOUR_MS
_CODE_LIVES_MS: Final = 2 * _HOUR_MS
_PASSBACK_MOST: Final = 512
_URL_MOST: Final = 400
_BUYER_MOST: Final = 128
_PAGES: Final = frozenset({Way.WAP, Way.PAGE})
_FACE_TO_FACE: Final = frozenset({"FACE_TO_FACE_PAYMENT", "QR_CODE_OFFLINE"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What one way of paying asks for."""

    way: Way
    products: frozenset[str]
    product_required: bool = True
    lives_ms: int = _LIVES_MS


RULES: Final = {
    "alipay.trade.wap.pay": Rules(Way.WAP, frozenset({"QUICK_WAP_WAY"})),
    "alipay.trade.page.pay": Rules(Way.PAGE, frozenset({"FAST_INSTANT_TRADE_PAY"})),
    "alipay.trade.app.pay": Rules(Way.APP, frozenset({"QUICK_MSECURITY_PAY"})),
    "alipay.trade.precreate": Rules(
        Way.QR, _FACE_TO_FACE, product_required=False, lives_ms=_CODE_LIVES_MS
    ),
    "alipay.trade.create": Rules(Way.JSAPI, frozenset({"JSAPI_PAY"})),
}


def opened(town: Town, call: Call) -> Trade:
    """Open a trade, or find again the one opened with exactly these words."""
    rules = RULES[call.method]
    fresh = _read(town, call, rules)
    known = trades.find(town.ledger, fresh.out_trade_no)
    if known is not None:
        return _again(known, fresh.asked)
    trades.insert(town.ledger, fresh)
    return fresh


def met(town: Town, trade: Trade) -> Trade:
    """The payer has come to a trade: from now on Alipay knows it."""
    if trade.met_at is not None:
        return trade
    now_met = replace(trade, met_at=clock.now_ms())
    trades.save(town.ledger, now_met)
    return now_met


def precreate(town: Town, call: Call) -> Mapping[str, Any]:
    """Give out a code to scan. Until somebody does, no trade exists."""
    trade = opened(town, call)
    return {"out_trade_no": trade.out_trade_no, "qr_code": trade.code}


def create(town: Town, call: Call) -> Mapping[str, Any]:
    """Open a trade for a payer a mini program knows, and who pays it in the app."""
    trade = met(town, opened(town, call))
    return {"out_trade_no": trade.out_trade_no, "trade_no": trade.trade_no}


def _read(town: Town, call: Call, rules: Rules) -> Trade:
    fields, now = call.fields, clock.now_ms()
    if rules.product_required or fields.told.get("product_code"):
        fields.one_of("product_code", rules.products)
    passback = fields.maybe_text("passback_params", most=_PASSBACK_MOST)
    return Trade(
        out_trade_no=fields.trade_no(),
        trade_no=trades.new_trade_no(now),
        way=rules.way,
        subject=fields.subject(),
        total_fen=fields.fen("total_amount"),
        notify_url=notify_address(call.params),
        return_url=address(call.params, "return_url") if rules.way in _PAGES else None,
        quit_url=fields.maybe_text("quit_url", most=_URL_MOST),
        passback=passback,
        buyer=_buyer(town, fields) if rules.way is Way.JSAPI else trades.new_buyer(),
        asked=trades.digest(call.method, fields.told),
        token=f"bax{secrets.token_hex(12)}",
        opened_at=now,
        expires_at=_end(fields, now, rules),
        met_at=None,
        state=Status.WAITING,
        paid_at=None,
        closed_at=None,
        pays_at=None,
        plan="",
    )


def _buyer(town: Town, fields: Fields) -> str:
    fields.one_of("op_app_id", (town.alipay_keys.app_id,))
    name = "buyer_open_id" if fields.told.get("buyer_open_id") else "buyer_id"
    return fields.text(name, most=_BUYER_MOST)


def _end(fields: Fields, now: int, rules: Rules) -> int:
    asked = fields.maybe_time_ms("time_expire")
    if asked is None:
        return now + rules.lives_ms
    if asked <= now:
        raise parameter("time_expire", "已过期")
    return min(asked, now + rules.lives_ms)


def _again(known: Trade, asked: str) -> Trade:
    standing = known.standing(clock.now_ms())
    if known.asked != asked:
        raise inconsistent()
    if standing is Status.SUCCESS:
        raise trade_paid()
    if standing is Status.CLOSED:
        raise trade_closed()
    return known
