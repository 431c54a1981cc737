"""Refunds: giving a payer's money back, part by part, never more than was paid.

Alipay gives back at once, and tells the merchant by a notice about the *trade*. Ordered to go
wrong, a refund is accepted and does not move: ``abnormal`` moves when it is asked for again,
``closed`` never does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.alipay import notices, trades
from shebao.sandbox.alipay.fields import Fields
from shebao.sandbox.alipay.gate import Call
from shebao.sandbox.alipay.notices import GivenBack
from shebao.sandbox.alipay.refusals import (
    business,
    parameter,
    trade_unknown,
    wrong_state,
)
from shebao.sandbox.alipay.signing import yuan
from shebao.sandbox.alipay.trades import BUYER, Status, Trade
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.faults import Kind, Place, Plan
from shebao.sandbox.ledger import Ledger, columns
from shebao.sandbox.town import Town

_NUMBER_MOST: Final = 64
_REASON_MOST: Final = 256


class RefundState(StrEnum):
    """How far a refund has come."""

    SUCCESS = "SUCCESS"
    ABNORMAL = "ABNORMAL"  # Did not move; asked for again, it will.
    CLOSED = "CLOSED"  # Did not move, and never will.


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund of a trade, known by the merchant's number of the request."""

    out_trade_no: str
    out_request_no: str
    refund_fen: int
    reason: str | None
    state: RefundState
    asked_at: int
    succeeded_at: int | None


def apply(town: Town, call: Call) -> Mapping[str, Any]:
    """Give money back, once for each number of a request."""
    trade = asked_for(town, call.fields)
    wished = _read(trade, call.fields)
    known = find(town.ledger, trade.out_trade_no, wished.out_request_no)
    if known is not None and known.refund_fen != wished.refund_fen:
        raise business("DISCORDANT_REPEAT_REQUEST", "同一退款请求号的请求信息不一致")
    if known is not None and known.state is not RefundState.ABNORMAL:
        return _said(town, trade, known, moved=False)
    _check(town, trade, wished)
    refund = replace(wished, state=_ending(town))
    if refund.state is RefundState.SUCCESS:
        refund = _moved(town, trade, refund)
    else:
        _write(town.ledger, refund)
    return _said(town, trade, refund, moved=refund.state is RefundState.SUCCESS)


def query(town: Town, call: Call) -> Mapping[str, Any]:
    """Tell of a refund; of one that did not succeed, Alipay says nothing at all."""
    trade = asked_for(town, call.fields)
    number = call.fields.text("out_request_no", most=_NUMBER_MOST)
    refund = find(town.ledger, trade.out_trade_no, number)
    if refund is None or refund.succeeded_at is None:
        return {}
    said = {
        "out_request_no": refund.out_request_no,
        "out_trade_no": trade.out_trade_no,
        "refund_amount": yuan(refund.refund_fen),
        "refund_status": "REFUND_SUCCESS",
        "total_amount": yuan(trade.total_fen),
        "trade_no": trade.trade_no,
    }
    options = call.fields.told.get("query_options")
    if isinstance(options, list) and "gmt_refund_pay" in options:
        said["gmt_refund_pay"] = clock.said(refund.succeeded_at)
    return said


def whole(town: Town, trade: Trade) -> None:
    """Give back whatever is left of a trade."""
    left = trade.total_fen - refunded(town.ledger, trade.out_trade_no)
    now = clock.now_ms()
    number = f"cancel{trade.trade_no}"
    wished = Refund(trade.out_trade_no, number, left, None, RefundState.SUCCESS, now, None)
    _moved(town, trade, wished)


def asked_for(town: Town, fields: Fields) -> Trade:
    """The trade a question names; Alipay's number counts more than the merchant's."""
    by_theirs = fields.maybe_text("trade_no", most=_NUMBER_MOST)
    if by_theirs is not None:
        trade = trades.find_by_trade_no(town.ledger, by_theirs)
    else:
        trade = trades.find(town.ledger, fields.trade_no())
    if trade is None or trade.met_at is None:
        raise trade_unknown()
    return trade


