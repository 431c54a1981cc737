"""Levers: what whoever rehearses may do with Alipay's trades, and see of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.alipay import cashier, payer, trades
from shebao.sandbox.alipay.trades import Status, Trade, Way
from shebao.sandbox.faults import Plan
from shebao.sandbox.town import Town

CHANNEL: Final = "alipay"
_LIVES_MS: Final = 60_000


def find(town: Town, out_trade_no: str) -> Trade | None:
    """The trade of a merchant's number."""
    return trades.find(town.ledger, out_trade_no)


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
    return [shown(trade) for trade in trades.latest(town.ledger, state=state, most=most)]


def stray(town: Town, told: Mapping[str, Any], plan: Plan, *, total_fen: int) -> Trade:
    """Hold money for a trade the merchant never opened, and tell of it."""
    now = clock.now_ms()
    trade = Trade(
        out_trade_no=str(told.get("out_trade_no") or f"stray{secrets.token_hex(8)}"),
        trade_no=trades.new_trade_no(now),
        way=Way.QR,
        subject="商户没有下过的单",
        total_fen=total_fen,
        notify_url=str(told["notify_url"]),
        return_url=None,
        quit_url=None,
        passback=None,
        buyer=trades.new_buyer(),
        asked="",
        token=f"bax{secrets.token_hex(12)}",
        opened_at=now,
        expires_at=now + _LIVES_MS,
        met_at=now,
        state=Status.WAITING,
        paid_at=None,
        closed_at=None,
        pays_at=None,
        plan="",
    )
    if trades.find(town.ledger, trade.out_trade_no) is not None:
        raise ValueError("out_trade_no is in use")
    trades.insert(town.ledger, trade)
    return payer.pay(town, trade, plan)


def shown(trade: Trade) -> dict[str, Any]:
    """A trade as whoever rehearses sees it."""
    return {
        "channel": CHANNEL,
        "out_trade_no": trade.out_trade_no,
        "state": trade.standing(clock.now_ms()),
        "scene": trade.way,
        "description": trade.subject,
        "total_fen": trade.total_fen,
        "transaction_id": trade.trade_no if trade.paid_at is not None else None,
        "notify_url": trade.notify_url,
        "opened_at": clock.rfc3339(trade.opened_at),
        "expires_at": clock.rfc3339(trade.expires_at),
        "paid_at": None if trade.paid_at is None else clock.rfc3339(trade.paid_at),
        "cashier": f"{cashier.PATH}?token={trade.token}",
    }
