"""Notices: what Alipay tells a merchant by itself, kept until the merchant has heard it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from shebao.sandbox import clock
from shebao.sandbox.alipay.keys import Keys
from shebao.sandbox.alipay.signing import form, yuan
from shebao.sandbox.alipay.trades import BUYER, Trade
from shebao.sandbox.faults import Plan, Twist
from shebao.sandbox.ledger import Ledger, columns

_WRONG_BY_FEN: Final = 100


class NoticeState(StrEnum):
    """How far a notice has come."""

    WAITING = "waiting"
    WITHHELD = "withheld"  # The fault menu says it never comes.
    ACCEPTED = "accepted"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. Its facts stay; every sending says its own time and is signed anew."""

    id: str
    subject: str  # The merchant's number of the trade.
    event: str
    url: str
    facts: str
    plan: str
    state: NoticeState
    tries: int
    next_at: int
    heard: str | None  # The body of the last answer.

    def body(self, key: RSAPrivateKey, *, forged: bool = False) -> bytes:
        """The notice as it goes out now."""
        params = {**json.loads(self.facts), "notify_time": clock.said(clock.now_ms())}
        return form(key, params, forged=forged).encode()


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
        subject=trade.out_trade_no,
        event=facts["trade_status"],
        url=trade.notify_url,
        facts=json.dumps(facts | {"notify_id": number}, ensure_ascii=False),
        plan=plan.written(),
        state=NoticeState.WITHHELD if Twist.NEVER in plan else NoticeState.WAITING,
        tries=0,
        next_at=now + wait_ms,
        heard=None,
    )


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


_INSERT: Final = """
    INSERT INTO alipay_notices VALUES
        (:id, :subject, :event, :url, :facts, :plan, :state, :tries, :next_at, :heard)
"""
_UPDATE: Final = """
    UPDATE alipay_notices
    SET state = :state, tries = :tries, next_at = :next_at, heard = :heard WHERE id = :id
"""
_DELIVERED: Final = "INSERT INTO deliveries VALUES (:notice_id, :at, :kind, :answer)"
_TOLD: Final = """
    SELECT id, subject, event, url, state, tries, next_at, heard FROM alipay_notices
    WHERE (:subject IS NULL OR subject = :subject) ORDER BY rowid DESC LIMIT :most
"""


def insert(ledger: Ledger, notice: Notice) -> None:
    """Write down something to be told."""
    ledger.write(_INSERT, columns(notice))


def save(ledger: Ledger, notice: Notice) -> None:
    """Write down how far a notice has come."""
    ledger.write(_UPDATE, columns(notice))


def delivered(ledger: Ledger, notice_id: str, kind: str, answer: int | None) -> None:
    """Write down one sending and the status of its answer."""
    facts = {"notice_id": notice_id, "at": clock.now_ms(), "kind": kind, "answer": answer}
    ledger.write(_DELIVERED, facts)


def waiting(ledger: Ledger) -> list[Notice]:
    """Everything still to be told."""
    rows = ledger.rows("SELECT * FROM alipay_notices WHERE state = 'waiting' ORDER BY next_at")
    return [_notice(row) for row in rows]


def is_waiting(ledger: Ledger, notice_id: str) -> bool:
    """Whether a notice is still to be told."""
    row = ledger.row("SELECT state FROM alipay_notices WHERE id = :id", {"id": notice_id})
    return row is not None and row["state"] == NoticeState.WAITING


def of(ledger: Ledger, subject: str) -> list[Notice]:
    """Every notice about one trade, oldest first."""
    sql = "SELECT * FROM alipay_notices WHERE subject = :subject ORDER BY rowid"
    return [_notice(row) for row in ledger.rows(sql, {"subject": subject})]


def told(ledger: Ledger, subject: str | None, *, most: int) -> list[dict[str, Any]]:
    """Notices with every sending and its answer, newest first, for whoever rehearses."""
    rows = ledger.rows(_TOLD, {"subject": subject, "most": most})
    sendings = "SELECT at, kind, answer FROM deliveries WHERE notice_id = :id ORDER BY rowid"
    return [row | {"deliveries": ledger.rows(sendings, {"id": row["id"]})} for row in rows]


def _notice(row: Mapping[str, Any]) -> Notice:
    return Notice(**(dict(row) | {"state": NoticeState(row["state"])}))
