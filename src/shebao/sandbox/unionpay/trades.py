"""Trades: what a merchant asked UnionPay to collect, and what became of the money.

UnionPay knows a trade by three things together: merchant number, order number and the time it
says it began at. Another time is another trade.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.ledger import Ledger, columns

WAITING: Final = "05"  # 交易已受理: nobody has paid yet, or the bank has not answered.
OVER: Final = "01"  # 交易失败
CARD: Final = "6222****0000"
_CUT_OVER: Final = timedelta(hours=1)  # UnionPay's day ends at 23:00.


class State(StrEnum):
    """How a trade stands, for whoever rehearses; on the wire there are only codes."""

    WAITING = "waiting"
    FAILED = "failed"  # The bank said no; the payer may try again.
    PAID = "paid"
    CLOSED = "closed"  # Its time is over.


SAID: Final[Mapping[str, str]] = {
    State.WAITING: "等待付款",
    State.FAILED: "付款未成功",
    State.PAID: "支付成功",
    State.CLOSED: "已过支付时间",
}
OPEN: Final = frozenset({State.WAITING, State.FAILED})


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade. ``code`` is as written; ask ``standing`` and ``code_at`` for today's."""

    mer_id: str
    order_id: str
    txn_time: str
    device: str  # The channelType: 07 a computer, 08 a phone.
    description: str
    total_fen: int
    back_url: str
    front_url: str | None
    reserved: str | None
    asked: str  # A digest of what was asked, to know the same request again.
    token: str
    opened_at: int
    expires_at: int
    code: str
    query_id: str | None
    trace_no: str | None
    paid_at: int | None
    settle_day: str | None
    pays_at: int | None  # When a payer who pays late will.
    plan: str

    def standing(self, now: int) -> State:
        """How the trade stands, knowing that what is unpaid at its time is over."""
        if self.paid_at is not None:
            return State.PAID
        if self.expires_at <= now:
            return State.CLOSED
        return State.WAITING if self.code == WAITING else State.FAILED

    def code_at(self, now: int) -> str:
        """The code a query tells for the trade."""
        return OVER if self.standing(now) is State.CLOSED else self.code

    def paid_facts(self) -> dict[str, str]:
        """What UnionPay tells of a trade that was paid, in answers and notices alike."""
        if self.paid_at is None or self.query_id is None or self.trace_no is None:
            return {}
        assert self.settle_day is not None
        return {
            "queryId": self.query_id,
            "traceNo": self.trace_no,
            "traceTime": f"{clock.at(self.paid_at):%m%d%H%M%S}",
            "settleDate": self.settle_day[5:].replace("-", ""),
            "settleAmt": str(self.total_fen),
            "settleCurrencyCode": "156",
            "accNo": CARD,
            "payCardType": "01",
            "payType": "0001",
        }


def digest(told: Mapping[str, str]) -> str:
    """A digest by which the same request is known again."""
    kept = {name: value for name, value in told.items() if name != "signature"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def new_query_id(now: int) -> str:
    """UnionPay's number of a transaction: 21 digits."""
    return f"{clock.at(now):%Y%m%d%H%M%S}{secrets.randbelow(10**7):07}"


def new_trace_no() -> str:
    """The number a bank knows a transaction by, for a while."""
    return f"{secrets.randbelow(10**6):06}"


def settle_day(now: int) -> str:
    """The day whose file a transaction stands in."""
    return (clock.at(now) + _CUT_OVER).date().isoformat()


_INSERT: Final = """
    INSERT INTO unionpay_trades VALUES (:mer_id, :order_id, :txn_time, :device, :description,
        :total_fen, :back_url, :front_url, :reserved, :asked, :token, :opened_at, :expires_at,
        :code, :query_id, :trace_no, :paid_at, :settle_day, :pays_at, :plan)
"""
_UPDATE: Final = """
    UPDATE unionpay_trades SET expires_at = :expires_at, code = :code, query_id = :query_id,
        trace_no = :trace_no, paid_at = :paid_at, settle_day = :settle_day, pays_at = :pays_at,
        plan = :plan
    WHERE mer_id = :mer_id AND order_id = :order_id AND txn_time = :txn_time
"""
_FIND: Final = """
    SELECT * FROM unionpay_trades
    WHERE mer_id = :mer_id AND order_id = :order_id AND txn_time = :txn_time
"""
_LATEST_OF: Final = """
    SELECT * FROM unionpay_trades WHERE order_id = :key ORDER BY rowid DESC LIMIT 1
"""
_LIST: Final = "SELECT * FROM unionpay_trades ORDER BY opened_at DESC, rowid DESC LIMIT :most"


def insert(ledger: Ledger, trade: Trade) -> None:
    """Write down a new trade."""
    ledger.write(_INSERT, columns(trade))


def save(ledger: Ledger, trade: Trade) -> None:
    """Write down what became of a trade."""
    assert ledger.write(_UPDATE, columns(trade)) == 1


def find(ledger: Ledger, *, mer_id: str, order_id: str, txn_time: str) -> Trade | None:
    """The trade of a merchant's number and time."""
    key = {"mer_id": mer_id, "order_id": order_id, "txn_time": txn_time}
    return _found(ledger.row(_FIND, key))


def find_latest(ledger: Ledger, order_id: str) -> Trade | None:
    """The trade of a merchant's number, whenever it began."""
    return _found(ledger.row(_LATEST_OF, {"key": order_id}))


def find_paid(ledger: Ledger, query_id: str) -> Trade | None:
    """The trade a payment belongs to."""
    sql = "SELECT * FROM unionpay_trades WHERE query_id = :key"
    return _found(ledger.row(sql, {"key": query_id}))


def find_by_token(ledger: Ledger, token: str) -> Trade | None:
    """The trade whose cashier carries this token."""
    return _found(ledger.row("SELECT * FROM unionpay_trades WHERE token = :key", {"key": token}))


def paying_late(ledger: Ledger) -> list[Trade]:
    """Every trade whose payer said they would pay later."""
    return [Trade(**row) for row in ledger.rows("SELECT * FROM unionpay_trades WHERE pays_at > 0")]


def latest(ledger: Ledger, *, most: int) -> list[Trade]:
    """The trades opened last, newest first."""
    return [Trade(**row) for row in ledger.rows(_LIST, {"most": most})]


def settled(ledger: Ledger, *, mer_id: str, day: str) -> list[Trade]:
    """Every payment of a settlement day, oldest first."""
    sql = """
        SELECT * FROM unionpay_trades WHERE mer_id = :mer_id AND settle_day = :day
        ORDER BY paid_at, rowid
    """
    return [Trade(**row) for row in ledger.rows(sql, {"mer_id": mer_id, "day": day})]


def _found(row: Mapping[str, Any] | None) -> Trade | None:
    return None if row is None else Trade(**row)
