"""Methods: what the open gateway does, by the name of the method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.alipay import bills, notices, opening, refunds, trades
from shebao.sandbox.alipay.gate import Call, Method
from shebao.sandbox.alipay.refusals import AlipayRefusal, wrong_state
from shebao.sandbox.alipay.trades import Status, Trade
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.faults import Place, Plan
from shebao.sandbox.town import Town


def query(town: Town, call: Call) -> Mapping[str, Any]:
    """Tell what became of a trade."""
    return refunds.asked_for(town, call.fields).told(clock.now_ms())


def close(town: Town, call: Call) -> Mapping[str, Any]:
    """Close a trade that waits for its payer; none other can be."""
    trade = refunds.asked_for(town, call.fields)
    if trade.standing(clock.now_ms()) is not Status.WAITING:
        raise wrong_state()
    return _named(_closed(town, trade))


def cancel(town: Town, call: Call) -> Mapping[str, Any]:
    """Undo a trade: close it when it is unpaid, give everything back when it is not.

    To a number that nobody has come to yet Alipay says yes, too, and does nothing at all.
    """
    try:
        trade = refunds.asked_for(town, call.fields)
    except AlipayRefusal:
        number = call.fields.told.get("out_trade_no")
        if call.fields.told.get("trade_no") or number is None:
            raise
        return {"out_trade_no": number, "retry_flag": "N"}
    said = {"retry_flag": "N"}
    match trade.standing(clock.now_ms()):
        case Status.WAITING:
            return _named(_closed(town, trade)) | said | {"action": "close"}
        case Status.SUCCESS:
            refunds.whole(town, trade)
            return _named(trade) | said | {"action": "refund"}
        case _:
            return _named(trade) | said | {"action": "close"}


def _closed(town: Town, trade: Trade) -> Trade:
    now = clock.now_ms()
    shut = replace(trade, state=Status.CLOSED, closed_at=now, pays_at=None)
    notice = notices.about(town.alipay_keys, shut, Plan())
    with town.ledger.together():
        trades.save(town.ledger, shut)
        if notice is not None:
            shelf.insert(town.ledger, notice)
    if notice is not None:
        town.alipay_courier.carry(notice)
    return shut


def _named(trade: Trade) -> dict[str, str]:
    return {"out_trade_no": trade.out_trade_no, "trade_no": trade.trade_no}


METHODS: Final = {
    "alipay.trade.precreate": Method(Place.PREPAY, opening.precreate),
    "alipay.trade.create": Method(Place.PREPAY, opening.create),
    "alipay.trade.query": Method(Place.QUERY, query),
    "alipay.trade.close": Method(Place.CLOSE, close),
    "alipay.trade.cancel": Method(Place.CLOSE, cancel),
    "alipay.trade.refund": Method(Place.REFUND, refunds.apply),
    "alipay.trade.fastpay.refund.query": Method(Place.REFUND_QUERY, refunds.query),
    "alipay.data.dataservice.bill.downloadurl.query": Method(Place.STATEMENT, bills.address),
}
