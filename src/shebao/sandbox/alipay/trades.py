"""Trades: what a merchant asked Alipay to collect, and what became of the money."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.alipay.signing import yuan
from shebao.sandbox.ledger import Ledger, columns

QR: Final = "https://qr.alipay.com/"
BUYER: Final = "138****0000"


class Way(StrEnum):
    """How the payer comes to the cashier."""

    WAP = "wap"  # A page on a phone.
    PAGE = "page"  # A page on a computer.
    QR = "qr"  # A code the payer scans.
    APP = "app"  # An app, which hands over a signed order.
    JSAPI = "jsapi"  # A mini program, which asks the app.


class Status(StrEnum):
    """What Alipay says of a trade."""

    WAITING = "WAIT_BUYER_PAY"
    SUCCESS = "TRADE_SUCCESS"
    CLOSED = "TRADE_CLOSED"  # Never paid, or given back whole.


SAID: Final[Mapping[str, str]] = {
    Status.WAITING: "等待付款",
    Status.SUCCESS: "支付成功",
    Status.CLOSED: "交易已关闭",
}


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade. ``state`` is as written; ask ``standing`` for today's."""

    out_trade_no: str
    trade_no: str
    way: Way
    subject: str
    total_fen: int
    notify_url: str | None
    return_url: str | None
    quit_url: str | None
    passback: str | None
    buyer: str
    asked: str  # A digest of what was asked, to know the same request again.
    token: str
    opened_at: int
    expires_at: int
    met_at: int | None  # When the payer came to it. Before that Alipay denies it exists.
    state: Status
    paid_at: int | None
    closed_at: int | None
    pays_at: int | None  # When a payer who pays late will.
    plan: str

    def standing(self, now: int) -> Status:
        """The state, knowing that what is unpaid at its time is closed."""
        if self.state is Status.WAITING and self.expires_at <= now:
            return Status.CLOSED
        return self.state

    @property
    def code(self) -> str:
        """What the QR code says."""
        return QR + self.token

    def told(self, now: int) -> dict[str, Any]:
        """The trade as an answer to a query tells it."""
        paid = yuan(self.total_fen if self.paid_at is not None else 0)
        facts: dict[str, Any] = {
            "buyer_logon_id": BUYER,
            "buyer_open_id": self.buyer,
            "buyer_pay_amount": paid,
            "invoice_amount": paid,
            "out_trade_no": self.out_trade_no,
            "point_amount": "0.00",
            "receipt_amount": paid,
            "total_amount": yuan(self.total_fen),
            "trade_no": self.trade_no,
            "trade_status": self.standing(now).value,
        }
        if self.paid_at is not None:
            facts["fund_bill_list"] = [{"amount": paid, "fund_channel": "ALIPAYACCOUNT"}]
            facts["send_pay_date"] = clock.said(self.paid_at)
        return facts


def digest(method: str, told: Mapping[str, Any]) -> str:
    """A digest by which the same request is known again."""
    canonical = json.dumps([method, told], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def new_trade_no(now: int) -> str:
    """Alipay's number of a trade: 28 digits."""
    return f"{clock.at(now):%Y%m%d}22001{secrets.randbelow(10**15):015}"


def new_buyer() -> str:
    """A payer of whom nothing is known but that they are one person in one app."""
    return f"0{secrets.token_urlsafe(30)}"


_INSERT: Final = """
    INSERT INTO alipay_trades VALUES (:out_trade_no, :trade_no, :way, :subject, :total_fen,
        :notify_url, :return_url, :quit_url, :passback, :buyer, :asked, :token, :opened_at,
        :expires_at, :met_at, :state, :paid_at, :closed_at, :pays_at, :plan)
"""
_UPDATE: Final = """
    UPDATE alipay_trades SET expires_at = :expires_at, met_at = :met_at, state = :state,
        paid_at = :paid_at, closed_at = :closed_at, pays_at = :pays_at, plan = :plan
    WHERE out_trade_no = :out_trade_no
"""
_LIST: Final = """
    SELECT * FROM alipay_trades WHERE (:state IS NULL OR state = :state)
    ORDER BY opened_at DESC, rowid DESC LIMIT :most
"""


def insert(ledger: Ledger, trade: Trade) -> None:
    """Write down a new trade."""
    ledger.write(_INSERT, columns(trade))


def save(ledger: Ledger, trade: Trade) -> None:
    """Write down what became of a trade."""
    assert ledger.write(_UPDATE, columns(trade)) == 1


def find(ledger: Ledger, out_trade_no: str) -> Trade | None:
    """The trade of a merchant's number."""
    sql = "SELECT * FROM alipay_trades WHERE out_trade_no = :key"
    return _found(ledger.row(sql, {"key": out_trade_no}))


def find_by_trade_no(ledger: Ledger, trade_no: str) -> Trade | None:
    """The trade of Alipay's number."""
    sql = "SELECT * FROM alipay_trades WHERE trade_no = :key"
    return _found(ledger.row(sql, {"key": trade_no}))


def find_by_token(ledger: Ledger, token: str) -> Trade | None:
    """The trade whose cashier or QR code carries this token."""
    return _found(ledger.row("SELECT * FROM alipay_trades WHERE token = :key", {"key": token}))


def paying_late(ledger: Ledger) -> list[Trade]:
    """Every trade whose payer said they would pay later."""
    return [_trade(row) for row in ledger.rows("SELECT * FROM alipay_trades WHERE pays_at > 0")]


def latest(ledger: Ledger, *, state: str | None, most: int) -> list[Trade]:
    """The trades opened last, newest first."""
    return [_trade(row) for row in ledger.rows(_LIST, {"state": state, "most": most})]


def _found(row: Mapping[str, Any] | None) -> Trade | None:
    return None if row is None else _trade(row)


def _trade(row: Mapping[str, Any]) -> Trade:
    kinds = {"way": Way(row["way"]), "state": Status(row["state"])}
    return Trade(**(dict(row) | kinds))
