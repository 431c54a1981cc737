"""Holdings: what Alipay holds for its seller, for whoever compares books."""

from __future__ import annotations

from typing import Any, Final

from shebao.sandbox.town import Town

_PAYMENTS: Final = """
    SELECT 'alipay' AS channel, :seller AS mchid, out_trade_no, trade_no AS transaction_id,
           total_fen, paid_at,
           (SELECT coalesce(sum(refund_fen), 0) FROM alipay_refunds AS back
            WHERE back.out_trade_no = alipay_trades.out_trade_no AND back.state = 'SUCCESS')
           AS refunded_fen
    FROM alipay_trades WHERE paid_at IS NOT NULL ORDER BY paid_at, out_trade_no
"""
_REFUNDS: Final = """
    SELECT 'alipay' AS channel, out_request_no AS out_refund_no, trade_no AS refund_id,
           out_trade_no, refund_fen, back.state, succeeded_at
    FROM alipay_refunds AS back JOIN alipay_trades USING (out_trade_no)
    ORDER BY asked_at, out_request_no
"""
_SUMS: Final = """
    SELECT count(*) AS payments, coalesce(sum(total_fen), 0) AS paid_fen,
           (SELECT count(*) FROM alipay_refunds WHERE state = 'SUCCESS') AS refunds,
           (SELECT coalesce(sum(refund_fen), 0) FROM alipay_refunds
            WHERE state = 'SUCCESS') AS refunded_fen
    FROM alipay_trades WHERE paid_at IS NOT NULL
"""


def payments(town: Town) -> list[dict[str, Any]]:
    """Every payment, oldest first."""
    return town.ledger.rows(_PAYMENTS, {"seller": town.alipay_keys.seller_id})


def refunds(town: Town) -> list[dict[str, Any]]:
    """Every refund, oldest first; ``state`` says whether it moved."""
    return town.ledger.rows(_REFUNDS)


def sums(town: Town) -> list[dict[str, Any]]:
    """What the seller's account has received, given back, and still holds; none if unused."""
    found = town.ledger.row(_SUMS)
    assert found is not None
    if found["payments"] == 0:
        return []
    held = {"held_fen": found["paid_fen"] - found["refunded_fen"]}
    return [{"channel": "alipay", "mchid": town.alipay_keys.seller_id} | found | held]
