"""Holdings: what the channels hold for their merchants, for whoever compares books."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shebao.sandbox.alipay import holdings as alipay
from shebao.sandbox.bank import holdings as bank
from shebao.sandbox.counter import books as counter
from shebao.sandbox.ledger import Ledger
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import holdings as unionpay

_PAYMENTS: Final = """
    SELECT 'wechat' AS channel, mchid, out_trade_no, transaction_id, total_fen, paid_at,
           (SELECT coalesce(sum(refund_fen), 0) FROM refunds
            WHERE refunds.out_trade_no = attempts.out_trade_no AND state = 'SUCCESS')
           AS refunded_fen
    FROM attempts WHERE transaction_id IS NOT NULL ORDER BY paid_at, out_trade_no
"""
_REFUNDS: Final = """
    SELECT 'wechat' AS channel, out_refund_no, refund_id, out_trade_no, refund_fen, state,
           succeeded_at
    FROM refunds ORDER BY created_at, out_refund_no
"""
_SUMS: Final = """
    SELECT 'wechat' AS channel, mchid, count(*) AS payments, sum(total_fen) AS paid_fen,
           (SELECT count(*) FROM refunds JOIN attempts AS of USING (out_trade_no)
            WHERE of.mchid = attempts.mchid AND refunds.state = 'SUCCESS') AS refunds,
           (SELECT coalesce(sum(refund_fen), 0)
            FROM refunds JOIN attempts AS of USING (out_trade_no)
            WHERE of.mchid = attempts.mchid AND refunds.state = 'SUCCESS') AS refunded_fen
    FROM attempts WHERE transaction_id IS NOT NULL GROUP BY mchid
"""


def show(town: Town, _request: Request) -> Response:
    """Every payment and refund of every channel, and what is left of them for each merchant."""
    held = {
        "merchants": [
            *sums(town.ledger),
            *alipay.sums(town),
            *unionpay.sums(town),
            *bank.sums(town),
            *counter.sums(town.ledger),
        ],
        "payments": [
            *town.ledger.rows(_PAYMENTS),
            *alipay.payments(town),
            *unionpay.payments(town),
            *bank.payments(town),
        ],
        "refunds": [
            *town.ledger.rows(_REFUNDS),
            *alipay.refunds(town),
            *unionpay.refunds(town),
            *bank.refunds(town),
        ],
    }
    return JSONResponse(held)


def sums(ledger: Ledger) -> list[dict[str, Any]]:
    """What each merchant's account has received, given back, and still holds."""
    found = ledger.rows(_SUMS)
    return [row | {"held_fen": row["paid_fen"] - row["refunded_fen"]} for row in found]
