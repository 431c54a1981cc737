"""Queries: what became of a transaction; whether we understood the question is another matter."""

from __future__ import annotations

from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.faults import Kind, Place
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import fields, returns, trades
from shebao.sandbox.unionpay.gate import Words
from shebao.sandbox.unionpay.refusals import OK, SAID, UnionPayRefusal

_NOT_KNOWN: Final = "03"


def query(town: Town, words: Words) -> Words:
    """Tell what became of a payment, refund or undoing, by its number and time."""
    order_id, txn_time = fields.order_id(words), fields.text(words, "txnTime", most=14)
    key = {"mer_id": words["merId"], "order_id": order_id, "txn_time": txn_time}
    trade = trades.find(town.ledger, **key)
    back = returns.find(town.ledger, **key)
    if trade is not None:
        code = trade.code_at(clock.now_ms())
        facts = {"txnAmt": str(trade.total_fen), **trade.paid_facts()}
    elif back is not None:
        code = back.code
        facts = {"txnAmt": str(back.refund_fen), **back.facts()}
    else:
        raise UnionPayRefusal("34")
    if town.faults.strikes(Place.QUERY, (Kind.UNDECIDED,)) is not None:
        code = _NOT_KNOWN
    said = {"origRespCode": code, "origRespMsg": SAID[code], "currencyCode": "156"}
    return said | (facts if code == OK else {"txnAmt": facts["txnAmt"]})
