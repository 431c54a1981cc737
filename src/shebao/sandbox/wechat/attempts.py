"""Attempts: the orders a merchant opened at the channel, and what became of their money."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.ledger import Ledger, columns
from shebao.sandbox.wechat.signing import Signer

H5_LIVES_MS: Final = 5 * 60 * 1000
PREPAY_LIVES_MS: Final = 2 * 3600 * 1000


class Scene(StrEnum):
    """Where the payer meets the cashier."""

    JSAPI = "jsapi"
    NATIVE = "native"
    H5 = "h5"
    APP = "app"
    PAP = "pap"  # By agreement, without a payer: no cashier leads to it.


class TradeState(StrEnum):
    """What the channel says of an order."""

    NOTPAY = "NOTPAY"
    USERPAYING = "USERPAYING"
    PAYERROR = "PAYERROR"
    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    CLOSED = "CLOSED"


TRADE_TYPES: Final = {
    Scene.JSAPI: "JSAPI",
    Scene.NATIVE: "NATIVE",
    Scene.H5: "MWEB",
    Scene.APP: "APP",
    Scene.PAP: "PAP",
}
CASHIERS: Final = (Scene.JSAPI, Scene.NATIVE, Scene.H5, Scene.APP)
SAID: Final[Mapping[str, str]] = {
    TradeState.NOTPAY: "订单未支付",
    TradeState.USERPAYING: "用户支付中，需要输入密码",
    TradeState.PAYERROR: "支付失败，付款银行余额不足",
    TradeState.SUCCESS: "支付成功",
    TradeState.REFUND: "订单发生过退款",
    TradeState.CLOSED: "订单已关闭",
}
OPEN: Final = frozenset({TradeState.NOTPAY, TradeState.USERPAYING, TradeState.PAYERROR})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One order at the channel. ``state`` is as written; ask ``standing`` for today's."""

    out_trade_no: str
    mchid: str
    appid: str
    scene: Scene
    description: str
    total_fen: int
    notify_url: str
    openid: str
    attach: str | None
    asked: str  # A digest of what was asked, to know the same request again.
    signer: Signer  # The key its notices are signed with.
    prepay_id: str
    token: str
    prepaid_at: int
    opened_at: int
    expires_at: int
    state: TradeState
    transaction_id: str | None
    paid_at: int | None
    pays_at: int | None  # When a payer who pays late will.
    plan: str

    def standing(self, now: int) -> TradeState:
        """The state, knowing that what is unpaid at its time is closed."""
        if self.state in OPEN and self.expires_at <= now:
            return TradeState.CLOSED
        return self.state

    @property
    def is_paid(self) -> bool:
        """Whether the channel holds, or held, money for this order."""
        return self.transaction_id is not None

    @property
    def code_url(self) -> str:
        """What the QR code of a native order says."""
        return f"weixin://wxpay/bizpayurl?pr={self.token}"

    def transaction(self, now: int) -> dict[str, Any]:
        """The order as the channel tells it."""
        state = self.standing(now)
        facts: dict[str, Any] = {
            "appid": self.appid,
            "mchid": self.mchid,
            "out_trade_no": self.out_trade_no,
            "trade_state": state.value,
            "trade_state_desc": SAID[state],
            "attach": self.attach or "",
            "amount": {"total": self.total_fen, "currency": "CNY"},
        }
        if self.scene is Scene.JSAPI or self.is_paid:
            facts["payer"] = {"openid": self.openid}
        if self.transaction_id is not None and self.paid_at is not None:
            facts["transaction_id"] = self.transaction_id
            facts["trade_type"] = TRADE_TYPES[self.scene]
            facts["bank_type"] = "OTHERS"
            facts["success_time"] = clock.rfc3339(self.paid_at)
            facts["amount"] |= {"payer_total": self.total_fen, "payer_currency": "CNY"}
        return facts


def digest(scene: str, told: Mapping[str, Any]) -> str:
    """A digest by which the same request is known again."""
    canonical = json.dumps([scene, told], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def new_transaction_id(now: int) -> str:
    """The channel's number of a payment: 28 digits."""
    return f"420000{clock.at(now):%Y%m%d}{secrets.randbelow(10**14):014}"


def new_prepay_id(now: int) -> str:
    """The channel's number of an order that waits for its payer."""
    return f"wx{clock.at(now):%d%H%M%S}{secrets.token_hex(13)}"


def new_openid() -> str:
    """A payer of whom nothing is known but that they are one person in one app."""
    return "o" + secrets.token_urlsafe(20)


_INSERT: Final = """
    INSERT INTO attempts VALUES (:out_trade_no, :mchid, :appid, :scene, :description,
        :total_fen, :notify_url, :openid, :attach, :asked, :signer, :prepay_id, :token,
        :prepaid_at, :opened_at, :expires_at, :state, :transaction_id, :paid_at, :pays_at, :plan)
"""
_UPDATE: Final = """
    UPDATE attempts SET prepaid_at = :prepaid_at, expires_at = :expires_at, state = :state,
        transaction_id = :transaction_id, paid_at = :paid_at, pays_at = :pays_at, plan = :plan
    WHERE out_trade_no = :out_trade_no
"""
_LIST: Final = """
    SELECT * FROM attempts WHERE (:state IS NULL OR state = :state)
    ORDER BY opened_at DESC, rowid DESC LIMIT :most
"""


def insert(ledger: Ledger, attempt: Attempt) -> None:
    """Write down a new order."""
    ledger.write(_INSERT, columns(attempt))


def save(ledger: Ledger, attempt: Attempt) -> None:
    """Write down what became of an order."""
    assert ledger.write(_UPDATE, columns(attempt)) == 1


def find(ledger: Ledger, out_trade_no: str) -> Attempt | None:
    """The order of a number."""
    sql = "SELECT * FROM attempts WHERE out_trade_no = :key"
    return _found(ledger.row(sql, {"key": out_trade_no}))


def find_paid(ledger: Ledger, transaction_id: str) -> Attempt | None:
    """The order a payment belongs to."""
    sql = "SELECT * FROM attempts WHERE transaction_id = :key"
    return _found(ledger.row(sql, {"key": transaction_id}))


def find_by_token(ledger: Ledger, token: str) -> Attempt | None:
    """The order whose link or QR code carries this token."""
    return _found(ledger.row("SELECT * FROM attempts WHERE token = :key", {"key": token}))


def find_by_prepay_id(ledger: Ledger, prepay_id: str) -> Attempt | None:
    """The order that waits under this prepay_id."""
    sql = "SELECT * FROM attempts WHERE prepay_id = :key"
    return _found(ledger.row(sql, {"key": prepay_id}))


def paying_late(ledger: Ledger) -> list[Attempt]:
    """Every order whose payer said they would pay later."""
    rows = ledger.rows("SELECT * FROM attempts WHERE pays_at IS NOT NULL")
    return [_attempt(row) for row in rows]


def latest(ledger: Ledger, *, state: str | None, most: int) -> list[Attempt]:
    """The orders opened last, newest first."""
    return [_attempt(row) for row in ledger.rows(_LIST, {"state": state, "most": most})]


def _found(row: Mapping[str, Any] | None) -> Attempt | None:
    return None if row is None else _attempt(row)


def _attempt(row: Mapping[str, Any]) -> Attempt:
    kinds = {
        "scene": Scene(row["scene"]),
        "signer": Signer(row["signer"]),
        "state": TradeState(row["state"]),
    }
    return Attempt(**(dict(row) | kinds))
