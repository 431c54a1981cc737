"""Payer: what a person at UnionPay's cashier does, and what UnionPay makes of it.

The payment and the notice that tells of it are written in one go: money is never held
without somebody being told, unless the fault menu says so.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.channel.payer import CannotPay
from shebao.sandbox.faults import Plan, Twist, read_plan
from shebao.sandbox.town import Town
from shebao.sandbox.unionpay import notices, trades
from shebao.sandbox.unionpay.refusals import OK
from shebao.sandbox.unionpay.trades import OPEN, Trade

_LATE_SECONDS: Final = 60
_EMPTY: Final = "64"  # 卡上的余额不足
_OF_WECHAT: Final = frozenset({Twist.PROBE_FIRST, Twist.STALE_FIRST})


def check(plan: Plan) -> None:
    """ValueError when a plan holds what cannot happen to UnionPay's notices."""
    strange = sorted(plan.twists & _OF_WECHAT)
    if strange:
        raise ValueError(f"only WeChat does this: {', '.join(strange)}")


def pay(town: Town, trade: Trade, plan: Plan) -> Trade:
    """Take the payer's money, or find the card empty, and let the merchant know."""
    _check_open(trade)
    check(plan)
    now = clock.now_ms()
    here = replace(trade, pays_at=None, plan=plan.written())
    if Twist.INSUFFICIENT_FUNDS in plan:
        failed = replace(here, code=_EMPTY)
        trades.save(town.ledger, failed)
        return failed
    paid = replace(
        here,
        code=OK,
        query_id=trades.new_query_id(now),
        trace_no=trades.new_trace_no(),
        paid_at=now,
        settle_day=trades.settle_day(now),
    )
    late = plan.late_ms or town.timers.scaled_ms(_LATE_SECONDS)
    notice = notices.news(
        notices.payment(paid, plan),
        plan,
        subject=paid.order_id,
        url=paid.back_url,
        wait_ms=late if Twist.LATE in plan else 0,
    )
    with town.ledger.together():
        trades.save(town.ledger, paid)
        shelf.insert(town.ledger, notice)
    town.unionpay_courier.carry(notice)
    return paid


def decline(town: Town, trade: Trade) -> Trade:
    """Cancel at the cashier. To UnionPay the trade is simply still unpaid."""
    _check_open(trade)
    declined = replace(trade, pays_at=None)
    trades.save(town.ledger, declined)
    return declined


def pay_late(town: Town, trade: Trade, plan: Plan, *, wait_ms: int) -> Trade:
    """Dawdle over the code from the bank, and pay after a while if the trade is open then."""
    _check_open(trade)
    check(plan)
    dawdling = replace(trade, pays_at=clock.now_ms() + wait_ms, plan=plan.written())
    trades.save(town.ledger, dawdling)
    _wait(town, dawdling)
    return dawdling


def expire(town: Town, trade: Trade) -> Trade:
    """Let an open trade's time be over at once."""
    _check_open(trade)
    over = replace(trade, expires_at=clock.now_ms())
    trades.save(town.ledger, over)
    return over


def resume(town: Town) -> None:
    """Take up the payers who were still dawdling when the program ended."""
    for trade in trades.paying_late(town.ledger):
        _wait(town, trade)


def _check_open(trade: Trade) -> None:
    state = trade.standing(clock.now_ms())
    if state not in OPEN:
        raise CannotPay(trade.order_id, state)


def _wait(town: Town, trade: Trade) -> None:
    assert trade.pays_at is not None
    delay = trade.pays_at - clock.now_ms()
    town.timers.after(delay, partial(_late, town, trade.token))


async def _late(town: Town, token: str) -> None:
    trade = trades.find_by_token(town.ledger, token)
    assert trade is not None
    if trade.pays_at is None:
        return  # Paid or cancelled meanwhile.
    if trade.standing(clock.now_ms()) in OPEN:
        pay(town, trade, read_plan(trade.plan))
    else:
        trades.save(town.ledger, replace(trade, pays_at=None))
