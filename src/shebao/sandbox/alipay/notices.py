"""Notices: what Alipay tells a merchant by itself: the facts stay, the time is told anew."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from shebao.sandbox import clock
from shebao.sandbox.alipay.keys import Keys
from shebao.sandbox.alipay.signing import form, yuan
from shebao.sandbox.alipay.trades import BUYER, Trade
from shebao.sandbox.channel.notices import Notice, NoticeState
from shebao.sandbox.faults import Plan, Twist

_WRONG_BY_FEN: Final = 100


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What a notice of a refund says besides the trade."""

    out_request_no: str
    total_fen: int  # Of all refunds of the trade until now.
    at: int


def about(
    keys: Keys, trade: Trade, plan: Plan, *, wait_ms: int = 0, back: GivenBack | None = None
) -> Notice | None:
    """What there is to tell of a trade now; None when nobody wants to hear it."""
    if trade.notify_url is None:
        return None
    now = clock.now_ms()
    number = f"{clock.at(now):%Y%m%d}00222{secrets.randbelow(10**21):021}"
    facts = _facts(keys, trade, plan, now) | _back_facts(back)
    return Notice(
        id=number,
        channel="alipay",
        subject=trade.out_trade_no,
        event=facts["trade_status"],
        url=trade.notify_url,
        body=json.dumps(facts | {"notify_id": number}, ensure_ascii=False),
        signer="",
        plan=plan.written(),
        state=NoticeState.WITHHELD if Twist.NEVER in plan else NoticeState.WAITING,
        tries=0,
        next_at=now + wait_ms,
    )


def written(key: RSAPrivateKey, notice: Notice, *, forged: bool = False) -> bytes:
    """A notice as it goes out now."""
    params = {**json.loads(notice.body), "notify_time": clock.said(clock.now_ms())}
    return form(key, params, forged=forged).encode()


def _facts(keys: Keys, trade: Trade, plan: Plan, now: int) -> dict[str, str]:
    total = yuan(trade.total_fen + (_WRONG_BY_FEN if Twist.WRONG_AMOUNT in plan else 0))
    facts = {
        "app_id": keys.app_id,
        "auth_app_id": keys.app_id,
        "buyer_logon_id": BUYER,
        "buyer_open_id": trade.buyer,
        "charset": "utf-8",
        "gmt_create": clock.said(trade.opened_at),
        "notify_type": "trade_status_sync",
        "out_trade_no": trade.out_trade_no,
        "seller_id": keys.seller_id,
        "subject": trade.subject,
        "total_amount": total,
        "trade_no": trade.trade_no,
        "trade_status": trade.standing(now).value,
        "version": "1.0",
    }
    if trade.passback is not None:
        facts["passback_params"] = trade.passback
    if trade.paid_at is not None:
        bills = [{"amount": total, "fundChannel": "ALIPAYACCOUNT"}]
        facts |= dict.fromkeys(("buyer_pay_amount", "invoice_amount", "receipt_amount"), total)
        facts["fund_bill_list"] = json.dumps(bills, separators=(",", ":"))
        facts["gmt_payment"] = clock.said(trade.paid_at)
        facts["point_amount"] = "0.00"
    if trade.closed_at is not None:
        facts["gmt_close"] = clock.said(trade.closed_at)
    return facts


def _back_facts(back: GivenBack | None) -> dict[str, str]:
    if back is None:
        return {}
    return {
        "gmt_refund": f"{clock.said(back.at)}.{back.at % 1000:03}",
        "out_biz_no": back.out_request_no,
        "refund_fee": yuan(back.total_fen),
    }
