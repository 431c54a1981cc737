"""Payment notice (缴款通知单): the number a payer takes to a bank's window.

A person types it there, so it is digits only, grouped by four, and the last one proves the
others. It follows from the attempt alone: printed again, it is the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shebao.core.money import Money
from shebao.core.refusals import Refusal

NOTICE_LIVES: Final = timedelta(days=3)  # As long as the bank takes money for it.
_SERIAL_DIGITS: Final = 13
_GROUP: Final = 4
_BASE: Final = 10
_NINE: Final = 9


@dataclass(frozen=True, slots=True)
class PaymentNotice:
    """One notice a clerk has printed."""

    region_code: str
    number: str
    order_id: str
    attempt_id: str
    office: str
    clerk_id: str
    amount: Money
    printed_at: datetime
    expires_at: datetime


def notice_number(region_code: str, attempt_id: str) -> str:
    """Twenty digits: the region, thirteen of the attempt, and the one that proves them.

    >>> notice_number("320400", "att01JABC")
    '32040081719915100759'
    """
    digest = hashlib.sha256(attempt_id.encode()).digest()
    serial = int.from_bytes(digest[:8]) % _BASE**_SERIAL_DIGITS
    digits = f"{region_code}{serial:0{_SERIAL_DIGITS}d}"
    return digits + _check_digit(digits)


def in_groups(number: str) -> str:
    """A number as people read it out: 3204 0081 7199 1510 0759."""
    return " ".join(number[at : at + _GROUP] for at in range(0, len(number), _GROUP))


def is_notice_number(text: str) -> bool:
    """Whether these digits prove each other."""
    return text.isascii() and text.isdigit() and _check_digit(text[:-1]) == text[-1:]


def notice_number_of(text: str) -> str:
    """Read a number as somebody types it in. Raises NoticeNumberWrong."""
    number = "".join(text.split())
    if not is_notice_number(number):
        raise NoticeNumberWrong(len(number))
    return number


@dataclass(eq=False)
class NoticeNumberWrong(Refusal):
    """These digits are no notice's: one is wrong, or two were swapped."""

    found: int


def _check_digit(digits: str) -> str:
    """Luhn's, as bank cards have it: one wrong digit or two swapped ones are noticed."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - _NINE if value > _NINE else value
    return str(-total % _BASE)
