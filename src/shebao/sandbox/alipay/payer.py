"""Payer: what a person at Alipay's cashier does, and what Alipay makes of it.

The payment and the notice that tells of it are written in one go: money is never held
without somebody being told, unless the fault menu says so.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from shebao.sandbox import clock
from shebao.sandbox.alipay import notices, trades
from shebao.sandbox.alipay.trades import Status, Trade
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.channel.payer import CannotPay
from shebao.sandbox.faults import Plan, Twist, read_plan
from shebao.sandbox.town import Town

_LATE_SECONDS: Final = 60
_OF_WECHAT: Final = frozenset({Twist.PROBE_FIRST, Twist.STALE_FIRST})


def check(plan: Plan) -> None:
    """ValueError when a plan holds what cannot happen to Alipay's notices."""
    strange = sorted(plan.twists & _OF_WECHAT)
    if strange:
        raise ValueError(f"only WeChat does this: {', '.join(strange)}")


def pay(town: Town, trade: Trade, plan: Plan) -> Trade:
    """Take the payer's money, or find the card empty, and let the merchant know."""
    _check_open(trade)
    check(plan)
    now = clock.now_ms()
    here = replace(trade, met_at=trade.met_at or now, pays_at=None, plan=plan.written())
    if Twist.INSUFFICIENT_FUNDS in plan:
        trades.save(town.ledger, here)  # To Alipay it is simply still unpaid.
        return here
    paid = replace(here, state=Status.SUCCESS, paid_at=now)
    wait = 0
    if Twist.LATE in plan:
        wait = plan.late_ms or town.timers.scaled_ms(_LATE_SECONDS)
    notice = notices.about(town.alipay_keys, paid, plan, wait_ms=wait)
    with town.ledger.together():
        trades.save(town.ledger, paid)
        if notice is not None:
            shelf.insert(town.ledger, notice)
    if notice is not None:
        town.alipay_courier.carry(notice)
    return paid


def decline(town: Town, trade: Trade) -> Trade:
    """Cancel at the cashier. To Alipay the trade is simply still unpaid."""
    _check_open(trade)
    declined = replace(trade, pays_at=None)
    trades.save(town.ledger, declined)
    return declined


def pay_late(town: Town, trade: Trade, plan: Plan, *, wait_ms: int) -> Trade:
    """Dawdle over the password, and pay after a while if the trade is still open then."""
    _check_open(trade)
    check(plan)
    now = clock.now_ms()
    dawdling = replace(
        trade, met_at=trade.met_at or now, pays_at=now + wait_ms, plan=plan.written()
    )
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
    if state is not Status.WAITING:
        raise CannotPay(trade.out_trade_no, state)


def _wait(town: Town, trade: Trade) -> None:
    assert trade.pays_at is not None
    delay = trade.pays_at - clock.now_ms()
    town.timers.after(delay, partial(_late, town, trade.out_trade_no))


async def _late(town: Town, out_trade_no: str) -> None:
    trade = trades.find(town.ledger, out_trade_no)
    assert trade is not None
    if trade.pays_at is None:
        return  # Paid, cancelled or closed meanwhile.
    if trade.standing(clock.now_ms()) is Status.WAITING:
        pay(town, trade, read_plan(trade.plan))
    else:
        trades.save(town.ledger, replace(trade, pays_at=None))
