"""Refunds: giving a payer's money back, part by part, never more than was paid."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.faults import Kind, Place, Plan
from shebao.sandbox.ledger import Ledger, columns
from shebao.sandbox.town import Town
from shebao.sandbox.wechat import attempts, notices
from shebao.sandbox.wechat.attempts import Attempt, TradeState
from shebao.sandbox.wechat.fields import Fields, read_body
from shebao.sandbox.wechat.gate import Answer, Call
from shebao.sandbox.wechat.notices import News
from shebao.sandbox.wechat.refusals import (
    WeChatRefusal,
    invalid_request,
    nothing_here,
)
from shebao.sandbox.wechat.signing import Signer

_TAKES_SECONDS: Final = 60
_PARTS_MOST: Final = 50
_REASON_MOST: Final = 80
_TO: Final = "支付用户零钱"


class RefundState(StrEnum):
    """What the channel says of a refund."""

    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    ABNORMAL = "ABNORMAL"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund, and how it is going to end."""

    out_refund_no: str
    refund_id: str
    out_trade_no: str
    refund_fen: int
    notify_url: str | None
    reason: str | None
    asked: str
    signer: Signer
    state: RefundState
    ends_as: RefundState
    created_at: int
    ends_at: int
    succeeded_at: int | None

    def told(self, attempt: Attempt, where: tuple[str, str] | None = None) -> dict[str, Any]:
        """The refund as the channel tells it, and where it went if not back the same way."""
        channel, account = where or ("ORIGINAL", _TO)
        facts: dict[str, Any] = {
            "refund_id": self.refund_id,
            "out_refund_no": self.out_refund_no,
            "transaction_id": attempt.transaction_id,
            "out_trade_no": self.out_trade_no,
            "channel": channel,
            "user_received_account": account,
            "create_time": clock.rfc3339(self.created_at),
            "status": self.state.value,
            "funds_account": "AVAILABLE",
            "amount": {
                "total": attempt.total_fen,
                "refund": self.refund_fen,
                "payer_total": attempt.total_fen,
                "payer_refund": self.refund_fen,
                "settlement_total": attempt.total_fen,
                "settlement_refund": self.refund_fen,
                "discount_refund": 0,
                "currency": "CNY",
            },
        }
        if self.succeeded_at is not None:
            facts["success_time"] = clock.rfc3339(self.succeeded_at)
        return facts


def apply(town: Town, call: Call) -> Answer:
    """Take on a refund, or answer again for one asked for with exactly these words."""
    fields = read_body(call.body)
    number, asked = fields.refund_no(), attempts.digest("refund", fields.told)
    known = find(town.ledger, number)
    attempt = _attempt_of(town, fields)
    if known is None:
        refund = _read(town, call, fields, attempt)
        refund = replace(refund, asked=asked)
        with town.ledger.together():
            town.ledger.write(_INSERT, columns(refund))
            attempts.save(town.ledger, replace(attempt, state=TradeState.REFUND))
        _wait(town, refund)
    elif known.asked != asked:
        raise invalid_request("退款单号已用于另一笔退款，订单或金额与之前请求不一致")
    else:
        refund = known
    return Answer(200, refund.told(attempt))


def query(town: Town, call: Call) -> Answer:
    """Tell what became of a refund."""
    refund = find(town.ledger, call.path["out_refund_no"])
    if refund is None:
        raise nothing_here("退款单不存在")
    attempt = attempts.find(town.ledger, refund.out_trade_no)
    assert attempt is not None
    return Answer(200, refund.told(attempt, redirected(town.ledger, refund.out_refund_no)))


def redirected(ledger: Ledger, out_refund_no: str) -> tuple[str, str] | None:
    """Where a refund goes that could not be brought home; none if it could."""
    sql = "SELECT channel, account FROM wechat_redirected WHERE out_refund_no = :key"
    row = ledger.row(sql, {"key": out_refund_no})
    return None if row is None else (row["channel"], row["account"])


def send_again(town: Town, refund: Refund) -> Refund:
    """Put an abnormal refund on its way once more; this time it arrives."""
    ends_at = clock.now_ms() + town.timers.scaled_ms(_TAKES_SECONDS)
    going = replace(
        refund, state=RefundState.PROCESSING, ends_as=RefundState.SUCCESS, ends_at=ends_at
    )
    town.ledger.write(_AGAIN, columns(going))
    _wait(town, going)
    return going


def find(ledger: Ledger, out_refund_no: str) -> Refund | None:
    """The refund of a number."""
    sql = "SELECT * FROM refunds WHERE out_refund_no = :key"
    row = ledger.row(sql, {"key": out_refund_no})
    return None if row is None else _refund(row)


def resume(town: Town) -> None:
    """Take up the refunds that were on their way when the program ended."""
    for row in town.ledger.rows("SELECT * FROM refunds WHERE state = 'PROCESSING'"):
        _wait(town, _refund(row))


