"""Seal: how the bank and we prove to each other who speaks, and hide a number from all others.

A message is signed as a whole, byte for byte (RSA, PKCS #1 v1.5, SHA-256, in a header). The
number of an account and of a person are encrypted besides (RSA-OAEP, SHA-256), so that no log
on the way and no shelf of ours ever holds them.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA256

from shebao.core.channel import Forged
from shebao.gateways import signing
from shebao.gateways.bank.account import BankAccount

HEADER: Final = "x-bank-signature"
BEIJING: Final = timezone(timedelta(hours=8))
_FORMAT: Final = "%Y%m%d%H%M%S"
_FRESH: Final = timedelta(minutes=5)
_OAEP: Final = OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None)


def sign(account: BankAccount, body: bytes) -> str:
    """Sign a message of ours."""
    return signing.sign(account.merchant_key, body)


def check(account: BankAccount, headers: Mapping[str, str], body: bytes) -> None:
    """Make sure that the bank signed these very bytes, or raise Forged."""
    signature = headers.get(HEADER)
    if not signature:
        raise Forged("unsigned")
    if not signing.signature_holds(account.bank_key, body, signature):
        raise Forged("signature")


def check_fresh(sent_at: datetime, now: datetime) -> None:
    """Make sure that a message was sent just now, or raise Forged."""
    if abs(now - sent_at) > _FRESH:
        raise Forged("stale")


def hide(account: BankAccount, text: str) -> str:
    """Encrypt a few words for the bank alone."""
    return base64.b64encode(account.bank_key.encrypt(text.encode(), _OAEP)).decode("ascii")


def uncover(account: BankAccount, cipher: str) -> str:
    """Read what the bank encrypted for us; ValueError when it did not."""
    return account.merchant_key.decrypt(base64.b64decode(cipher, validate=True), _OAEP).decode()


def stamp(moment: datetime) -> str:
    """A time as the bank writes it: 20250512103000, in Beijing.

    >>> stamp(datetime(2025, 5, 12, 2, 30, tzinfo=UTC))
    '20250512103000'
    """
    return moment.astimezone(BEIJING).strftime(_FORMAT)


def moment(written: str) -> datetime:
    """Read a time of the bank's; ValueError when it is none."""
    if len(written) != len("20250512103000") or not (written.isascii() and written.isdigit()):
        raise ValueError(written)
    return datetime.strptime(written, _FORMAT).replace(tzinfo=BEIJING).astimezone(UTC)
