"""Agreements: asked for by a merchant, signed or not by the account holder, ended by either."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from shebao.sandbox import clock
from shebao.sandbox.bank import notices, signing
from shebao.sandbox.bank.accounts import BANK, BANK_NO, KINDS, Account, find
from shebao.sandbox.bank.gate import Call, Said
from shebao.sandbox.bank.refusals import BankRefusal
from shebao.sandbox.channel import notices as shelf
from shebao.sandbox.faults import Plan, Twist
from shebao.sandbox.ledger import Ledger, columns
from shebao.sandbox.town import Town

PAGE: Final = "/bank/sign"
_SIGN: Final = "2"
_CANCEL: Final = "3"
_LATE_SECONDS: Final = 60


class AgreementState(StrEnum):
    """How far an agreement has come."""

    WAITING = "waiting"
    VALID = "valid"
    REFUSED = "refused"
    ENDED = "ended"


# sign_status as merchants know it: 0 valid, 1 ended; and 8 refused, 9 not signed yet.
STATUS: Final = {
    AgreementState.VALID: "0",
    AgreementState.ENDED: "1",
    AgreementState.REFUSED: "8",
    AgreementState.WAITING: "9",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement. ``state`` is as written; ask ``standing`` for today's."""

    sign_no: str
    protocol_no: str | None
    token: str
    fund: str
    name: str
    id_type: str
    id_number: str
    kinds: str
    beside: str
    notify_url: str
    return_url: str
    opened_at: int
    expires_at: int
    state: AgreementState
    account_number: str | None
    code: str | None
    code_for: str | None
    changed_at: int | None
    why: str

    def standing(self, now: int) -> AgreementState:
        """The state, knowing that what is unsigned at its time is not signed any more."""
        if self.state is AgreementState.WAITING and self.expires_at <= now:
            return AgreementState.REFUSED
        return self.state


def apply(town: Town, call: Call) -> Said:
    """Take a merchant's wish for a signature; the same wish again is the same signing."""
    if call.text("oper_flag") != _SIGN:
        raise BankRefusal("9002")
    known = by_sign_no(town.ledger, call.text("sign_no", most=32))
    if known is None:
        known = _read(town, call)
        _insert(town.ledger, known)
    return Said(
        {"sign_no": known.sign_no, "sign_url": f"{call.base_url}{PAGE}?token={known.token}"}
    )


def query(town: Town, call: Call) -> Said:
    """Tell how an agreement stands."""
    known = by_sign_no(town.ledger, call.text("sign_no", most=32))
    if known is None:
        raise BankRefusal("1006")
    return Said(_facts(town, known))


def cancel(town: Town, call: Call) -> Said:
    """End an agreement, signed or not; ending it again is the same."""
    if call.text("oper_flag") != _CANCEL:
        raise BankRefusal("9002")
    known = by_sign_no(town.ledger, call.text("sign_no", most=32))
    if known is None:
        raise BankRefusal("1006")
    return Said(_facts(town, _ended(town.ledger, known)))


def sign(town: Town, agreement: Agreement, account: Account, plan: Plan) -> Agreement:
    """Let an account holder sign, and tell the merchant."""
    now = clock.now_ms()
    assert agreement.standing(now) is AgreementState.WAITING
    number = f"{BANK_NO}{clock.at(now):%Y%m%d}{secrets.randbelow(10**8):08}"
    signed = replace(
        agreement,
        protocol_no=number,
        state=AgreementState.VALID,
        account_number=account.number,
        changed_at=now,
    )
    return _told(town, signed, plan)


def refuse(town: Town, agreement: Agreement, plan: Plan, *, why: str) -> Agreement:
    """Let an account holder not sign, and tell the merchant."""
    refused = replace(agreement, state=AgreementState.REFUSED, changed_at=clock.now_ms(), why=why)
    return _told(town, refused, plan)


def end(town: Town, agreement: Agreement, plan: Plan) -> Agreement:
    """Let an account holder end an agreement at the bank itself, and tell the merchant."""
    return _told(town, _ended(town.ledger, agreement), plan)


def by_sign_no(ledger: Ledger, sign_no: str) -> Agreement | None:
    """The agreement of a merchant's number."""
    return _found(ledger, "SELECT * FROM bank_agreements WHERE sign_no = :key", sign_no)


def by_token(ledger: Ledger, token: str) -> Agreement | None:
    """The agreement whose page carries this token."""
    return _found(ledger, "SELECT * FROM bank_agreements WHERE token = :key", token)


