"""Payments: money taken at once from a signed account, asked about, voided, and taken back.

A number that was voided before its request arrived is dead: the request is refused when it
comes. What the bank does not know yet it calls processing, and finds out by itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.bank import accounts, agreements, notices, signing
from shebao.sandbox.bank.agreements import AgreementState
from shebao.sandbox.bank.gate import Call, Said
from shebao.sandbox.bank.refusals import PROCESSING, SAID, BankRefusal
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.channel.notices import Notice
from shebao.sandbox.faults import Plan, Twist, plan, read_plan
from shebao.sandbox.ledger import Ledger, columns
from shebao.sandbox.town import Town

_UNKNOWN_SECONDS: Final = 60
_TAKEN_BACK_SECONDS: Final = 60
_LATE_SECONDS: Final = 60
_UNDECIDED: Final = frozenset({Twist.UNKNOWN_THEN_PAID, Twist.UNKNOWN_THEN_FAILED})


class PaymentState(StrEnum):
    """How far a payment has come."""

    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    VOIDED = "voided"


# pay_status as merchants know it.
STATUS: Final = {
    PaymentState.PAID: "0",
    PaymentState.FAILED: "1",
    PaymentState.PROCESSING: "2",
    PaymentState.VOIDED: "3",
}


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment under the merchant's number, with the bank's own."""

    pay_no: str
    bank_serial: str
    protocol_no: str
    account_number: str | None
    amount_fen: int
    notify_url: str
    state: PaymentState
    reject_code: str
    asked_at: int
    paid_at: int | None
    ends_at: int | None
    plan: str
    reversal_no: str | None
    reversed_at: int | None


def pay(town: Town, call: Call) -> Said:
    """Take money from the account of an agreement; asked again, nothing more is taken."""
    known = find(town.ledger, call.text("pay_no", most=32))
    if known is not None:
        if known.state is PaymentState.VOIDED:
            raise BankRefusal("1011")
        same = (known.protocol_no, known.amount_fen)
        if same != (call.text("protocol_no", most=28), call.fen("amount")):
            raise BankRefusal("1005")
        return _said(known)
    fresh = _read(town, call)
    _insert(town.ledger, fresh)
    wanted = read_plan(fresh.plan)
    if wanted.twists & _UNDECIDED:
        waits = replace(fresh, ends_at=clock.now_ms() + town.timers.scaled_ms(_UNKNOWN_SECONDS))
        _save(town.ledger, waits)
        _decide_later(town, waits)
        return _said(waits)
    return _said(_decided(town, fresh, wanted))


def query(town: Town, call: Call) -> Said:
    """Tell what became of a payment."""
    known = find(town.ledger, call.text("pay_no", most=32))
    if known is None:
        raise BankRefusal("1006")
    return _said(known, asked=True)


def void(town: Town, call: Call) -> Said:
    """Let no money be taken under a number any more, whether the bank has heard of it or not."""
    number = call.text("pay_no", most=32)
    known = find(town.ledger, number)
    if known is None:
        now = clock.now_ms()
        known = Payment(
            number, _serial(now), "", None, 0, "", PaymentState.VOIDED, "1011", now,
            None, None, Plan().written(), None, None,
        )  # fmt: skip
        _insert(town.ledger, known)
    return _said(known, asked=True)


def take_back(town: Town, payment: Payment) -> Payment:
    """Give a payment back to the account by the bank's own hand, and tell the merchant."""
    assert payment.state is PaymentState.PAID
    assert payment.account_number is not None
    if payment.reversal_no is not None:
        return payment
    now = clock.now_ms()
    back = replace(payment, reversal_no=_serial(now), reversed_at=now)
    facts = {
        "pay_no": back.pay_no,
        "bank_serial": back.bank_serial,
        "reversal_serial": back.reversal_no,
        "amount": signing.yuan(back.amount_fen),
        "reversal_time": signing.stamp(now),
        "reason": "付款人开户行冲正",
    }
    notice = notices.news(
        notices.TAKEN_BACK, facts, _manners(back), subject=back.pay_no, url=back.notify_url
    )
    with town.ledger.together():
        accounts.give(town.ledger, payment.account_number, back.amount_fen)
        _save(town.ledger, back)
        shelf.insert(town.ledger, notice)
    town.bank.courier.carry(notice)
    return back


def find(ledger: Ledger, pay_no: str) -> Payment | None:
    """The payment of a merchant's number."""
    row = ledger.row("SELECT * FROM bank_payments WHERE pay_no = :key", {"key": pay_no})
    return None if row is None else _payment(row)


def book(ledger: Ledger, payment: Payment) -> None:
    """Write down a payment that a file asked for."""
    _save(ledger, payment)


def resume(town: Town) -> None:
    """Take up what the bank was still to find out when the program ended."""
    for row in town.ledger.rows("SELECT * FROM bank_payments WHERE state = 'processing'"):
        _decide_later(town, _payment(row))


