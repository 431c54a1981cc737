"""Payer: what a person at the cashier does, and what the channel makes of it.

The payment and the notice that tells of it are written in one go: money is never held
without somebody being told, unless the fault menu says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.channel.payer import CannotPay
from shebao.sandbox.faults import Plan, Twist, read_plan
from shebao.sandbox.town import Town
from shebao.sandbox.wechat import attempts, notices, wholes
from shebao.sandbox.wechat.attempts import OPEN, Attempt, TradeState
from shebao.sandbox.wechat.notices import News

_LATE_SECONDS: Final = 60
_WRONG_BY_FEN: Final = 100


def pay(town: Town, attempt: Attempt, plan: Plan) -> Attempt:
    """Take the payer's money, or find the card empty, and let the merchant know."""
    _check_open(attempt)
    now = clock.now_ms()
    if Twist.INSUFFICIENT_FUNDS in plan:
        failed = replace(attempt, state=TradeState.PAYERROR, pays_at=None, plan=plan.written())
        attempts.save(town.ledger, failed)
        return failed
    done = replace(attempt, state=TradeState.SUCCESS, pays_at=None, plan=plan.written())
    parts = [_paid(one, now) for one in wholes.parts_of(town.ledger, attempt.out_trade_no)]
    if not parts:
        done = _paid(done, now)
    facts = wholes.told(done, parts, now) if parts else done.transaction(now)
    notice = _notice(town, done, _twisted(facts, plan), plan, now)
    with town.ledger.together():
        for one in (done, *parts):
            attempts.save(town.ledger, one)
        shelf.insert(town.ledger, notice)
    town.courier.carry(notice)
    return done


def decline(town: Town, attempt: Attempt) -> Attempt:
    """Cancel at the cashier. To the channel the order is simply still unpaid."""
    _check_open(attempt)
    declined = replace(attempt, state=TradeState.NOTPAY, pays_at=None)
    attempts.save(town.ledger, declined)
    return declined


def pay_late(town: Town, attempt: Attempt, plan: Plan, *, wait_ms: int) -> Attempt:
    """Dawdle over the password, and pay after a while if the order is still open then."""
    _check_open(attempt)
    dawdling = replace(
        attempt,
        state=TradeState.USERPAYING,
        pays_at=clock.now_ms() + wait_ms,
        plan=plan.written(),
    )
    attempts.save(town.ledger, dawdling)
    _wait(town, dawdling)
    return dawdling


def expire(town: Town, attempt: Attempt) -> Attempt:
    """Let an open order's time be over at once."""
    _check_open(attempt)
    over = replace(attempt, expires_at=clock.now_ms())
    attempts.save(town.ledger, over)
    return over


def resume(town: Town) -> None:
    """Take up the payers who were still dawdling when the program ended."""
    for attempt in attempts.paying_late(town.ledger):
        _wait(town, attempt)


def stray(town: Town, attempt: Attempt, plan: Plan) -> Attempt:
    """Hold money for an order the merchant never opened, and tell of it."""
    attempts.insert(town.ledger, attempt)
    return pay(town, attempt, plan)


def _check_open(attempt: Attempt) -> None:
    state = attempt.standing(clock.now_ms())
    if state not in OPEN:
        raise CannotPay(attempt.out_trade_no, state)


def _wait(town: Town, attempt: Attempt) -> None:
    assert attempt.pays_at is not None
    delay = attempt.pays_at - clock.now_ms()
    town.timers.after(delay, partial(_late, town, attempt.out_trade_no))


async def _late(town: Town, out_trade_no: str) -> None:
    attempt = attempts.find(town.ledger, out_trade_no)
    assert attempt is not None
    if attempt.pays_at is None:
        return  # Paid, cancelled or closed meanwhile.
    if attempt.standing(clock.now_ms()) in OPEN:
        pay(town, attempt, read_plan(attempt.plan))
    else:
        attempts.save(town.ledger, replace(attempt, pays_at=None))


def _paid(attempt: Attempt, now: int) -> Attempt:
    number = attempts.new_transaction_id(now)
    return replace(
        attempt, state=TradeState.SUCCESS, transaction_id=number, paid_at=now, pays_at=None
    )


def _notice(town: Town, paid: Attempt, facts: Mapping[str, Any], plan: Plan, now: int) -> Notice:
    wait = 0
    if Twist.LATE in plan:
        wait = plan.late_ms or town.timers.scaled_ms(_LATE_SECONDS)
    news = News(
        subject=paid.out_trade_no,
        event="TRANSACTION.SUCCESS",
        kind="transaction",
        facts=facts,
        url=paid.notify_url,
        signer=paid.signer,
    )
    one_in = town.settings.probe_one_in
    if one_in and secrets.randbelow(one_in) == 0:
        plan = replace(plan, twists=plan.twists | {Twist.PROBE_FIRST})
    withheld = Twist.NEVER in plan
    return notices.sealed(town.seal, news, plan, withheld=withheld, next_at=now + wait)


def _twisted(facts: dict[str, Any], plan: Plan) -> Mapping[str, Any]:
    if Twist.WRONG_AMOUNT in plan:
        wrong = [one["amount"] for one in facts.get("sub_orders", [facts])]
        for name in {"total", "payer_total", "total_amount", "payer_amount"} & wrong[0].keys():
            wrong[0][name] += _WRONG_BY_FEN
    return facts