def by_protocol(ledger: Ledger, protocol_no: str) -> Agreement | None:
    """The agreement of the bank's own number."""
    return _found(ledger, "SELECT * FROM bank_agreements WHERE protocol_no = :key", protocol_no)


def save(ledger: Ledger, agreement: Agreement) -> None:
    """Write down what became of an agreement."""
    assert ledger.write(_UPDATE, columns(agreement)) == 1


def latest(ledger: Ledger, *, most: int) -> list[Agreement]:
    """The agreements asked for last, newest first."""
    sql = "SELECT * FROM bank_agreements ORDER BY opened_at DESC, rowid DESC LIMIT :most"
    return [_agreement(row) for row in ledger.rows(sql, {"most": most})]


_INSERT: Final = """
    INSERT INTO bank_agreements VALUES (:sign_no, :protocol_no, :token, :fund, :name, :id_type,
        :id_number, :kinds, :beside, :notify_url, :return_url, :opened_at, :expires_at, :state,
        :account_number, :code, :code_for, :changed_at, :why)
"""
_UPDATE: Final = """
    UPDATE bank_agreements
    SET protocol_no = :protocol_no, state = :state, account_number = :account_number,
        code = :code, code_for = :code_for, changed_at = :changed_at, why = :why
    WHERE sign_no = :sign_no
"""


def _insert(ledger: Ledger, agreement: Agreement) -> None:
    ledger.write(_INSERT, columns(agreement))


def _read(town: Town, call: Call) -> Agreement:
    kinds = call.body.get("account_kinds")
    if not isinstance(kinds, list) or not kinds or not set(kinds) <= KINDS.keys():
        raise BankRefusal("9002")
    try:
        id_number = signing.opened(town.bank.keys.private, call.text("id_no_cipher", most=1024))
        name = signing.opened(town.bank.keys.private, call.text("name_cipher", most=1024))
    except ValueError:
        raise BankRefusal("9002") from None
    return Agreement(
        sign_no=call.text("sign_no", most=32),
        protocol_no=None,
        token=secrets.token_urlsafe(18),
        fund=call.text("project_name", most=64),
        name=name,
        id_type=call.text("id_type", most=3),
        id_number=id_number,
        kinds=json.dumps(kinds),
        beside=call.maybe("beside_protocol_no"),
        notify_url=call.text("notify_url"),
        return_url=call.text("return_url"),
        opened_at=clock.now_ms(),
        expires_at=call.time_ms("deadline"),
        state=AgreementState.WAITING,
        account_number=None,
        code=None,
        code_for=None,
        changed_at=None,
        why="",
    )


def _ended(ledger: Ledger, agreement: Agreement) -> Agreement:
    if agreement.state is AgreementState.ENDED:
        return agreement
    ended = replace(agreement, state=AgreementState.ENDED, changed_at=clock.now_ms())
    save(ledger, ended)
    return ended


def _told(town: Town, agreement: Agreement, plan: Plan) -> Agreement:
    notice = notices.news(
        notices.AGREED,
        _facts(town, agreement),
        plan,
        subject=agreement.sign_no,
        url=agreement.notify_url,
        wait_ms=town.timers.scaled_ms(_LATE_SECONDS) if Twist.LATE in plan else 0,
    )
    with town.ledger.together():
        save(town.ledger, agreement)
        shelf.insert(town.ledger, notice)
    town.bank.courier.carry(notice)
    return agreement


def _facts(town: Town, agreement: Agreement) -> dict[str, Any]:
    """An agreement as the bank tells it; the account's number for the merchant's eyes only."""
    standing = agreement.standing(clock.now_ms())
    facts = {
        "sign_no": agreement.sign_no,
        "sign_status": STATUS[standing],
        "reject_msg": agreement.why,
    }
    account = find(town.ledger, agreement.account_number or "")
    if agreement.protocol_no is None or account is None:
        return facts
    return facts | {
        "protocol_no": agreement.protocol_no,
        "account_cipher": signing.sealed(town.bank.keys.merchant_public, account.number),
        "account_kind": account.kind,
        "bank_name": BANK,
        "sign_time": signing.stamp(agreement.changed_at or 0),
    }


def _found(ledger: Ledger, sql: str, key: str) -> Agreement | None:
    row = ledger.row(sql, {"key": key})
    return None if row is None else _agreement(row)


def _agreement(row: Mapping[str, Any]) -> Agreement:
    return Agreement(**(dict(row) | {"state": AgreementState(row["state"])}))
