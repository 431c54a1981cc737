"""Accounts: whose they are, what kind, what is in them, and whether money may be taken."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from shebao.sandbox.bank.refusals import BankRefusal
from shebao.sandbox.ledger import Ledger, columns

BANK: Final = "演练银行"
BANK_NO: Final = "999100000018"
_OPENING_FEN: Final = 10_000_000
_BEGINNINGS: Final = {"bank_card": "622999", "social_card": "623999"}


class AccountState(StrEnum):
    """Whether money may be taken."""

    OPEN = "open"
    FROZEN = "frozen"
    CLOSED = "closed"


KINDS: Final = {"bank_card": "银行卡", "social_card": "社会保障卡"}


@dataclass(frozen=True, slots=True)
class Account:
    """One account of one person."""

    number: str
    kind: str
    holder: str
    id_number: str
    phone: str
    balance_fen: int
    state: AccountState


_INSERT: Final = """
    INSERT OR REPLACE INTO bank_accounts
    VALUES (:number, :kind, :holder, :id_number, :phone, :balance_fen, :state)
"""


def keep(ledger: Ledger, account: Account) -> None:
    """Open an account, or change one that is there."""
    ledger.write(_INSERT, columns(account))


def find(ledger: Ledger, number: str) -> Account | None:
    """The account of a number."""
    row = ledger.row("SELECT * FROM bank_accounts WHERE number = :key", {"key": number})
    return None if row is None else _account(row)


def of_person(ledger: Ledger, id_number: str) -> list[Account]:
    """Every account of a person."""
    sql = "SELECT * FROM bank_accounts WHERE id_number = :key ORDER BY kind, number"
    return [_account(row) for row in ledger.rows(sql, {"key": id_number})]


def offered(ledger: Ledger, *, holder: str, id_number: str) -> list[Account]:
    """The accounts of a person; whoever has none is given one of each kind, with money in it."""
    found = of_person(ledger, id_number)
    if found:
        return found
    digits = int(hashlib.sha256(id_number.encode()).hexdigest(), 16)
    for kind, beginning in _BEGINNINGS.items():
        number = f"{beginning}{digits % 10**12:012}"
        phone = f"139{digits % 10**8:08}"
        keep(
            ledger,
            Account(
                number + luhn(number),
                kind,
                holder,
                id_number,
                phone,
                _OPENING_FEN,
                AccountState.OPEN,
            ),
        )
    return of_person(ledger, id_number)


def take(ledger: Ledger, number: str, fen: int) -> None:
    """Take money out of an account. Raises BankRefusal."""
    account = find(ledger, number)
    if account is None or account.state is AccountState.CLOSED:
        raise BankRefusal("1003")
    if account.state is AccountState.FROZEN:
        raise BankRefusal("1002")
    if account.balance_fen < fen:
        raise BankRefusal("1001")
    _move(ledger, number, -fen)


def give(ledger: Ledger, number: str, fen: int) -> None:
    """Put money into an account."""
    _move(ledger, number, fen)


def luhn(digits: str) -> str:
    """The last digit of a card's number."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        twice = int(digit) * (2 if place % 2 == 0 else 1)
        total += twice - 9 if twice > 9 else twice  # noqa: PLR2004  Luhn.
    return str(-total % 10)


def shown(account: Account) -> dict[str, Any]:
    """An account as whoever rehearses sees it."""
    return columns(account)


def _move(ledger: Ledger, number: str, fen: int) -> None:
    sql = "UPDATE bank_accounts SET balance_fen = balance_fen + :fen WHERE number = :number"
    assert ledger.write(sql, {"fen": fen, "number": number}) == 1


def _account(row: Mapping[str, Any]) -> Account:
    return Account(**(dict(row) | {"state": AccountState(row["state"])}))
