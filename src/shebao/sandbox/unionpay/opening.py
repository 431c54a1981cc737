"""Opening: how a trade begins: the payer's browser posts what the merchant signed."""

from __future__ import annotations

import secrets
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import fields, trades
from shebao.sandbox.unionpay.gate import Words, verify
from shebao.sandbox.unionpay.refusals import UnionPayRefusal, malformed
from shebao.sandbox.unionpay.trades import State, Trade

_CONSUME: Final = {"txnType": "01", "txnSubType": "01", "bizType": "000201"}
_DEVICES: Final = frozenset({"07", "08"})
_LIVES_MS: Final = 3600 * 1000
_DESCRIPTION_MOST: Final = 32
_RESERVED_MOST: Final = 1024


def opened(town: Town, words: Words) -> Trade:
    """Open a trade, or find again the one opened with exactly these words."""
    verify(town, words)
    for name, wanted in _CONSUME.items():
        fields.one_of(words, name, (wanted,))
    fresh = _read(words)
    known = trades.find(
        town.ledger, mer_id=fresh.mer_id, order_id=fresh.order_id, txn_time=fresh.txn_time
    )
    if known is not None:
        return _again(known, fresh.asked)
    trades.insert(town.ledger, fresh)
    return fresh


def _read(words: Words) -> Trade:
    fields.one_of(words, "currencyCode", ("156",))
    now = clock.now_ms()
    front = words.get("frontUrl")
    description = words.get("orderDesc", "")
    if len(description) > _DESCRIPTION_MOST:
        raise malformed("orderDesc")
    return Trade(
        mer_id=words["merId"],
        order_id=fields.order_id(words),
        txn_time=fields.fresh(words),
        device=fields.one_of(words, "channelType", _DEVICES),
        description=description,
        total_fen=fields.fen(words),
        back_url=fields.address(words, "backUrl"),
        front_url=fields.address(words, "frontUrl") if front else None,
        reserved=words.get("reqReserved", "")[:_RESERVED_MOST] or None,
        asked=trades.digest(words),
        token=secrets.token_urlsafe(16),
        opened_at=now,
        expires_at=_end(words, now),
        code=trades.WAITING,
        query_id=None,
        trace_no=None,
        paid_at=None,
        settle_day=None,
        pays_at=None,
        plan="",
    )


def _end(words: Words, now: int) -> int:
    if not words.get("payTimeout"):
        return now + _LIVES_MS
    asked = fields.time_ms(words, "payTimeout")
    if asked <= now:
        raise UnionPayRefusal("39", "payTimeout")
    return asked


def _again(known: Trade, asked: str) -> Trade:
    if known.asked != asked or known.standing(clock.now_ms()) is State.PAID:
        raise UnionPayRefusal("12")
    return known