_INSERT: Final = """
    INSERT INTO refunds VALUES (:out_refund_no, :refund_id, :out_trade_no, :refund_fen,
        :notify_url, :reason, :asked, :signer, :state, :ends_as, :created_at, :ends_at,
        :succeeded_at)
"""
_END: Final = """
    UPDATE refunds SET state = :state, succeeded_at = :succeeded_at
    WHERE out_refund_no = :out_refund_no AND state = 'PROCESSING'
"""
_AGAIN: Final = """
    UPDATE refunds SET state = :state, ends_as = :ends_as, ends_at = :ends_at
    WHERE out_refund_no = :out_refund_no
"""
_RESERVED: Final = """
    SELECT count(*) AS parts,
           coalesce(sum(refund_fen) FILTER (WHERE state <> 'CLOSED'), 0) AS fen
    FROM refunds WHERE out_trade_no = :out_trade_no
"""


def _attempt_of(town: Town, fields: Fields) -> Attempt:
    transaction_id = fields.maybe_text("transaction_id", most=32)
    if transaction_id is not None:
        attempt = attempts.find_paid(town.ledger, transaction_id)
    else:
        attempt = attempts.find(town.ledger, fields.trade_no())
    if attempt is None:
        raise nothing_here("订单不存在")
    return attempt


def _read(town: Town, call: Call, fields: Fields, attempt: Attempt) -> Refund:
    amount = fields.object("amount")
    amount.one_of("currency", ("CNY",))
    fen, total = amount.fen("refund"), amount.fen("total")
    notified = fields.told.get("notify_url") is not None
    now = clock.now_ms()
    refund = Refund(
        out_refund_no=fields.refund_no(),
        refund_id=f"503000{clock.at(now):%Y%m%d}{secrets.randbelow(10**14):014}",
        out_trade_no=attempt.out_trade_no,
        refund_fen=fen,
        notify_url=fields.notify_url() if notified else None,
        reason=fields.maybe_text("reason", most=_REASON_MOST),
        asked="",
        signer=call.signer,
        state=RefundState.PROCESSING,
        ends_as=RefundState.SUCCESS,
        created_at=now,
        ends_at=now + town.timers.scaled_ms(_TAKES_SECONDS),
        succeeded_at=None,
    )
    _check(town, attempt, fen=fen, total=total)
    return replace(refund, ends_as=_ending(town))


def _check(town: Town, attempt: Attempt, *, fen: int, total: int) -> None:
    if not attempt.is_paid:
        raise invalid_request("订单未支付，不能退款")
    if total != attempt.total_fen:
        raise invalid_request("订单金额与原订单不一致")
    reserved = town.ledger.row(_RESERVED, {"out_trade_no": attempt.out_trade_no})
    assert reserved is not None
    if reserved["fen"] + fen > attempt.total_fen:
        raise invalid_request("累计退款金额大于订单支付金额")
    if reserved["parts"] >= _PARTS_MOST:
        raise WeChatRefusal(403, "RULE_LIMIT", "一笔订单最多退款 50 次")
    if town.faults.strikes(Place.REFUND, (Kind.NOT_ENOUGH,)) is not None:
        raise WeChatRefusal(403, "NOT_ENOUGH", "商户账户余额不足")


def _ending(town: Town) -> RefundState:
    struck = town.faults.strikes(Place.REFUND, (Kind.ABNORMAL, Kind.CLOSED))
    if struck is None:
        return RefundState.SUCCESS
    return RefundState.ABNORMAL if struck.kind is Kind.ABNORMAL else RefundState.CLOSED


def _wait(town: Town, refund: Refund) -> None:
    delay = refund.ends_at - clock.now_ms()
    town.timers.after(delay, partial(_end, town, refund))


async def _end(town: Town, refund: Refund) -> None:
    now = clock.now_ms()
    success = now if refund.ends_as is RefundState.SUCCESS else None
    ended = replace(refund, state=refund.ends_as, succeeded_at=success)
    attempt = attempts.find(town.ledger, refund.out_trade_no)
    assert attempt is not None
    with town.ledger.together():
        assert town.ledger.write(_END, columns(ended)) == 1
        news = _news(ended, attempt, redirected(town.ledger, ended.out_refund_no))
        if news is None:
            return
        notice = notices.sealed(town.seal, news, Plan(), withheld=False, next_at=now)
        shelf.insert(town.ledger, notice)
    town.courier.carry(notice)


def _news(refund: Refund, attempt: Attempt, where: tuple[str, str] | None) -> News | None:
    if refund.notify_url is None:
        return None
    return News(
        subject=refund.out_refund_no,
        event=f"REFUND.{refund.state.value}",
        kind="refund",
        facts=_noticed(refund, attempt, where),
        url=refund.notify_url,
        signer=refund.signer,
    )


def _noticed(refund: Refund, attempt: Attempt, where: tuple[str, str] | None) -> dict[str, Any]:
    facts = refund.told(attempt, where)
    wanted = ("total", "refund", "payer_total", "payer_refund")
    kept = ("refund_id", "out_refund_no", "transaction_id", "out_trade_no")
    told = ("success_time", "user_received_account")
    noticed = {name: facts[name] for name in (*kept, *told) if name in facts}
    return noticed | {
        "mchid": attempt.mchid,
        "refund_status": refund.state.value,
        "amount": {name: facts["amount"][name] for name in wanted},
    }


def _refund(row: Mapping[str, Any]) -> Refund:
    kinds = {
        "signer": Signer(row["signer"]),
        "state": RefundState(row["state"]),
        "ends_as": RefundState(row["ends_as"]),
    }
    return Refund(**(dict(row) | kinds))
