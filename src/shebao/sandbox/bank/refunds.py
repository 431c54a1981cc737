"""Refunds: giving money of a payment back to the account it came from, once a number."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.bank import accounts, notices, payments, signing
from shebao.sandbox.bank.gate import Call, Said
from shebao.sandbox.bank.payments import Payment, PaymentState
from shebao.sandbox.bank.refusals import BankRefusal
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.faults import Kind, Place, Plan
from shebao.sandbox.ledger import Ledger, columns
from shebao.sandbox.town import Town


class RefundState(StrEnum):
    """How far a refund has come."""

    SUCCESS = "success"
    ABNORMAL = "abnormal"  # The account is closed; somebody must find another way.
    CLOSED = "closed"


STATUS: Final = {RefundState.SUCCESS: "0", RefundState.ABNORMAL: "8", RefundState.CLOSED: "1"}


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund under the merchant's number, with the bank's own."""

    refund_no: str
    pay_no: str
    bank_serial: str
    amount_fen: int
    notify_url: str
    state: RefundState
    asked_at: int
    succeeded_at: int | None


def apply(town: Town, call: Call) -> Said:
    """Give money back; asked again, nothing more goes back."""
    number, fen = call.text("refund_no", most=32), call.fen("amount")
    known = find(town.ledger, number)
    if known is not None:
        if (known.pay_no, known.amount_fen) != (call.text("pay_no", most=32), fen):
            raise BankRefusal("1005")
        return _said(known)
    payment = payments.find(town.ledger, call.text("pay_no", most=32))
    _check(town, payment, fen)
    assert payment is not None
    return _said(_moved(town, call, payment))


def query(town: Town, call: Call) -> Said:
    """Tell what became of a refund."""
    known = find(town.ledger, call.text("refund_no", most=32))
    if known is None:
        raise BankRefusal("1006")
    return _said(known)


def find(ledger: Ledger, refund_no: str) -> Refund | None:
    """The refund of a merchant's number."""
    row = ledger.row("SELECT * FROM bank_refunds WHERE refund_no = :key", {"key": refund_no})
    return None if row is None else _refund(row)


def _check(town: Town, payment: Payment | None, fen: int) -> None:
    if payment is None or payment.state is not PaymentState.PAID:
        raise BankRefusal("1006")
    if payment.reversal_no is not None:
        raise BankRefusal("1012")
    if _gone(town.ledger, payment.pay_no) + fen > payment.amount_fen:
        raise BankRefusal("1013")
    if town.faults.strikes(Place.REFUND, (Kind.NOT_ENOUGH,)) is not None:
        raise BankRefusal("1001")


def _moved(town: Town, call: Call, payment: Payment) -> Refund:
    now = clock.now_ms()
    struck = town.faults.strikes(Place.REFUND, (Kind.ABNORMAL, Kind.CLOSED))
    ends = {Kind.ABNORMAL: RefundState.ABNORMAL, Kind.CLOSED: RefundState.CLOSED}
    state = RefundState.SUCCESS if struck is None else ends[struck.kind]
    refund = Refund(
        refund_no=call.text("refund_no", most=32),
        pay_no=payment.pay_no,
        bank_serial=f"{clock.at(now):%Y%m%d}{secrets.randbelow(10**12):012}",
        amount_fen=call.fen("amount"),
        notify_url=call.text("notify_url"),
        state=state,
        asked_at=now,
        succeeded_at=now if state is RefundState.SUCCESS else None,
    )
    notice = notices.news(
        notices.GIVEN_BACK,
        _facts(refund),
        Plan(),
        subject=refund.refund_no,
        url=refund.notify_url,
    )
    with town.ledger.together():
        _write(town.ledger, refund)
        shelf.insert(town.ledger, notice)
        if state is RefundState.SUCCESS:
            assert payment.account_number is not None
            accounts.give(town.ledger, payment.account_number, refund.amount_fen)
    town.bank.courier.carry(notice)
    return refund


def _gone(ledger: Ledger, pay_no: str) -> int:
    row = ledger.row(_GONE, {"pay_no": pay_no})
    assert row is not None
    return int(row["fen"])


_GONE: Final = """
    SELECT coalesce(sum(amount_fen), 0) AS fen FROM bank_refunds
    WHERE pay_no = :pay_no AND state = 'success'
"""
_INSERT: Final = """
    INSERT INTO bank_refunds VALUES (:refund_no, :pay_no, :bank_serial, :amount_fen, :notify_url,
        :state, :asked_at, :succeeded_at)
"""


def _write(ledger: Ledger, refund: Refund) -> None:
    ledger.write(_INSERT, columns(refund))


def _facts(refund: Refund) -> dict[str, Any]:
    facts = {
        "refund_no": refund.refund_no,
        "pay_no": refund.pay_no,
        "refund_status": STATUS[refund.state],
        "amount": signing.yuan(refund.amount_fen),
        "refund_serial": refund.bank_serial,
    }
    if refund.succeeded_at is not None:
        facts["trans_time"] = signing.stamp(refund.succeeded_at)
    return facts


def _said(refund: Refund) -> Said:
    return Said(_facts(refund))


def _refund(row: Mapping[str, Any]) -> Refund:
    return Refund(**(dict(row) | {"state": RefundState(row["state"])}))
