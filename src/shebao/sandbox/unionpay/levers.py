"""Levers: what whoever rehearses may do with UnionPay's trades, and see of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from shebao.sandbox import clock
from shebao.sandbox.faults import Plan
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import cashier, fields, payer, trades
from shebao.sandbox.unionpay.notices import CHANNEL
from shebao.sandbox.unionpay.trades import Trade


def find(town: Town, order_id: str) -> Trade | None:
    """The trade of a merchant's number."""
    return trades.find_latest(town.ledger, order_id)


def pull(town: Town, trade: Trade, lever: str, plan: Plan, *, wait_ms: int) -> Trade:
    """Play the payer of a trade, or let its time be over."""
    match lever:
        case "pay":
            return payer.pay(town, trade, plan)
        case "decline":
            return payer.decline(town, trade)
        case "pay-late":
            return payer.pay_late(town, trade, plan, wait_ms=wait_ms)
        case "expire":
            return payer.expire(town, trade)
        case _:
            return trade


def latest(town: Town, *, state: str | None, most: int) -> list[dict[str, Any]]:
    """The trades opened last, newest first."""
    found = [shown(trade) for trade in trades.latest(town.ledger, most=most)]
    return [one for one in found if state is None or one["state"] == state]


def stray(town: Town, told: Mapping[str, Any], plan: Plan, *, total_fen: int) -> Trade:
    """Hold money for a trade the merchant never opened, and tell of it."""
    now = clock.now_ms()
    trade = Trade(
        mer_id=str(told.get("mer_id") or town.unionpay_keys.mer_ids[0]),
        order_id=str(told.get("out_trade_no") or f"stray{secrets.token_hex(8)}"),
        txn_time=fields.wire_time(now),
        device="08",
        description="商户没有下过的单",
        total_fen=total_fen,
        back_url=str(told["notify_url"]),
        front_url=None,
        reserved=None,
        asked="",
        token=secrets.token_urlsafe(16),
        opened_at=now,
        expires_at=now + 60_000,
        code=trades.WAITING,
        query_id=None,
        trace_no=None,
        paid_at=None,
        settle_day=None,
        pays_at=None,
        plan="",
    )
    if find(town, trade.order_id) is not None:
        raise ValueError("out_trade_no is in use")
    trades.insert(town.ledger, trade)
    return payer.pay(town, trade, plan)


def shown(trade: Trade) -> dict[str, Any]:
    """A trade as whoever rehearses sees it."""
    return {
        "channel": CHANNEL,
        "out_trade_no": trade.order_id,
        "state": trade.standing(clock.now_ms()),
        "scene": trade.device,
        "description": trade.description,
        "total_fen": trade.total_fen,
        "transaction_id": trade.query_id,
        "notify_url": trade.back_url,
        "opened_at": clock.rfc3339(trade.opened_at),
        "expires_at": clock.rfc3339(trade.expires_at),
        "paid_at": None if trade.paid_at is None else clock.rfc3339(trade.paid_at),
        "cashier": f"{cashier.PATH}?token={trade.token}",
    }