def find(ledger: Ledger, out_trade_no: str, out_request_no: str) -> Refund | None:
    """The refund of a request."""
    row = ledger.row(_FIND, {"trade": out_trade_no, "request": out_request_no})
    return None if row is None else Refund(**(row | {"state": RefundState(row["state"])}))


def refunded(ledger: Ledger, out_trade_no: str) -> int:
    """How much of a trade went back until now, in fen."""
    row = ledger.row(_SUM, {"trade": out_trade_no})
    assert row is not None
    return int(row["fen"])


_FIND: Final = """
    SELECT * FROM alipay_refunds WHERE out_trade_no = :trade AND out_request_no = :request
"""
_SUM: Final = """
    SELECT coalesce(sum(refund_fen), 0) AS fen FROM alipay_refunds
    WHERE out_trade_no = :trade AND state = 'SUCCESS'
"""
_WRITE: Final = """
    INSERT OR REPLACE INTO alipay_refunds VALUES (:out_trade_no, :out_request_no, :refund_fen,
        :reason, :state, :asked_at, :succeeded_at)
"""


def _read(trade: Trade, fields: Fields) -> Refund:
    fen = fields.fen("refund_amount")
    number = fields.maybe_text("out_request_no", most=_NUMBER_MOST)
    if number is None and fen != trade.total_fen:
        raise parameter("out_request_no", "部分退款时必填")
    return Refund(
        out_trade_no=trade.out_trade_no,
        out_request_no=number or trade.trade_no,
        refund_fen=fen,
        reason=fields.maybe_text("refund_reason", most=_REASON_MOST),
        state=RefundState.SUCCESS,
        asked_at=clock.now_ms(),
        succeeded_at=None,
    )


def _check(town: Town, trade: Trade, wished: Refund) -> None:
    if trade.state is not Status.SUCCESS:
        raise wrong_state()
    if refunded(town.ledger, trade.out_trade_no) + wished.refund_fen > trade.total_fen:
        raise business("REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
    if town.faults.strikes(Place.REFUND, (Kind.NOT_ENOUGH,)) is not None:
        raise business("SELLER_BALANCE_NOT_ENOUGH", "商户的支付宝账户中无足够的资金进行退款")


def _ending(town: Town) -> RefundState:
    struck = town.faults.strikes(Place.REFUND, (Kind.ABNORMAL, Kind.CLOSED))
    if struck is None:
        return RefundState.SUCCESS
    return RefundState.ABNORMAL if struck.kind is Kind.ABNORMAL else RefundState.CLOSED


def _moved(town: Town, trade: Trade, wished: Refund) -> Refund:
    now = clock.now_ms()
    refund = replace(wished, succeeded_at=now)
    total = refunded(town.ledger, trade.out_trade_no) + refund.refund_fen
    after = trade
    if total == trade.total_fen:
        after = replace(trade, state=Status.CLOSED, closed_at=now)
    back = GivenBack(refund.out_request_no, total, now)
    notice = notices.about(town.alipay_keys, after, Plan(), back=back)
    with town.ledger.together():
        _write(town.ledger, refund)
        trades.save(town.ledger, after)
        if notice is not None:
            shelf.insert(town.ledger, notice)
    if notice is not None:
        town.alipay_courier.carry(notice)
    return refund


def _write(ledger: Ledger, refund: Refund) -> None:
    ledger.write(_WRITE, columns(refund))


def _said(town: Town, trade: Trade, refund: Refund, *, moved: bool) -> dict[str, str]:
    said = {
        "buyer_logon_id": BUYER,
        "buyer_open_id": trade.buyer,
        "fund_change": "Y" if moved else "N",
        "out_trade_no": trade.out_trade_no,
        "refund_fee": yuan(refunded(town.ledger, trade.out_trade_no)),
        "trade_no": trade.trade_no,
    }
    if refund.succeeded_at is not None:
        said["gmt_refund_pay"] = clock.said(refund.succeeded_at)
    return said
