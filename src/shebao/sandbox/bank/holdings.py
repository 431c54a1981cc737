"""Holdings: what the bank holds for its merchant, for whoever compares books."""

from __future__ import annotations

from typing import Any, Final

from shebao.sandbox.bank.notices import CHANNEL
from shebao.sandbox.town import Town

_PAYMENTS: Final = """
    SELECT :channel AS channel, :merchant AS mchid, pay_no AS out_trade_no,
           bank_serial AS transaction_id, amount_fen AS total_fen, paid_at,
           (SELECT coalesce(sum(amount_fen), 0) FROM bank_refunds AS back
            WHERE back.pay_no = bank_payments.pay_no AND back.state = 'success')
           + CASE WHEN reversal_no IS NULL THEN 0 ELSE amount_fen END AS refunded_fen
    FROM bank_payments WHERE paid_at IS NOT NULL ORDER BY paid_at, pay_no
"""
_REFUNDS: Final = """
    SELECT :channel AS channel, refund_no AS out_refund_no, bank_serial AS refund_id,
           pay_no AS out_trade_no, amount_fen AS refund_fen, upper(state) AS state, succeeded_at
    FROM bank_refunds ORDER BY asked_at, refund_no
"""


def payments(town: Town) -> list[dict[str, Any]]:
    """Every payment, oldest first; what was taken back counts as gone back."""
    return town.ledger.rows(_PAYMENTS, {"channel": CHANNEL, "merchant": _merchant(town)})


def refunds(town: Town) -> list[dict[str, Any]]:
    """Every refund, oldest first; ``state`` says whether it moved."""
    return town.ledger.rows(_REFUNDS, {"channel": CHANNEL})


def sums(town: Town) -> list[dict[str, Any]]:
    """What the merchant's account has received, let go, and still holds; none if unused."""
    found = payments(town)
    if not found:
        return []
    paid = sum(row["total_fen"] for row in found)
    back = sum(row["refunded_fen"] for row in found)
    facts = {
        "channel": CHANNEL,
        "mchid": _merchant(town),
        "payments": len(found),
        "paid_fen": paid,
        "refunds": sum(row["state"] == "SUCCESS" for row in refunds(town)),
        "refunded_fen": back,
    }
    return [facts | {"held_fen": paid - back}]


def _merchant(town: Town) -> str:
    return town.bank.keys.merchant_no