def _read(town: Town, call: Call) -> Payment:
    now = clock.now_ms()
    if call.time_ms("deadline") < now:
        raise BankRefusal("1009")
    protocol_no = call.text("protocol_no", most=28)
    agreement = agreements.by_protocol(town.ledger, protocol_no)
    valid = agreement is not None and agreement.state is AgreementState.VALID
    wanted = town.bank.next_plan()
    return Payment(
        pay_no=call.text("pay_no", most=32),
        bank_serial=_serial(now),
        protocol_no=protocol_no,
        account_number=agreement.account_number if agreement and valid else None,
        amount_fen=call.fen("amount"),
        notify_url=call.text("notify_url"),
        state=PaymentState.PROCESSING,
        reject_code="",
        asked_at=now,
        paid_at=None,
        ends_at=None,
        plan=wanted.written(),
        reversal_no=None,
        reversed_at=None,
    )


def _decided(town: Town, payment: Payment, wanted: Plan) -> Payment:
    """Take the money, or find that it cannot be taken, and tell the merchant of it."""
    try:
        with town.ledger.together():
            _take(town.ledger, payment, wanted)
            ended = replace(payment, state=PaymentState.PAID, paid_at=clock.now_ms(), ends_at=None)
            _save(town.ledger, ended)
    except BankRefusal as no:
        failed = PaymentState.FAILED
        ended = replace(payment, state=failed, reject_code=no.code, ends_at=None)
        _save(town.ledger, ended)
    _tell(town, ended, wanted)
    if ended.state is PaymentState.PAID and Twist.TAKEN_BACK in wanted:
        delay = town.timers.scaled_ms(_TAKEN_BACK_SECONDS)
        town.timers.after(delay, partial(_take_back_later, town, ended.pay_no))
    return ended


def _take(ledger: Ledger, payment: Payment, wanted: Plan) -> None:
    if payment.account_number is None:
        raise BankRefusal("1004")
    if Twist.INSUFFICIENT_FUNDS in wanted or Twist.UNKNOWN_THEN_FAILED in wanted:
        raise BankRefusal("1001")
    if Twist.ACCOUNT_FROZEN in wanted:
        raise BankRefusal("1002")
    accounts.take(ledger, payment.account_number, payment.amount_fen)


def _tell(town: Town, payment: Payment, wanted: Plan) -> None:
    late = town.timers.scaled_ms(_LATE_SECONDS) if Twist.LATE in wanted else 0
    notice: Notice = notices.news(
        notices.PAID,
        _facts(payment),
        wanted,
        subject=payment.pay_no,
        url=payment.notify_url,
        wait_ms=wanted.late_ms or late,
    )
    shelf.insert(town.ledger, notice)
    town.bank.courier.carry(notice)


def _decide_later(town: Town, payment: Payment) -> None:
    delay = max(0, (payment.ends_at or 0) - clock.now_ms())
    town.timers.after(delay, partial(_decide, town, payment))


async def _decide(town: Town, payment: Payment) -> None:
    now = find(town.ledger, payment.pay_no)
    if now is not None and now.state is PaymentState.PROCESSING:
        _decided(town, now, read_plan(now.plan))


async def _take_back_later(town: Town, pay_no: str) -> None:
    """Take it back, unless that has been done meanwhile."""
    payment = find(town.ledger, pay_no)
    assert payment is not None
    take_back(town, payment)


def _manners(payment: Payment) -> Plan:
    """How the notice of a taking back travels: as strangely as the payment's own."""
    told = read_plan(payment.plan)
    travel = {Twist.TWICE, Twist.CONCURRENTLY, Twist.FORGED_FIRST} & told.twists
    return plan(sorted(travel))


def _facts(payment: Payment) -> dict[str, Any]:
    facts = {
        "pay_no": payment.pay_no,
        "protocol_no": payment.protocol_no,
        "pay_status": STATUS[payment.state],
        "amount": signing.yuan(payment.amount_fen),
    }
    if payment.paid_at is not None:
        facts |= {
            "bank_serial": payment.bank_serial,
            "trans_time": signing.stamp(payment.paid_at),
            "reversed": "1" if payment.reversal_no else "0",
        }
    if payment.reject_code:
        facts |= {"reject_code": payment.reject_code, "reject_msg": SAID[payment.reject_code]}
    return facts


def _said(payment: Payment, *, asked: bool = False) -> Said:
    """An answer about a payment: to who asks, the code only says that the bank knows it."""
    if payment.state is PaymentState.PROCESSING:
        return Said(_facts(payment), PROCESSING)
    if payment.state is PaymentState.FAILED and not asked:
        raise BankRefusal(payment.reject_code)
    return Said(_facts(payment))


def _serial(now: int) -> str:
    return f"{clock.at(now):%Y%m%d}{secrets.randbelow(10**12):012}"


_INSERT: Final = """
    INSERT INTO bank_payments VALUES (:pay_no, :bank_serial, :protocol_no, :account_number,
        :amount_fen, :notify_url, :state, :reject_code, :asked_at, :paid_at, :ends_at, :plan,
        :reversal_no, :reversed_at)
"""
_REPLACE: Final = _INSERT.replace("INSERT", "INSERT OR REPLACE")


def _insert(ledger: Ledger, payment: Payment) -> None:
    ledger.write(_INSERT, columns(payment))


def _save(ledger: Ledger, payment: Payment) -> None:
    ledger.write(_REPLACE, columns(payment))


def _payment(row: Mapping[str, Any]) -> Payment:
    return Payment(**(dict(row) | {"state": PaymentState(row["state"])}))
