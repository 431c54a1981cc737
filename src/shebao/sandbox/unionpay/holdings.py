"""Holdings: what UnionPay holds for its merchants, for whoever compares books."""

from __future__ import annotations

from typing import Any, Final

from shebao.sandbox.town import Town

_PAYMENTS: Final = """
    SELECT 'unionpay' AS channel, mer_id AS mchid, order_id AS out_trade_no,
           query_id AS transaction_id, total_fen, paid_at,
           (SELECT coalesce(sum(refund_fen), 0) FROM unionpay_returns AS back
            WHERE back.orig_query_id = trade.query_id AND back.code = '00') AS refunded_fen
    FROM unionpay_trades AS trade WHERE paid_at IS NOT NULL ORDER BY paid_at, order_id
"""
_REFUNDS: Final = """
    SELECT 'unionpay' AS channel, back.order_id AS out_refund_no, back.query_id AS refund_id,
           trade.order_id AS out_trade_no, refund_fen,
           CASE back.code WHEN '00' THEN 'SUCCESS' WHEN '05' THEN 'PROCESSING' ELSE 'CLOSED' END
           AS state, succeeded_at
    FROM unionpay_returns AS back JOIN unionpay_trades AS trade
         ON trade.query_id = back.orig_query_id
    ORDER BY created_at, back.order_id
"""
_SUMS: Final = """
    SELECT 'unionpay' AS channel, mer_id AS mchid, count(*) AS payments,
           sum(total_fen) AS paid_fen,
           (SELECT count(*) FROM unionpay_returns AS back
            WHERE back.mer_id = trade.mer_id AND code = '00') AS refunds,
           (SELECT coalesce(sum(refund_fen), 0) FROM unionpay_returns AS back
            WHERE back.mer_id = trade.mer_id AND code = '00') AS refunded_fen
    FROM unionpay_trades AS trade WHERE paid_at IS NOT NULL GROUP BY mer_id
"""


def payments(town: Town) -> list[dict[str, Any]]:
    """Every payment, oldest first."""
    return town.ledger.rows(_PAYMENTS)


def refunds(town: Town) -> list[dict[str, Any]]:
    """Every refund and undoing, oldest first; ``state`` says whether it moved."""
    return town.ledger.rows(_REFUNDS)


def sums(town: Town) -> list[dict[str, Any]]:
    """What each merchant number has received, given back, and still holds."""
    found = town.ledger.rows(_SUMS)
    return [row | {"held_fen": row["paid_fen"] - row["refunded_fen"]} for row in found]
